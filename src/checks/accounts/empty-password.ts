// accounts.empty-password: no account lets anybody in without a password.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import type { Step } from "../../core/step.js";
import type { ShadowEntry, UserEntry } from "../../facts/accounts.js";
import { isNisLine } from "../../facts/people.js";
import { defineCheck } from "../define.js";

function locked({ lock, source }: ShadowEntry): Step {
  return { kind: "edit", file: source.file, edits: [lock] };
}

/** An `x` in place of nothing: from then on shadow decides. */
function toShadow({ fieldSpans, source }: UserEntry): readonly Step[] {
  const span = fieldSpans[1];
  return span === undefined ? [] : [{ kind: "edit", file: source.file, edits: [{ span, text: "x" }] }];
}

function inPasswd(user: UserEntry, shadow: readonly ShadowEntry[]): Problem {
  const entry = shadow.find(({ name }) => name === user.name);
  const name = printable(user.name);
  const but =
    entry !== undefined && entry.password.kind !== "empty" ? ", although shadow has a password for it" : "";
  const more = entry?.password.kind === "empty" ? [locked(entry)] : [];
  return {
    message: `${name} has an empty password in /etc/passwd and logs in without one${but}`,
    fix: [...toShadow(user), ...more],
  };
}

export default defineCheck({
  id: "accounts.empty-password",
  title: "No account has an empty password",
  why: "Whoever knows the name of such an account is in: on the console, by su, and over SSH where it permits empty passwords.",
  remedy: "`passwd -l NAME` locks the account; an empty second field in /etc/passwd must become `x`.",
  breaks:
    "The account can no longer log in without a password. Whoever uses it so today needs a password or a key first.",
  severity: "critical",
  risk: "lockout",
  fixable: true,
  needs: ["accounts"],
  params: {},
  evaluate({ accounts }) {
    const { shadow } = accounts;
    const entries = shadow.state === "known" ? shadow.value : [];
    const users = accounts.users.filter((user) => user.password.kind === "empty" && !isNisLine(user));
    const named = new Set(users.map(({ name }) => name));
    const empty = entries.filter((entry) => entry.password.kind === "empty" && !isNisLine(entry));
    return {
      expected: "a hash, or a lock, for every account",
      actual: `${new Set([...users, ...empty].map(({ name }) => name)).size} accounts without a password`,
      evidence: [...users, ...empty].map(({ source }) => source),
      problems: [
        ...users.map((user) => inPasswd(user, entries)),
        ...empty
          .filter(({ name }) => !named.has(name))
          .map((entry) => ({
            message: `${printable(entry.name)} has an empty password`,
            fix: [locked(entry)],
          })),
      ],
      unknowns: shadow.state === "error" ? [shadow.reason] : [],
      notes: shadow.state === "absent" ? [shadow.reason] : [],
    };
  },
});
