// A bundle in a temporary folder and runc and crun to start it, for the comparisons in test/oracle. Needs root.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import type { LowRuntime } from "../../src/confine/runtime-base.js";
import { type Trial, trialConfig } from "../../src/confine/trial-config.js";
import { trialProgram } from "../../src/confine/trial-program.js";

export const programs: Readonly<Record<LowRuntime, readonly string[]>> = {
  runc: ["/usr/sbin/runc", "/usr/bin/runc"],
  crun: ["/usr/bin/crun"],
};

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly late: boolean;
}

/** What is mounted from this machine so that its programs run inside: /usr, and the links to it in the root. */
const linked = ["bin", "sbin", "lib", "lib64"];

function programOf(runtime: LowRuntime): string {
  return programs[runtime].find((path) => existsSync(path)) ?? runtime;
}

/** A runc whose first thread was killed lives on in its others, and its state names it to nobody. */
function sweep(id: string): void {
  const script = `for one in /sys/fs/cgroup/${id} /sys/fs/cgroup/*/${id}; do
    [ -e "$one/cgroup.procs" ] && kill -9 $(cat "$one/cgroup.procs"); done
    sleep 0.2; rmdir /sys/fs/cgroup/${id} /sys/fs/cgroup/*/${id}`;
  spawnSync("sh", ["-c", script], { stdio: "ignore" });
}

export class ContainerBed {
  readonly folder = mkdtempSync(join(tmpdir(), "nodeward-bundle-"));
  private count = 0;

  constructor() {
    const root = join(this.folder, "rootfs");
    for (const name of ["proc", "dev", "usr", "tmp", "etc", "data", "var/log/nginx", "var/lib/nginx", "run"])
      mkdirSync(join(root, name), { recursive: true, mode: 0o777 });
    for (const name of linked) symlinkSync(`usr/${name}`, join(root, name));
    writeFileSync(join(root, "trial"), trialProgram(arch() === "arm64" ? "aarch64" : "x86_64"), {
      mode: 0o755,
    });
    if (existsSync("/usr/bin/busybox")) copyFileSync("/usr/bin/busybox", join(root, "busybox"));
  }

  /** A path of the root that the container can write to. */
  inside(path: string): string {
    return join(this.folder, "rootfs", path);
  }

  run(runtime: LowRuntime, trial: Partial<Trial> & Pick<Trial, "profile">, seconds = 10): Ran {
    const id = `nodeward-bed-${process.pid}-${this.count++}`;
    const config = trialConfig({
      args: ["/trial"],
      noNewPrivileges: false,
      mounts: [],
      cgroup: `/${id}`,
      ownNetwork: true,
      ...trial,
    });
    writeFileSync(join(this.folder, "config.json"), config);
    const program = programOf(runtime);
    const state = join(this.folder, `state-${runtime}`);
    // crun keeps filters there, and takes two that differ in an error number alone for the same.
    rmSync(join(state, ".cache"), { recursive: true, force: true });
    // crun takes no machine with both versions of control groups: it sees the first alone, in a mount namespace of its own.
    const script = '! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified; exec "$@"';
    const call = [program, "--root", state, "run", "--bundle", this.folder, id];
    const done = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", ...call], {
      encoding: "utf8",
      timeout: seconds * 1000,
      killSignal: "SIGKILL",
      input: "",
    });
    const late = done.error !== undefined;
    if (late) sweep(id);
    return { code: done.status, out: done.stdout ?? "", err: done.stderr ?? "", late };
  }

  version(runtime: LowRuntime): string | undefined {
    const { stdout } = spawnSync(programOf(runtime), ["--version"], { encoding: "utf8" });
    return /version (\d+\.\d+(?:\.\d+)?)/.exec(stdout ?? "")?.[1];
  }

  /** As runc says it; crun has the same library. */
  libseccomp(): string | undefined {
    const { stdout } = spawnSync(programOf("runc"), ["--version"], { encoding: "utf8" });
    return /^libseccomp: (\S+)/m.exec(stdout ?? "")?.[1];
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Why the runtimes cannot be tried here; undefined where they can. */
export function cannotRun(bed: ContainerBed, runtime: LowRuntime): string | undefined {
  if (!programs[runtime].some((path) => existsSync(path))) return `${runtime} is not installed`;
  if (process.getuid?.() !== 0) return `${runtime} needs root here`;
  const ran = bed.run(runtime, { profile: undefined });
  return ran.out === "started\n"
    ? undefined
    : `${runtime} starts nothing here: ${ran.err.trim().slice(-200)}`;
}
