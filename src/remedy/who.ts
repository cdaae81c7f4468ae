// Who started this run, as far as the kernel tells. sudo takes SSH_CONNECTION out of the environment, so that the
// processes above are asked; who has no name in any of them was a timer or a boot unit.
import type { Who } from "../core/journal-event.js";
import { printable } from "../core/printable.js";
import type { Host } from "../host/host.js";

/** (uid_t) -1: nobody has logged in (proc_pid_loginuid(5)). */
const unset = 4_294_967_295;
const parentLimit = 32;

async function numberIn(host: Host, path: string): Promise<number | null> {
  const read = await host.read(path);
  const number = read.state === "ok" ? Number.parseInt(read.text, 10) : unset;
  return Number.isInteger(number) && number !== unset && number >= 0 ? number : null;
}

interface Process {
  readonly name: string;
  readonly parent: string;
  readonly variable: (name: string) => string | null;
}

async function processOf(host: Host, pid: string): Promise<Process | undefined> {
  const [status, environ] = await Promise.all([
    host.read(`/proc/${pid}/status`),
    host.read(`/proc/${pid}/environ`),
  ]);
  if (status.state !== "ok") return undefined;
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status.text)?.[1] ?? "";
  const entries = environ.state === "ok" ? environ.text.split("\0") : [];
  return {
    name: printable(field("Name"), 40),
    parent: field("PPid"),
    variable: (name) => {
      const entry = entries.find((one) => one.startsWith(`${name}=`));
      return entry === undefined ? null : printable(entry.slice(name.length + 1), 200);
    },
  };
}

/** `uid` is the effective user. Of the live machine, whatever root the run is for. */
export async function whoRuns(host: Host, uid: number): Promise<Who> {
  const parents: string[] = [];
  let [sudoUser, ssh]: (string | null)[] = [null, null];
  let pid = "self";
  for (let depth = 0; depth < parentLimit && /^(?:self|[1-9]\d*)$/.test(pid); depth++) {
    const found = await processOf(host, pid);
    if (found === undefined) break;
    if (pid !== "self") parents.push(found.name);
    sudoUser ??= found.variable("SUDO_USER");
    ssh ??= found.variable("SSH_CONNECTION");
    pid = found.parent;
  }
  const [loginUid, session, tty] = await Promise.all([
    numberIn(host, "/proc/self/loginuid"),
    numberIn(host, "/proc/self/sessionid"),
    host.readlink("/proc/self/fd/0"),
  ]);
  const terminal = tty.state === "ok" && /^\/dev\/(?:pts\/|tty)/.test(tty.target) ? tty.target : null;
  return { uid, loginUid, session, sudoUser: sudoUser ?? null, tty: terminal, ssh: ssh ?? null, parents };
}
