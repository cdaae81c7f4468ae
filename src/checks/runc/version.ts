// runc.version: no container escape is known for the installed runc.
import { undecided } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "runc.version",
  title: "No container escape is known for the installed runc",
  why: "Before 1.1.12 an image can leave its container through a leaked descriptor (CVE-2024-21626), before 1.2.8 and 1.3.3 by what it puts in the place of /dev/null and of files below /proc (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881).",
  remedy:
    "Install the distribution's security update of runc, or release 1.2.8, 1.3.3 or later, then restart the pods.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["runc"],
  params: { floor: word("1.1.12", /\d+\.\d+\.\d+/, "a version such as 1.1.12") },
  evaluate({ runc }, { floor }) {
    const good = runc.atLeast(floor);
    if (good === undefined)
      return undecided(`the package ${runc.packageName} ${runc.packaged} does not tell which runc it holds`, [
        runc.source,
      ]);
    return {
      expected: `${floor} or later without a known escape, or a distribution's build with the fix`,
      actual: runc.packaged,
      evidence: [runc.source],
      problems: [
        ...(good ? [] : [{ message: `runc ${runc.packaged} is older than ${floor}` }]),
        ...(good && runc.escapes.length > 0
          ? [
              {
                message: `runc ${runc.packaged} lets an image out of its container: ${runc.escapes.join(", ")}`,
              },
            ]
          : []),
      ],
      notes: runc.byDistribution
        ? ["whether the distribution closed what was found since is told by patches.security-updates"]
        : [],
    };
  },
});
