// accounts.root-locked: nobody logs in as root with a password.
import { undecided } from "../../core/outcome.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.root-locked",
  title: "The password of root is locked",
  why: "Who becomes root through sudo is named in the log; who knows root's password is nobody.",
  remedy: "`passwd -l root`, once somebody can become root through sudo.",
  breaks:
    "`su` to root and the emergency console (sulogin) no longer take a password: without another account that may use sudo, and without a console that needs none, nobody gets in.",
  severity: "medium",
  risk: "lockout",
  fixable: true,
  needs: ["accounts"],
  params: {},
  evaluate({ accounts }) {
    const { shadow } = accounts;
    if (shadow.state === "error") return undecided(shadow.reason);
    if (shadow.state === "absent") return { notApplicable: shadow.reason };
    const entry = shadow.value.find(({ name }) => name === "root");
    if (entry === undefined) return undecided(`/etc/shadow has no line for root`);
    const { kind, locked } = entry.password;
    const isLocked = kind === "none" || (kind === "hash" && locked);
    return {
      expected: "locked",
      actual: isLocked ? "locked" : kind === "empty" ? "no password at all" : "a password",
      evidence: [entry.source],
      problems: isLocked
        ? []
        : [
            {
              message: "root can log in with a password",
              fix: [{ kind: "edit", file: entry.source.file, edits: [entry.lock] }],
            },
          ],
      unknowns: [],
    };
  },
});
