// A node as a systemd-nspawn container: real systemd, sshd, sudo, ufw in seconds. The kernel is the machine's: no modules,
// no AppArmor, no kernel.* settings. Everything lives in namespaces that end with the process that started them.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { makeGroups, removeGroups, sweepGroups } from "./cgroup.js";
import type { Built } from "./image.js";
import type { Node } from "./node.js";
import { end, runProgram, tied, until } from "./process.js";

/** Where the holder mounts the bed, in its own mount namespace. */
const place = "/mnt";
const root = `${place}/root`;
/** The neighbour's address and the node's, on a wire between two network namespaces. */
export const neighbour = "10.99.0.1";
export const address = "10.99.0.2";
const bootLimitMs = 120_000;

// A /run of its own: systemd-nspawn leaves locks and folders there.
const hold = `
mount -t tmpfs -o mode=0755 run /run
mount -t tmpfs -o mode=0755 bed ${place}
mkdir ${place}/upper ${place}/work ${root}
mount -t overlay -o "lowerdir=$0,upperdir=${place}/upper,workdir=${place}/work" overlay ${root}
ip link set lo up
echo ready
exec sleep infinity
`;

/** Adds the group's process to each group, then becomes the program. */
const enter = 'for group in $GROUPS_TO_JOIN; do echo $$ >"$group/cgroup.procs"; done; exec "$@"';

function started(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const [program, ...args] = [...tied, ...argv];
  return spawn(program ?? "", args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => {
      text = `${text}${bytes}`.slice(-20_000);
    });
  return () => text;
}

/** The container's process 1 as this machine counts: the only descendant that is 1 in the innermost namespace. */
function leaderOf(pid: number): number | undefined {
  let children: readonly number[];
  try {
    children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    const inside =
      /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]?.split(/\s+/) ?? [];
    if (inside.length > 2 && inside.at(-1) === "1") return pid;
  } catch {
    return undefined;
  }
  for (const child of children) {
    const found = leaderOf(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Has it left the test machine's network yet? It does so some time after it has started. */
function isApart(leader: number): boolean {
  try {
    return readlinkSync(`/proc/${leader}/ns/net`) !== readlinkSync("/proc/self/ns/net");
  } catch {
    return false;
  }
}

class Container implements Node {
  readonly #built: Built;
  readonly #name: string;
  #holder: ChildProcess | undefined;
  #boot: ChildProcess | undefined;
  #groups: readonly string[] = [];
  #leader = 0;
  #log: () => string = () => "";

  constructor(built: Built, name: string) {
    this.#built = built;
    this.#name = name;
  }

  get #held(): string {
    return `${this.#holder?.pid}`;
  }

  async hold(): Promise<void> {
    const holder = started([
      "unshare",
      "--mount",
      "--net",
      "--propagation=private",
      "sh",
      "-euc",
      hold,
      this.#built.root,
    ]);
    this.#holder = holder;
    const said = collect(holder);
    await until("mounting the bed", 30_000, () => {
      if (holder.exitCode !== null) throw new Error(`the bed's file system: ${said()}`);
      return said().includes("ready") || undefined;
    });
  }

  async powerOn(): Promise<void> {
    sweepGroups();
    this.#groups = makeGroups(this.#name);
    const options = [
      "--boot",
      "--quiet",
      "--register=no",
      "--keep-unit",
      "--private-network",
      "--link-journal=no",
    ];
    const nspawn = [
      "systemd-nspawn",
      ...options,
      "--console=read-only",
      `--machine=${this.#name}`,
      "-D",
      root,
    ];
    const apart = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const boot = started(
      ["sh", "-c", enter, "sh", "nsenter", "-t", this.#held, "--mount", ...apart, ...nspawn],
      {
        GROUPS_TO_JOIN: this.#groups.join(" "),
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1",
      },
    );
    this.#boot = boot;
    this.#log = collect(boot);
    this.#leader = await until("the container's first process", bootLimitMs, () => {
      if (boot.exitCode !== null) throw new Error(`systemd-nspawn ended:\n${this.#log()}`);
      const leader = leaderOf(boot.pid ?? 0);
      return leader !== undefined && isApart(leader) ? leader : undefined;
    });
    await this.#wire();
    await until("the container's boot", bootLimitMs, async () => {
      const state = await this.run(["systemctl", "is-system-running"], {});
      return ["running", "degraded"].includes(state.stdout.trim()) || undefined;
    });
  }

  async #wire(): Promise<void> {
    const ends = ["neigh0", "type", "veth", "peer", "name", "eth0", "netns", `${this.#leader}`];
    const near = ["nsenter", "-t", this.#held, "--net", "ip"];
    const far = ["nsenter", "-t", `${this.#leader}`, "--net", "ip"];
    for (const argv of [
      [...near, "link", "add", ...ends],
      [...near, "address", "add", `${neighbour}/24`, "dev", "neigh0"],
      [...near, "link", "set", "neigh0", "up"],
      [...far, "address", "add", `${address}/24`, "dev", "eth0"],
      [...far, "link", "set", "eth0", "up"],
      [...far, "route", "add", "default", "via", neighbour],
    ]) {
      const done = await runProgram(argv);
      if (done.code !== 0) throw new Error(`${argv.join(" ")}: ${done.stderr}`);
    }
  }

  run: Node["run"] = (argv, options) =>
    runProgram(["nsenter", "-t", `${this.#leader}`, "--all", "--", ...argv], options);

  fromOutside: Node["fromOutside"] = (port) => ({
    prefix: ["nsenter", "-t", this.#held, "--net", "--"],
    host: address,
    port,
  });

  onDisk: Node["onDisk"] = async (argv, options) =>
    await runProgram(
      ["nsenter", "-t", this.#held, "--mount", "--", ...argv.map((word) => word.replace("{root}", root))],
      options,
    );

  async powerOff(): Promise<void> {
    if (this.#boot !== undefined) await end(this.#boot);
    this.#boot = undefined;
    await until(
      "the end of the container's processes",
      20_000,
      () => removeGroups(this.#groups) || undefined,
    );
    this.#groups = [];
  }

  async ended(limitMs: number): Promise<void> {
    await until("the container's shutdown", limitMs, () => this.#boot?.exitCode ?? undefined);
    await this.powerOff();
  }

  async remove(): Promise<void> {
    await this.powerOff();
    if (this.#holder !== undefined) await end(this.#holder);
    this.#holder = undefined;
  }

  log(): string {
    return this.#log();
  }
}

/** A container of this image, not yet running. */
export async function containerOf(built: Built, name: string): Promise<Node> {
  const container = new Container(built, name);
  await container.hold();
  return container;
}
