// integrity.baseline: are the watched files as somebody accepted them?
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "integrity.baseline",
  title: "The watched files are as they were accepted",
  why: "Programs of the platform, units, accounts, keys and manifests change by an upgrade, by an administrator, or by somebody else; what nobody accepted has to be looked at.",
  remedy:
    "See what changed, when and by whom: nodeward baseline diff. Put back what nobody wanted; accept what was wanted: nodeward baseline accept.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["integrity"],
  params: {},
  evaluate({ integrity: { acceptedAt, source, watched, differences, unread } }) {
    return {
      expected: `${watched} files as they were accepted ${acceptedAt}`,
      actual: differences.length === 0 ? "no difference" : `${differences.length} differ`,
      evidence: [source, ...differences.map(({ path, what }) => wholeFile(path, what))],
      problems: differences.map(({ path, what }) => ({ message: `${path} ${what}` })),
      unknowns: unread,
    };
  },
});
