// Runs in namespaces of its own: starts real containers by runc and by containerd, and says what /proc and what our reader
// make of each. Everything lies below a folder of its own and on a /run of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { asker } from "../../src/engine/gather.js";
import { containers } from "../../src/facts/containers.js";
import { openHost } from "../../src/host/rooted.js";

const folder = process.argv[2] ?? "";
const withContainerd = process.argv[3] === "containerd";

const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
/** Without a pipe: what goes on running would hold it open. */
const start = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
const quietly = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { stdio: "ignore" });

run("mount", "-t", "tmpfs", "tmpfs", "/run");
run("ip", "link", "set", "lo", "up");

const rootfs = `${folder}/rootfs`;
mkdirSync(`${rootfs}/bin`, { recursive: true, mode: 0o755 });
cpSync("/bin/busybox", `${rootfs}/bin/busybox`);
symlinkSync("busybox", `${rootfs}/bin/sleep`);
for (const one of ["proc", "dev", "sys", "tmp", "etc"]) mkdirSync(`${rootfs}/${one}`);

type Json = Record<string, unknown>;
mkdirSync(`${folder}/spec`);
run("runc", "spec", "-b", `${folder}/spec`);
// biome-ignore lint/suspicious/noExplicitAny: the shape of the program's own file
const base: any = JSON.parse(readFileSync(`${folder}/spec/config.json`, "utf8"));
const filter = {
  defaultAction: "SCMP_ACT_ALLOW",
  syscalls: [{ names: ["reboot"], action: "SCMP_ACT_ERRNO" }],
};
const allNames: readonly string[] = ["pid", "network", "ipc", "uts", "mount"];

interface Wanted {
  readonly user?: number;
  readonly seccomp?: Json;
  readonly namespaces?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly newPrivileges?: boolean;
  readonly writable?: boolean;
  readonly mapped?: boolean;
  readonly unmasked?: boolean;
  readonly devices?: boolean;
  readonly bind?: string;
  readonly annotations?: Json;
}

function config(wanted: Wanted): string {
  const { user = 0, namespaces = allNames, capabilities = ["CAP_KILL"] } = wanted;
  const set = user === 0 ? capabilities : [];
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const joined = [...namespaces, ...(wanted.mapped === true ? ["user"] : [])];
  return JSON.stringify({
    ...base,
    process: {
      ...base.process,
      terminal: false,
      user: { uid: user, gid: user },
      args: ["/bin/sleep", "120"],
      capabilities: { bounding: set, effective: set, permitted: set },
      noNewPrivileges: wanted.newPrivileges !== true,
      rlimits: [],
    },
    root: { path: rootfs, readonly: wanted.writable !== true },
    annotations: wanted.annotations ?? {},
    mounts: [
      // The mounts of what another user namespace owns may not be made anew in it.
      ...base.mounts.filter(({ type }: { readonly type: string }) =>
        wanted.mapped === true || !namespaces.includes("network")
          ? !["sysfs", "cgroup", "mqueue"].includes(type)
          : type !== "cgroup",
      ),
      ...(wanted.bind === undefined
        ? []
        : [{ destination: "/tmp", type: "bind", source: wanted.bind, options: ["bind", "ro"] }]),
    ],
    linux: {
      ...base.linux,
      resources:
        wanted.devices === true ? { devices: [{ allow: true, access: "rwm" }] } : base.linux.resources,
      namespaces: joined.map((type) => ({ type })),
      ...(wanted.mapped === true ? { uidMappings: map, gidMappings: map } : {}),
      ...(wanted.seccomp === undefined ? {} : { seccomp: wanted.seccomp }),
      ...(wanted.unmasked === true ? { maskedPaths: [], readonlyPaths: [] } : {}),
    },
  });
}

const powers = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "NET_ADMIN"].map((name) => `CAP_${name}`);
const wanted: Readonly<Record<string, Wanted>> = {
  confined: { user: 1000, seccomp: filter },
  plain: { writable: true, newPrivileges: true, capabilities: ["CAP_CHOWN", "CAP_SYS_TIME"] },
  shared: { namespaces: ["mount", "uts"] },
  mapped: { mapped: true },
  open: { seccomp: { defaultAction: "SCMP_ACT_ALLOW" } },
  privileged: { capabilities: powers, unmasked: true, devices: true, writable: true },
  bound: { bind: "/etc" },
};
const tag = `nw${process.pid}${Date.now().toString(36)}`;
const made: { id: string; remove: () => void }[] = [];
const failures: string[] = [];

