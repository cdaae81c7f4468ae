// Starts a container in a temporary bundle with the node's runc or crun, and leaves nothing behind. What it is to contain is
// told by who asks; no image, no network of its own, no container of the node is touched.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { missing } from "./path-error.js";
import { type Environment, type Probe, runRow } from "./probes.js";

export type TrialRuntime = "runc" | "crun";

export interface TrialRequest {
  readonly runtime: TrialRuntime;
  /** config.json; the root is the folder `rootfs`. */
  readonly config: string;
  /** The bytes of an executable file, or the path of one on this machine. */
  readonly program: Uint8Array | string;
  /** What it is called in the container's root: a program may go by its name. */
  readonly name: string;
  readonly id: string;
  readonly limitMs: number;
}

export type TrialResult =
  | { readonly state: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: "late"; readonly reason: string }
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string };

export type Trials = (request: TrialRequest) => Promise<TrialResult>;

/** Of packages, of what is installed by hand, of k3s, rke2 and MicroK8s. */
const folders = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/opt/containerd/bin",
  "/var/lib/rancher/k3s/data/current/bin",
  "/var/lib/rancher/rke2/bin",
  "/snap/microk8s/current/bin",
];

/** Where programs may be started: /run and /tmp are often mounted noexec, and kubelets need /var/lib without. */
const places = ["/var/lib", "/var/tmp"];

/** All that a trial starts: the runtime, to run a container and to take away one that outlived its time. */
const rows: Readonly<Record<TrialRuntime, Probe>> = {
  runc: { programs: folders.map((folder) => `${folder}/runc`), args: wordsOf, outputLimit: 256 * 1024 },
  crun: { programs: folders.map((folder) => `${folder}/crun`), args: wordsOf, outputLimit: 256 * 1024 },
};

function wordsOf(verb = "", state = "", ...rest: readonly string[]): readonly string[] {
  return ["--root", state, verb, ...rest];
}

function makeFolder(): string {
  for (const place of places)
    try {
      return mkdtempSync(join(place, "nodeward-trial-"));
    } catch {
      // The next one; the last is told of.
    }
  return mkdtempSync("/tmp/nodeward-trial-");
}

function lay(folder: string, { config, program, name }: TrialRequest): void {
  const root = join(folder, "rootfs");
  for (const one of ["proc", "dev", "tmp"]) mkdirSync(join(root, one), { recursive: true });
  const file = join(root, name);
  if (typeof program === "string") copyFileSync(program, file);
  else writeFileSync(file, program);
  chmodSync(file, 0o755);
  writeFileSync(join(folder, "config.json"), config, { mode: 0o600 });
}

const groups = "/sys/fs/cgroup";

/** The control groups of a container, in each hierarchy of the first version, or the one of the second. */
function groupsOf(id: string): readonly string[] {
  try {
    const names = readdirSync(groups);
    return [groups, ...names.map((name) => join(groups, name))]
      .map((folder) => join(folder, id))
      .filter((folder) => existsSync(join(folder, "cgroup.procs")));
  } catch {
    return [];
  }
}

/**
 * Ends what is left in the container's control groups: a runc whose first thread was killed by the filter lives on in its
 * others, without a state that `delete` would find. The container's first process leads a group of its own (setsid(2)).
 */
async function sweep(environment: Environment, id: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const left = groupsOf(id);
    if (left.length === 0) return;
    for (const folder of left)
      try {
        const pids = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n");
        for (const pid of pids) if (/^[1-9]\d*$/.test(pid)) environment.killGroup(Number(pid));
        rmdirSync(folder);
      } catch {
        // Not empty yet: in the next round.
      }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A live trial; needs root. */
export function liveTrials(environment: Environment): Trials {
  return async (request) => {
    const { runtime, id, limitMs } = request;
    let folder: string | undefined;
    try {
      folder = makeFolder();
      lay(folder, request);
      const state = join(folder, "state");
      const row = { ...rows[runtime], timeLimitMs: limitMs };
      const result = await runRow(environment, row, ["run", state, "--bundle", folder, id]);
      if (result.state === "ok")
        return { state: "ended", code: result.code, stdout: result.stdout, stderr: result.stderr };
      if (result.state === "absent") return { state: "absent", reason: `${runtime} is not installed` };
      await runRow(environment, row, ["delete", state, "--force", id]);
      return { state: "late", reason: result.reason };
    } catch (error) {
      return { state: "failed", reason: missing(folder ?? places[0] ?? "", error).reason };
    } finally {
      await sweep(environment, id);
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  };
}
