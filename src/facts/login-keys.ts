// Which keys of an account sshd takes: their kinds, their options, the files they lie in (sshd(8) AUTHORIZED_KEYS FILE
// FORMAT, safe_path of misc.c). Not whether the account may log in at all.
import { printable } from "../core/printable.js";
import { place } from "../core/source.js";
import type { Host } from "../host/host.js";
import type { Accounts, UserEntry } from "./accounts.js";
import type { AuthorizedKey, KeyFile } from "./authorized-keys.js";
import type { Connection } from "./sshd/match.js";
import { matchHostOrAddress } from "./sshd/patterns.js";
import type { Sshd } from "./sshd.js";

/** Names of signature algorithms by which a key of a type may be used. */
function algorithmsOf(type: string): readonly string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
}

/** `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`; read as UTC, a day early rather than late. */
function expired(text: string, now: number): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text);
  if (match === null) return true;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = match;
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return at - 86_400_000 < now;
}

function optionProblem({ options }: AuthorizedKey, who: Connection, now: number): string | undefined {
  for (const { name, value = "" } of options) {
    if (name === "command") return "it only runs a command";
    if (name === "cert-authority") return "it signs keys that cannot be seen";
    if (name === "expiry-time" && expired(value, now)) return "its time is over, or will be within a day";
    if (name !== "from") continue;
    if (who.address === undefined) return `it is taken from ${printable(value, 80)} alone`;
    if (matchHostOrAddress(who.host ?? who.address, who.address, value) !== "matched")
      return `it is not taken from ${who.address}`;
  }
  return undefined;
}

/** Why sshd does not take a key; undefined where it does. */
export function keyProblem(sshd: Sshd, one: AuthorizedKey, who: Connection, now: number): string | undefined {
  if (one.unusable !== undefined) return one.unusable;
  const { type, kind, bits, certificate } = one.key;
  if (certificate) return "it is a certificate, which no line of this file stands for";
  const accepted = sshd.value("PubkeyAcceptedAlgorithms", who)?.[0]?.split(",");
  if (accepted === undefined ? kind === "dsa" : !algorithmsOf(type).some((name) => accepted.includes(name)))
    return `${type} is not among PubkeyAcceptedAlgorithms`;
  const least = Number(sshd.value("RequiredRSASize", who)?.[0] ?? 1024);
  if (kind === "rsa" && bits < least) return `it has ${bits} bits, RequiredRSASize asks for ${least}`;
  return optionProblem(one, who, now);
}

function parentsUpTo(path: string, home: string): readonly string[] {
  const found: string[] = [];
  for (let at = path; at !== "/"; ) {
    at = at.slice(0, at.lastIndexOf("/")) || "/";
    found.push(at);
    // sshd stops at the home directory (safe_path).
    if (at === home) break;
  }
  return found;
}

/** Why sshd passes the file over for who could have written it; asked where StrictModes is yes. */
async function loose(host: Host, path: string, user: UserEntry): Promise<string | undefined> {
  const file = await host.stat(path);
  if (file.state !== "ok") return file.reason;
  if (file.kind !== "file") return `${printable(path)} is not a regular file`;
  const home = await host.stat(user.home === "" ? "/" : user.home);
  const base = home.state === "ok" ? home.realPath : user.home;
  for (const at of [file.realPath, ...parentsUpTo(file.realPath, base)]) {
    const stat = await host.stat(at);
    if (stat.state !== "ok") return stat.reason;
    if (stat.uid !== 0 && stat.uid !== user.uid) return `${printable(at)} belongs to user ${stat.uid}`;
    if ((stat.mode & 0o022) !== 0) return `${printable(at)} can be written by others (StrictModes)`;
  }
  return undefined;
}

/** sshd opens the file as the user itself. */
function unreadable({ path, state, user }: KeyFile, accounts: Accounts): string | undefined {
  if (state.state !== "ok") return state.reason;
  const { mode, uid, gid } = state;
  if (user.uid === 0) return undefined;
  const inGroup = user.gid === gid || accounts.groupsOf(user.name).includes(accounts.groupName(gid));
  const bit = uid === user.uid ? 0o400 : inGroup ? 0o040 : 0o004;
  return (mode & bit) === 0 ? `${printable(path)} cannot be read by ${printable(user.name)}` : undefined;
}

/** Why sshd does not look into a file of keys, by the file; undefined where it does. */
export async function fileProblems(
  host: Host,
  files: readonly KeyFile[],
  sshd: Sshd,
  accounts: Accounts,
): Promise<ReadonlyMap<KeyFile, string | undefined>> {
  const strict = (user: UserEntry) =>
    sshd
      .every("StrictModes")
      .some((one) => one.concerns(user.name, accounts.groupsOf(user.name)) && one.value !== "no");
  const found = await Promise.all(
    files.map(async (file): Promise<readonly [KeyFile, string | undefined]> => {
      const bad = file.unread ?? unreadable(file, accounts);
      if (bad !== undefined || !strict(file.user)) return [file, bad];
      return [file, await loose(host, file.path, file.user)];
    }),
  );
  return new Map(found);
}

/** A key as evidence: its file, line and fingerprint. */
export function keyText(file: KeyFile, one: AuthorizedKey): string {
  return `${one.key.fingerprint} (${place(file.source(one))})`;
}
