// accounts.nologin-shells: the list of login shells has no program that ends at once.
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.nologin-shells",
  title: "The list of login shells names no nologin",
  why: "Programs such as ftp servers and chsh take an account whose shell is in the list for one that may log in.",
  remedy: "Remove the lines that name nologin from /etc/shells.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["loginShells"],
  params: {},
  evaluate({ loginShells }) {
    const wrong = loginShells.filter(({ shell }) => /\/nologin$/.test(shell));
    return {
      expected: "no line that ends in /nologin",
      actual: `${loginShells.length} shells, ${wrong.length} of them nologin`,
      evidence: wrong.map(({ source }) => source),
      problems: wrong.map(({ shell, source, remove }) => ({
        message: `${source.file}:${source.line} lists ${shell} as a login shell`,
        fix: [remove],
      })),
      unknowns: [],
    };
  },
});
