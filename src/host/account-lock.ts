// The lock of everybody who rewrites the user database: useradd, chage, passwd, PAM, systemd-sysusers (lckpwdf(3)). They
// lock /etc/.pwd.lock by fcntl(2). A lock of the open file (F_OFD_SETLKW) holds against theirs, outlives the program that
// took it for us, and is gone with our descriptor, however we end: nothing stale is ever left.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { attempt, Rule } from "./attempt.js";
import { interpret, type Script, withDescriptors } from "./interpreter.js";
import type { Locked } from "./node-writer.js";

/** As long as they wait for each other (lckpwdf(3)). */
const patienceSeconds = 15;

const database = /^\/etc\/(?:passwd|shadow|group|gshadow|subuid|subgid)-?$/;

/** Does the file belong to the user database? */
export function isOfAccounts(realPath: string): boolean {
  return database.test(realPath);
}

/** Held of nothing. */
export const nothing: Locked = { state: "ok", release: () => {} };

/** `struct flock` of 64-bit Linux: a lock for writing, of the whole file; 38 is F_OFD_SETLKW (fcntl(2)). */
const script: Script = {
  perl: 'open(my $file, ">&=", 3) or exit 2; my $lock = pack("s s x4 q q l x4", 1, 0, 0, 0, 0); fcntl($file, 38, $lock) or exit 2;',
  python: 'import fcntl, struct\nfcntl.fcntl(3, 38, struct.pack("hhxxxxqqixxxx", 1, 0, 0, 0, 0))',
};

type Tried = "locked" | "busy" | "failed" | "missing";

/** flock(1) of util-linux 2.41 and later has fcntl locks; earlier ones end with 64, as for any word they do not know. */
function byFlock(fd: number, seconds: number): Tried {
  const words = ["--fcntl", "--timeout", String(seconds), "3"];
  const ended = withDescriptors("/usr/bin/flock", words, [fd], (seconds + 5) * 1000);
  if (ended === undefined || ended.status === 64) return "missing";
  if (ended.status === 0) return "locked";
  return ended.status === 1 ? "busy" : "failed";
}

function byScript(fd: number, seconds: number): Tried {
  const ended = interpret(script, [], [fd], seconds * 1000);
  if (ended === undefined) return "missing";
  if (ended.status === 0) return "locked";
  return ended.signal === null ? "failed" : "busy";
}

/** Who has it, as far as the kernel tells (proc_locks(5)). */
function holderOf(fd: number): string {
  const inode = String(fstatSync(fd).ino);
  for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
    const [, pid, found] = / (?:POSIX|OFDLCK) .* WRITE (\d+) [\da-f]+:[\da-f]+:(\d+) /.exec(line) ?? [];
    if (found !== inode || pid === undefined) continue;
    const name = attempt("/proc", () => readFileSync(`/proc/${pid}/comm`, "utf8").trim());
    return typeof name === "string" ? `${name} (process ${pid})` : `process ${pid}`;
  }
  return "another program";
}

/**
 * `etc` is the held directory. Waits a while; `by` says for people who had it all the time. Where the lock was never
 * taken, `make` makes its file as they would; in an image nobody is at work, and it stays byte for byte.
 */
export function lockAccounts(etc: number, make: boolean, seconds = patienceSeconds): Locked {
  const shown = "/etc/.pwd.lock";
  return attempt<Locked>(shown, () => {
    const path = `/proc/self/fd/${etc}/.pwd.lock`;
    if (!make && lstatSync(path, { throwIfNoEntry: false }) === undefined) return nothing;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const fd = openSync(path, flags, 0o600);
    try {
      const first = byFlock(fd, seconds);
      const tried = first === "missing" ? byScript(fd, seconds) : first;
      if (tried === "locked") return { state: "ok", release: () => void attempt(shown, () => closeSync(fd)) };
      if (tried === "missing")
        throw new Rule(
          "cannot be locked for changing accounts: neither flock with --fcntl nor perl nor python3 is installed",
        );
      if (tried === "failed") throw new Rule("could not be locked for changing accounts");
      const by = attempt(shown, () => holderOf(fd));
      closeSync(fd);
      return { state: "held", by: typeof by === "string" ? by : "another program" };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  });
}
