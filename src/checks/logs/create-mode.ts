// logs.create-mode: the files that rsyslog makes are not for everybody from the first line on.
import { printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";

export default defineCheck({
  id: "logs.create-mode",
  title: "rsyslog makes its files for its group and nobody else",
  why: "A mode that is put right once is wrong again after the next rotation.",
  remedy: "`$FileCreateMode 0640` in /etc/rsyslog.conf before the rules, and restart rsyslog.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["rsyslog"],
  params: { mode: modeParam(0o640) },
  evaluate({ rsyslog }, { mode }) {
    const most = Number.parseInt(mode, 8);
    const { fileModes, filesBefore, unread } = rsyslog;
    const wrong = fileModes.filter((one) => one.mode !== undefined && (one.mode & ~most) !== 0);
    const nonsense = fileModes.filter((one) => one.mode === undefined);
    return {
      expected: `${mode} or less`,
      actual:
        fileModes.length === 0
          ? "0644 (default)"
          : fileModes.map((one) => (one.mode === undefined ? "no mode" : octal(one.mode))).join(", "),
      evidence: [
        ...filesBefore,
        ...(fileModes.length === 0
          ? [wholeFile("/etc/rsyslog.conf")]
          : fileModes.map(({ source }) => source)),
      ],
      problems: [
        ...(fileModes.length === 0 && unread.length === 0
          ? [
              {
                message: "nothing sets $FileCreateMode: rsyslog makes its files 0644",
                fix: [rsyslog.addFileMode(mode)],
              },
            ]
          : []),
        ...filesBefore.map((source) => ({
          message: `${printable(place(source))} writes a file before any mode is set: it is made 0644`,
          fix: [rsyslog.addFileMode(mode)],
        })),
        ...wrong.map(({ mode: found = 0, source, set }) => ({
          message: `${printable(place(source))} makes files with mode ${octal(found)}`,
          ...(set === undefined ? {} : { fix: [set(octal(found & most))] }),
        })),
      ],
      unknowns: [
        ...unread,
        ...nonsense.map(({ source }) => `${printable(place(source))}: ${printable(source.text)} is no mode`),
      ],
    };
  },
});
