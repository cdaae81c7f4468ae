// logs.create-mode: the files that rsyslog makes are not for everybody from the first line on.
import { notApplicable } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";

export default defineCheck({
  id: "logs.create-mode",
  title: "rsyslog makes its files for its group and nobody else",
  why: "A mode that is put right once is wrong again after the next rotation.",
  remedy:
    '`$FileCreateMode 0640` in /etc/rsyslog.conf before the rules, `fileCreateMode="0640"` in each action of omfile (the one does not hold for the other), and restart rsyslog.',
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["rsyslog"],
  params: { mode: modeParam(0o640) },
  evaluate({ rsyslog: { created, unread } }, { mode }) {
    if (created.length === 0 && unread.length === 0) return notApplicable("rsyslog writes no file");
    const most = Number.parseInt(mode, 8);
    const wide = created.filter((one) => one.mode !== undefined && (one.mode & ~most) !== 0);
    const nonsense = created.filter((one) => one.mode === undefined);
    return {
      expected: `${mode} or less`,
      actual: listing(created.map((one) => (one.mode === undefined ? "no mode" : octal(one.mode)))),
      evidence: created.map(({ source }) => source),
      problems: wide.map(({ mode: found = 0, source, isDefault, paths, set }) => ({
        message: `${printable(place(source))} makes ${listing(paths)} with mode ${octal(found)}${isDefault ? ", the default" : ""}`,
        ...(set === undefined ? {} : { fix: [set(octal(found & most))] }),
      })),
      unknowns: [
        ...unread,
        ...nonsense.map(({ source }) => `${printable(place(source))}: ${printable(source.text)} is no mode`),
      ],
    };
  },
});
