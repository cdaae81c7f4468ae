// Somebody still gets in over SSH and has root, and so does who runs this. Judged by the whole of sshd's configuration,
// the accounts, their keys and sudo as they would be.
import type { Fact } from "../../core/fact.js";
import type { Group, Left } from "../../core/plan.js";
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type Login, type Logins, type LoginView, logins } from "../../facts/logins.js";
import { type Operator, operator } from "../../facts/operator.js";
import { type Sshd, sshd } from "../../facts/sshd.js";
import { type Compared, concerned, defineGuard, left, reasons } from "./guard.js";

interface Access {
  readonly sshd: Fact<Sshd>;
  readonly logins: Fact<Logins>;
  readonly operator: Fact<Operator>;
}

const passwordChecks = ["sshd.password-authentication", "sshd.kbd-interactive-authentication"];
const rootCheck = "sshd.permit-root-login";

/** Who a change of these checks shuts out first. */
const byMethod: Readonly<Record<Login["by"], readonly string[]>> = {
  password: [...passwordChecks, "sshd.use-pam", rootCheck, "accounts", "sshd.permit-empty-passwords"],
  key: [
    rootCheck,
    "sshd.strict-modes",
    "sshd.pubkey-accepted-algorithms",
    "sshd.use-pam",
    "accounts",
    "files",
  ],
};

function admins({ logins: all }: LoginView): readonly Login[] {
  return all.filter(({ root }) => root !== undefined);
}

function whoFails(view: LoginView): string {
  const open = view.logins.filter(({ root }) => root === undefined);
  const noRoot = open.map(({ user }) => ({ name: user.name, why: ["gets in, and has no way to root"] }));
  const shut = view.shut.map(({ user, why }) => ({ name: user.name, why }));
  const all = [...noRoot, ...shut];
  return all.length === 0 ? "no account has a shell" : reasons(all);
}

const firstAKey =
  "give an account that may use sudo a key: put it into its ~/.ssh/authorized_keys, see that sudo gives it root, log in with it, and run this again";

interface View {
  readonly was: LoginView;
  readonly would: LoginView;
  /** Did this session prove a key that cannot be seen, and would that still be asked for? */
  readonly provenKey: boolean;
}

/** A key that no file shows, shown by who runs this: it stands for one. */
function proven(compared: Compared<Access>, would: LoginView, after: Logins): boolean {
  const who = compared.before.operator;
  if (who.state !== "known" || who.value.user === undefined) return false;
  const { user, method } = who.value;
  const mine = would.shut.find((shut) => shut.user.name === user);
  return method === "publickey" && mine?.perhaps === true && after.root(user) !== undefined;
}

/** Nobody of those who could before would get in and have root. */
function everybody(group: Group, { was, would, provenKey }: View): readonly Left[] {
  if (admins(would).length > 0 || provenKey) return [];
  const before = admins(was);
  if (before.length === 0) return [];
  const names = [...new Set(before.map(({ user }) => user.name))];
  const blamed = new Set(before.flatMap(({ by }) => concerned(group, byMethod[by])));
  return left(
    [...blamed],
    "refuse",
    `nobody would get in over SSH and have root: today ${listing(names)} can; then ${whoFails(would)}`,
    firstAKey,
  );
}

/** Password logins go only where a key opens a way to root. */
function needsKey(group: Group, { would, provenKey }: View): readonly Left[] {
  const checks = group.checks.filter((id) => passwordChecks.includes(id));
  if (checks.length === 0 || provenKey || admins(would).some(({ by }) => by === "key")) return [];
  return left(
    checks,
    "refuse",
    `no account would get in with a key and have root, and passwords would be taken no more: ${whoFails(would)}`,
    firstAKey,
  );
}

/** Root's own login goes only where another account has a way to root. */
function needsOther(
  group: Group,
  { would, provenKey }: View,
  operatorName: string | undefined,
): readonly Left[] {
  if (!group.checks.includes(rootCheck)) return [];
  const other = admins(would).some(({ user }) => user.uid !== 0);
  if (other || (provenKey && operatorName !== "root")) return [];
  return left(
    [rootCheck],
    "refuse",
    `root could log in no more, and no other account gets in and becomes root: ${whoFails({ ...would, shut: would.shut.filter(({ user }) => user.uid !== 0) })}`,
    firstAKey,
  );
}

/** What this very session came in by must go on to work. */
function ownSession(group: Group, who: Operator, { was, would, provenKey }: View): readonly Left[] {
  const mine = (view: LoginView) => view.logins.filter(({ user }) => user.name === who.user);
  const evidence = listing(
    who.evidence.map((source) => `${place(source)}: ${source.text}`),
    2,
  );
  const how = who.method ?? "a way that nothing tells";
  const [had, has] = [mine(was), mine(would)];
  if (who.user === undefined || had.length === 0 || provenKey) return [];
  const byPassword = who.method !== undefined && who.method !== "publickey";
  const kept = has.some(({ by }) => by === (byPassword ? "password" : "key"));
  // Of an unknown way the key is the one that stays.
  if (kept || (had.every(({ by }) => by === "password") && !byPassword && has.length > 0)) return [];
  // Root's session ends in favour of another account's: that one was asked for above.
  if (who.user === "root" && !byPassword && group.checks.includes(rootCheck)) return [];
  const method = byPassword ? "password" : "key";
  const why = would.shut.find(({ user }) => user.name === who.user)?.why ?? ["its key would still be taken"];
  return left(
    concerned(group, byMethod[method]),
    "defer",
    `${who.user}, who runs this, came in by ${how}${evidence === "" ? "" : ` (${evidence})`} and would not get in so again: ${listing(why, 3)}`,
    has.some(({ by }) => by === "key")
      ? `log in as ${who.user} with its key, and run this again from there`
      : `put a key into the authorized_keys of ${who.user}, log in with it, and run this again from there`,
  );
}

function judge(compared: Compared<Access>): readonly Left[] {
  const { group, before, after } = compared;
  if (before.sshd.state === "absent" || before.logins.state === "absent") return [];
  if (after.sshd.state !== "known" && before.sshd.state === "known")
    return left(
      group.checks,
      "refuse",
      `sshd would not start: ${after.sshd.reason}`,
      "repair the named line by hand",
    );
  if (after.logins.state !== "known" || before.logins.state !== "known") {
    const unknown = after.logins.state === "known" ? before.logins : after.logins;
    const why = unknown.state === "known" ? "" : unknown.reason;
    const risky = group.risk === "lockout" ? group.checks : [];
    return left(
      risky,
      "defer",
      `it cannot be told who would still get in: ${why}`,
      "make that readable, or change it by hand",
    );
  }
  const who = before.operator.state === "known" ? before.operator.value : undefined;
  const { peer } = who ?? {};
  const from =
    peer === undefined
      ? {}
      : { address: peer.address, localAddress: peer.localAddress, localPort: peer.localPort };
  const would = after.logins.value.from(from);
  const view: View = {
    was: before.logins.value.from(from),
    would,
    provenKey: proven(compared, would, after.logins.value),
  };
  const found = [...everybody(group, view), ...needsKey(group, view), ...needsOther(group, view, who?.user)];
  if (found.length > 0) return found;
  return who === undefined ? [] : ownSession(group, who, view);
}

export const sshAccess = defineGuard<Access>({
  title: "Somebody gets in over SSH and has root, and whoever runs this gets in again as before",
  groups: ["sshd", "accounts", "file-modes", "other"],
  async gather(ask) {
    const [config, found, who] = await Promise.all([ask(sshd), ask(logins), ask(operator)]);
    return { sshd: config, logins: found, operator: who };
  },
  judge,
});
