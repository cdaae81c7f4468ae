// Runs the installed `sshd -T` over many configurations at once, in a private mount namespace where /run/sshd exists.
// NODEWARD_SSHD_ROOT names another root directory whose sshd is asked instead (chroot).
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Job {
  readonly id: string;
  /** Arguments behind `-T -h KEY -f main`. */
  readonly args: readonly string[];
}

export interface Said {
  readonly refused: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bed {
  /** The root directory sshd sees. */
  readonly root: string;
  /** The folder for configurations, as sshd names it. */
  readonly dir: string;
  /** The version as the program says it. */
  readonly version: string;
  readonly key: string;
  write(name: string, text: string | Uint8Array): void;
  /** The path of a file of the folder on this machine. */
  real(name: string): string;
  ask(jobs: readonly Job[]): Promise<ReadonlyMap<string, Said>>;
  close(): void;
}

const root = process.env.NODEWARD_SSHD_ROOT ?? "";

const driver = `
if [ -z "$ROOT" ]; then mount -t tmpfs none /run && mkdir -p /run/sshd || exit 9; fi
cd /
run() { if [ -z "$ROOT" ]; then "$@"; else chroot "$ROOT" "$@"; fi; }
while IFS= read -r line; do
  eval "set -- $line"
  id=$1; shift
  run /usr/sbin/sshd -T -h "$KEY" -f "$DIR/$id/main" "$@" >"$ROOT$DIR/$id/out" 2>"$ROOT$DIR/$id/err" </dev/null
  echo $? >"$ROOT$DIR/$id/code"
done
`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function runDriver(dir: string, key: string, jobs: readonly Job[]): Promise<void> {
  const command = ["-c", driver];
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", ROOT: root, DIR: dir, KEY: key };
  return new Promise((resolve, reject) => {
    const child = spawn("unshare", ["-m", "sh", ...command], { env, stdio: ["pipe", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`the driver ended with ${code}`)),
    );
    child.stdin.end(jobs.map(({ id, args }) => `${[id, ...args].map(quoted).join(" ")}\n`).join(""));
  });
}

/** Undefined with a reason where sshd cannot be asked here. */
export function makeBed(): Bed | string {
  if (process.getuid?.() !== 0) return "only root may ask sshd -T with a private /run";
  if (!existsSync(`${root}/usr/sbin/sshd`)) return "sshd is not installed (openssh-server)";
  if (spawnSync("unshare", ["-m", "true"]).status !== 0) return "no private mount namespace (unshare -m)";
  const base = mkdtempSync(join(root === "" ? tmpdir() : `${root}/tmp`, "nodeward-sshd-"));
  const dir = base.slice(root.length);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(base, "key")]);
  chmodSync(base, 0o755);
  // An unknown option makes it say its version.
  const told = spawnSync(
    root === "" ? "/usr/sbin/sshd" : "chroot",
    root === "" ? ["-?"] : [root, "/usr/sbin/sshd", "-?"],
  );
  const version = /OpenSSH_\S+(?: [^,\s]+)?/.exec(String(told.stderr))?.[0] ?? "";
  const key = `${dir}/key`;
  const real = (name: string) => join(base, name);
  return {
    root: root === "" ? "/" : root,
    dir,
    version,
    key,
    real,
    write(name, text) {
      mkdirSync(dirname(real(name)), { recursive: true });
      writeFileSync(real(name), text);
    },
    async ask(jobs) {
      const width = 2;
      const shares = Array.from({ length: width }, (_, share) =>
        jobs.filter((_job, index) => index % width === share),
      );
      await Promise.all(shares.map((share) => runDriver(dir, key, share)));
      return new Map(
        jobs.map(({ id }) => {
          const read = (name: string) => readFileSync(real(`${id}/${name}`), "utf8");
          return [id, { refused: read("code").trim() !== "0", stdout: read("out"), stderr: read("err") }];
        }),
      );
    },
    close: () => rmSync(base, { recursive: true, force: true }),
  };
}
