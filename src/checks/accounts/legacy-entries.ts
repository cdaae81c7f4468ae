// accounts.legacy-entries: no line of the account files hands accounts over to NIS, or to whoever answers in its place.
import { printable } from "../../core/printable.js";
import { isNisLine } from "../../facts/people.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.legacy-entries",
  title: "No `+` or `-` lines of NIS in passwd, shadow, group or gshadow",
  why: "A `+` line lets in every account that a NIS server, or somebody who answers for it, names; to readers that know no NIS it is a user called `+`, without a password.",
  remedy: "Remove the lines; users of a directory come through sssd and /etc/nsswitch.conf.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  optional: ["accountFiles"],
  params: {},
  evaluate({ accounts, accountFiles }) {
    const { users, groups, shadow } = accounts;
    const gshadow = accountFiles.state === "known" ? accountFiles.value.gshadow : accountFiles;
    const lines = [
      ...users,
      ...groups,
      ...(shadow.state === "known" ? shadow.value : []),
      ...(gshadow.state === "known" ? gshadow.value : []),
    ].filter(isNisLine);
    return {
      expected: "no such line",
      actual: `${lines.length} lines`,
      evidence: lines.map(({ source }) => source),
      problems: lines.map(({ name, source }) => ({
        message: `${source.file}:${source.line} takes accounts from NIS (${printable(name)})`,
      })),
      unknowns: [shadow, gshadow].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
    };
  },
});