function byRunc(name: string): void {
  const id = `${tag}-${name}`;
  mkdirSync(`${folder}/${name}`);
  writeFileSync(`${folder}/${name}/config.json`, config(wanted[name] ?? {}));
  try {
    start("runc", "--root", "/run/runc", "run", "-d", "-b", `${folder}/${name}`, id);
    made.push({ id, remove: () => start("runc", "--root", "/run/runc", "delete", "-f", id) });
  } catch (error) {
    failures.push(`runc ${name}: ${error instanceof Error ? error.message : ""}`);
  }
}

async function daemon(): Promise<ChildProcess> {
  mkdirSync(`${folder}/containerd`);
  const child = spawn("containerd", ["--root", `${folder}/containerd`, "--log-level", "fatal"], {
    // Its shims say much that nobody asked for.
    stdio: "ignore",
  });
  for (let tries = 0; tries < 150 && !existsSync("/run/containerd/containerd.sock"); tries++) await wait(200);
  return child;
}

function byContainerd(name: string, own: Wanted): void {
  const id = `${tag}-${name}`;
  const file = `${folder}/${name}.json`;
  const annotations = {
    "io.kubernetes.cri.container-name": "main",
    "io.kubernetes.cri.container-type": "container",
    "io.kubernetes.cri.sandbox-name": name,
    "io.kubernetes.cri.sandbox-namespace": "default",
  };
  writeFileSync(file, config({ ...own, annotations }));
  try {
    start("ctr", "-n", "k8s.io", "run", "-d", "--null-io", "--config", file, id);
    made.push({
      id,
      remove: () => {
        quietly("ctr", "-n", "k8s.io", "task", "kill", "-s", "KILL", id);
        quietly("ctr", "-n", "k8s.io", "task", "rm", "-f", id);
      },
    });
  } catch (error) {
    failures.push(`containerd ${name}: ${error instanceof Error ? error.message : ""}`);
  }
}

async function ours() {
  const opened = openHost("/", { now: () => Date.now(), killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const fact = await asker(opened.host)(containers);
  await opened.host.close();
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

/** What the kernel says of a process, read without any of our code. */
function kernelSays(pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "";
  const uids = /^Uid:\s*\S+\s+(\S+)/m.exec(status)?.[1];
  const same = (kind: string) =>
    readlinkSync(`/proc/${pid}/ns/${kind}`) === readlinkSync(`/proc/1/ns/${kind}`);
  const label = existsSync("/sys/kernel/security/apparmor")
    ? readFileSync(`/proc/${pid}/attr/current`, "utf8").replace(/[\n\0]+$/, "")
    : null;
  return {
    euid: Number(uids),
    seccomp: Number(field("Seccomp")),
    noNewPrivs: field("NoNewPrivs") === "1",
    capEff: BigInt(`0x${field("CapEff")}`).toString(16),
    hostPid: same("pid"),
    hostNetwork: same("net"),
    hostIpc: same("ipc"),
    label,
  };
}

let server: ChildProcess | undefined;
try {
  for (const name of Object.keys(wanted)) byRunc(name);
  if (withContainerd) {
    server = await daemon();
    byContainerd("web", { user: 1000, seccomp: filter });
    byContainerd("agent", { namespaces: ["pid", "mount", "uts"], writable: true });
  }
  const found = await ours();
  const rows = found.seen.map((one) => ({
    id: one.id.slice(tag.length + 1),
    engine: one.engine,
    owner: one.owner,
    container: one.container,
    state: one.state,
    runtime: one.runtime,
    kernel: one.first === undefined ? null : kernelSays(one.first.pid),
    ours:
      one.first === undefined
        ? null
        : {
            euid: one.first.euid,
            seccomp: one.first.seccomp,
            noNewPrivs: one.first.noNewPrivs,
            capEff: one.first.capEff.toString(16),
            label: one.first.appArmor ?? null,
          },
    grants: one.grants.map(({ kind, detail }) => `${kind}: ${detail}`),
    doubts: one.doubts.map(({ kind }) => kind),
  }));
  // One ends behind its runtime's back: it must not be called running.
  const victim = found.seen.find(({ id }) => id === `${tag}-plain`);
  if (victim?.first !== undefined) process.kill(victim.first.pid, "SIGKILL");
  await wait(300);
  const later = (await ours()).seen.find(({ id }) => id === `${tag}-plain`)?.state ?? "gone";
  process.stdout.write(
    `${JSON.stringify({ rows, unread: found.unread, failures, made: made.length, later, moot: [...(found.moot?.keys() ?? [])] })}\n`,
  );
} finally {
  for (const { remove } of made.reverse())
    try {
      remove();
    } catch {
      // Gone already.
    }
  server?.kill("SIGTERM");
}
