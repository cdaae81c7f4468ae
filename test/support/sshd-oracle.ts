// Runs the installed `sshd -T` over many configurations, each bound to /etc/ssh in a private mount namespace: the files
// of the machine are not touched. NODEWARD_SSHD_ROOT names another root directory whose sshd is asked instead (chroot).
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { MemoryFiles } from "../../src/host/memory.js";

export interface Job {
  readonly id: string;
  /** Below /etc/ssh: files, links, directories and named pipes. */
  readonly files: MemoryFiles;
  /** More arguments, such as `-C user=root,…`. */
  readonly args: readonly string[];
}

export interface Said {
  readonly code: number;
  readonly refused: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bed {
  /** The root directory sshd sees. */
  readonly root: string;
  readonly key: string;
  ask(jobs: readonly Job[]): Promise<ReadonlyMap<string, Said>>;
  close(): void;
}

const root = process.env.NODEWARD_SSHD_ROOT ?? "";

const driver = `
cd /
if [ -z "$ROOT" ]; then mount -t tmpfs none /run && mkdir -p /run/sshd || exit 9; fi
run() { if [ -z "$ROOT" ]; then timeout 2 "$@"; else timeout 2 chroot "$ROOT" "$@"; fi; }
mkdir -p "$ROOT/etc/ssh"
while IFS= read -r line; do
  eval "set -- $line"
  id=$1; shift
  mount --bind "$BASE/$id/ssh" "$ROOT/etc/ssh" || exit 8
  run /usr/sbin/sshd -T -h "$KEY" "$@" >"$BASE/$id/out" 2>"$BASE/$id/err" </dev/null
  echo $? >"$BASE/$id/code"
  umount "$ROOT/etc/ssh"
done
`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function runDriver(base: string, jobs: readonly Job[]): Promise<void> {
  const env = {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    LC_ALL: "C",
    ROOT: root,
    BASE: base,
    KEY: `${base.slice(root.length)}/key`,
  };
  return new Promise((resolve, reject) => {
    const child = spawn("unshare", ["-m", "sh", "-c", driver], { env, stdio: ["pipe", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`the driver ended with ${code}`)),
    );
    child.stdin.end(jobs.map(({ id, args }) => `${[id, ...args].map(quoted).join(" ")}\n`).join(""));
  });
}

function lay(base: string, { id, files }: Job): void {
  const folder = join(base, id, "ssh");
  mkdirSync(folder, { recursive: true });
  for (const [path, value] of Object.entries(files)) {
    const target = join(folder, path.replace(/^\/etc\/ssh\//, ""));
    const node = typeof value === "string" ? { text: value } : value;
    mkdirSync(dirname(target), { recursive: true });
    if (node.link !== undefined) symlinkSync(node.link, target);
    else if (node.kind === "directory") mkdirSync(target, { recursive: true });
    else if (node.kind === "fifo") execFileSync("mkfifo", [target]);
    else writeFileSync(target, node.bytes ?? node.text ?? "");
  }
}

/** A text that says why, where sshd cannot be asked here. */
export function makeBed(): Bed | string {
  if (process.getuid?.() !== 0) return "only root may ask sshd -T with an /etc/ssh of its own";
  if (!existsSync(`${root}/usr/sbin/sshd`)) return "sshd is not installed (openssh-server)";
  if (spawnSync("unshare", ["-m", "true"]).status !== 0) return "no private mount namespace (unshare -m)";
  const base = mkdtempSync(join(root === "" ? tmpdir() : `${root}/tmp`, "nodeward-sshd-"));
  chmodSync(base, 0o755);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(base, "key")]);
  return {
    root: root === "" ? "/" : root,
    key: `${base.slice(root.length)}/key`,
    async ask(jobs) {
      for (const job of jobs) lay(base, job);
      const width = 2;
      const shares = Array.from({ length: width }, (_, share) =>
        jobs.filter((_job, index) => index % width === share),
      );
      await Promise.all(shares.map((share) => runDriver(base, share)));
      return new Map(
        jobs.map(({ id }) => {
          const read = (name: string) => readFileSync(join(base, id, name), "utf8");
          const code = Number(read("code"));
          return [id, { code, refused: code !== 0, stdout: read("out"), stderr: read("err") }];
        }),
      );
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}
