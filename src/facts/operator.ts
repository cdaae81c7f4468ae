// Who runs this program, from where, and what sshd took for proof when that session began: from the kernel's login user
// id, the environment and titles of the processes above, and what sshd wrote in the log. sudo strips SSH_CONNECTION.
import { absent, type Fact, known } from "../core/fact.js";
import { parseAddress } from "../core/network.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import type { Ask, FactSource } from "./source.js";
import { type Accepted, accepted } from "./ssh-accepted.js";

export interface PeerAddress {
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
}

export interface Operator {
  /** The account that logged in, whatever it became since; undefined where that cannot be told. */
  readonly user: string | undefined;
  /** The peer of the SSH session; undefined on a console, and where none can be seen: to be taken for remote. */
  readonly peer: PeerAddress | undefined;
  /** `publickey`, `password`, `keyboard-interactive/pam`, …; undefined where nothing tells. */
  readonly method: string | undefined;
  /** Of the key that was shown, where the log names it. */
  readonly fingerprint: string | undefined;
  readonly evidence: readonly Source[];
}

/** Processes above this one that are looked at. */
const depthLimit = 64;
/** (uid_t) -1 of /proc/self/loginuid: nobody logged in. */
const unset = 4_294_967_295;

function field(status: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1] ?? "";
}

function variable(environ: string, name: string): string | undefined {
  return environ
    .split("\0")
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

function peerOf(text: string | undefined): PeerAddress | undefined {
  const [address = "", port = "", localAddress = "", localPort = ""] = (text ?? "").split(" ");
  const numbers = [port, localPort].map(Number);
  const good =
    [address, localAddress].every((one) => parseAddress(one.replace(/%.*$/, "")) !== undefined) &&
    numbers.every((one) => Number.isInteger(one) && one > 0 && one < 65_536);
  return good ? { address, port: numbers[0] ?? 0, localAddress, localPort: numbers[1] ?? 0 } : undefined;
}

interface Seen {
  peer: PeerAddress | undefined;
  /** SSH_USER_AUTH: a file in which sshd names the methods (ExposeAuthInfo). */
  authFile: string | undefined;
  /** From the title of sshd's process: `sshd: alice [priv]`. */
  title: string | undefined;
  readonly evidence: Source[];
}

function look(pid: string, environ: string, title: string, seen: Seen): void {
  if (seen.peer === undefined) {
    seen.peer = peerOf(variable(environ, "SSH_CONNECTION"));
    if (seen.peer !== undefined)
      seen.evidence.push(wholeFile(`/proc/${pid}/environ`, `SSH_CONNECTION from ${seen.peer.address}`));
  }
  seen.authFile ??= variable(environ, "SSH_USER_AUTH");
  const name = /^sshd(?:-session)?: ([^ @[\]]+)(?:@| \[)/.exec(title)?.[1];
  if (seen.title === undefined && name !== undefined) {
    seen.title = name;
    seen.evidence.push(wholeFile(`/proc/${pid}/cmdline`, title.trim()));
  }
}

/** Goes up from this process to the first. */
async function above(host: Host): Promise<Seen> {
  const seen: Seen = { peer: undefined, authFile: undefined, title: undefined, evidence: [] };
  let pid = "self";
  for (let depth = 0; depth < depthLimit && pid !== "0" && pid !== "1"; depth++) {
    const [status, environ, title] = await Promise.all(
      ["status", "environ", "cmdline"].map((name) => host.read(`/proc/${pid}/${name}`)),
    );
    if (status?.state !== "ok") break;
    look(
      pid,
      environ?.state === "ok" ? environ.text : "",
      title?.state === "ok" ? title.text.replaceAll("\0", " ") : "",
      seen,
    );
    const parent = field(status.text, "PPid");
    if (!/^\d+$/.test(parent)) break;
    pid = parent;
  }
  return seen;
}

/** sshd(8): one method a line, `publickey ssh-ed25519 AAAA…`. The file is the user's: it can only mislead about itself. */
async function exposed(host: Host, path: string | undefined): Promise<string | undefined> {
  if (path === undefined || !path.startsWith("/")) return undefined;
  const read = await host.read(path, { limit: 64 * 1024 });
  const methods =
    read.state === "ok" ? read.text.split("\n").flatMap((line) => line.split(" ")[0] || []) : [];
  return methods.length === 0 ? undefined : methods.join(",");
}

async function loginUid(host: Host): Promise<number | undefined> {
  const read = await host.read("/proc/self/loginuid");
  const uid = read.state === "ok" && /^\d+\s*$/.test(read.text) ? Number(read.text) : unset;
  return uid === unset ? undefined : uid;
}

async function gather(host: Host, ask: Ask): Promise<Fact<Operator>> {
  const [uid, seen, all] = await Promise.all([loginUid(host), above(host), ask(accounts)]);
  if (uid === undefined && seen.peer === undefined && seen.title === undefined)
    return absent("nobody is logged in here: this is a service, a timer or a container");
  const [line, method]: readonly [Accepted | undefined, string | undefined] = await Promise.all([
    seen.peer === undefined ? undefined : accepted(host, seen.peer),
    exposed(host, seen.authFile),
  ]);
  const byUid = all.state === "known" && uid !== undefined ? all.value.user(uid)?.name : undefined;
  return known({
    user: byUid ?? line?.user ?? seen.title,
    peer: seen.peer,
    method: line?.method ?? method,
    fingerprint: line?.fingerprint,
    evidence: [...(line === undefined ? [] : [line.source]), ...seen.evidence],
  });
}

export const operator: FactSource<Operator> = {
  title: "who runs this, and how that session logged in (/proc/self and above, what sshd wrote in the log)",
  gather,
};
