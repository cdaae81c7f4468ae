// The cheapest bed: this machine's own files under a layer that takes every change, in namespaces of its own. No systemd, no
// users logging in; for scenarios of files, processes and sockets. Ends with the process that started it.
import { spawn } from "node:child_process";
import { end, type Result, type RunOptions, runProgram, tied, until } from "./process.js";

export interface Namespace {
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
}

const hold = `
mount -t tmpfs -o mode=0755 bed /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
mount -t proc proc /mnt/root/proc
mount --rbind /dev /mnt/root/dev
mount -t sysfs sysfs /mnt/root/sys || true
mount -t tmpfs tmpfs /mnt/root/run
ip link set lo up
cd /mnt/root
pivot_root . mnt
umount -l mnt
echo ready
# Process 1 buries what has ended.
while :; do sleep 3600 & wait $!; done
`;

/** Why there can be none here; undefined where there can. */
export async function namespaceMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "only root can start one";
  const tried = await runProgram(["unshare", "--mount", "--net", "--pid", "--fork", "ip", "link"]);
  return tried.code === 0 ? undefined : `no namespaces: ${tried.stderr.trim()}`;
}

/** Opens one for a scenario and takes it away, whatever happens. */
export async function withNamespace(scenario: (inside: Namespace) => Promise<void>): Promise<void> {
  const apart = [
    "--mount",
    "--net",
    "--pid",
    "--fork",
    "--kill-child",
    "--propagation=private",
    "--mount-proc",
  ];
  const [program = "", ...words] = [...tied, "unshare", ...apart, "sh", "-euc", hold];
  const holder = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [holder.stdout, holder.stderr])
    stream.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  try {
    await until("the namespace", 30_000, () => {
      if (holder.exitCode !== null) throw new Error(`the namespace: ${said}`);
      return said.includes("ready") || undefined;
    });
    // The shell is the holder's only child, and process 1 inside.
    const children = await runProgram(["cat", `/proc/${holder.pid}/task/${holder.pid}/children`]);
    const enter = [
      "nsenter",
      "-t",
      children.stdout.trim(),
      "--mount",
      "--net",
      "--pid",
      "--root",
      "--wd=/",
      "--",
    ];
    await scenario({ run: (argv, options) => runProgram([...enter, ...argv], options) });
  } finally {
    await end(holder);
  }
}
