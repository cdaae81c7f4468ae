// What has root as a process: programs that run as root and came with no package, and others that kept root's powers.
import { addTo } from "../core/add-to.js";
import { wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { type AccessPart, type AccessWay, joinParts, noWays } from "./access-way.js";
import { type Accounts, accounts } from "./accounts.js";
import { packageOwners } from "./package-owners.js";
import { type Process, processes } from "./processes.js";
import type { Ask } from "./source.js";

/** Capabilities by which a process makes itself root (capabilities(7)), by their bit. */
const powers: ReadonlyMap<number, string> = new Map([
  [0, "chown"],
  [1, "dac_override"],
  [3, "fowner"],
  [6, "setgid"],
  [7, "setuid"],
  [16, "sys_module"],
  [17, "sys_rawio"],
  [19, "sys_ptrace"],
  [21, "sys_admin"],
  [27, "mknod"],
  [31, "setfcap"],
  [39, "bpf"],
]);

interface Program {
  readonly path: string;
  readonly processes: readonly Process[];
}

function powersOf({ capEff }: Process): readonly string[] {
  return [...powers].filter(([bit]) => (capEff & (1n << BigInt(bit))) !== 0n).map(([, name]) => name);
}

function shown(name: string, all: readonly Process[]): string {
  const pids = all.map(({ pid }) => pid);
  return `${name} (${pids.length > 3 ? `${pids.slice(0, 3).join(", ")}, …` : pids.join(", ")})`;
}

function nameOf({ args, comm }: Process): string {
  const first = args[0] ?? comm;
  return first.slice(first.lastIndexOf("/") + 1);
}

const interpreter = /\/(?:python|perl|ruby|bash|sh|dash|zsh|node|java|php|lua)[\d.]*$/;

/** What is really run: the script, where the program is an interpreter and its first operand an absolute path. */
function executed(program: string, { args }: Process): string {
  if (!interpreter.test(program)) return program;
  const script = args.slice(1).find((arg) => !arg.startsWith("-"));
  return script?.startsWith("/") === true ? script : program;
}

interface Exes {
  readonly programs: readonly Program[];
  readonly unknown: readonly string[];
}

/** The files that processes execute, each with its processes (proc_pid_exe(5)). */
async function exesOf(host: Host, all: readonly Process[]): Promise<Exes> {
  const links = await Promise.all(all.map(({ pid }) => host.readlink(`/proc/${pid}/exe`)));
  const byPath = new Map<string, Process[]>();
  const unknown: string[] = [];
  for (const [index, link] of links.entries()) {
    const one = all[index];
    if (one === undefined || link.state === "absent") continue;
    if (link.state !== "ok") unknown.push(link.reason);
    else {
      const path = executed(link.target, one);
      addTo(byPath, path, one);
    }
  }
  return { programs: [...byPath].map(([path, own]) => ({ path, processes: own })), unknown };
}

/** A program whose file was replaced or removed while it runs. */
const deleted = / \(deleted\)$/;

async function unowned(host: Host, ask: Ask, all: readonly Process[]): Promise<AccessPart> {
  const { programs, unknown } = await exesOf(host, all);
  const paths = programs.map(({ path }) => path.replace(deleted, ""));
  const owners = await packageOwners(host, ask, paths);
  if (owners.state !== "known")
    return { ...noWays, unknown: [...unknown, `which package root's programs came with: ${owners.reason}`] };
  const ways = programs
    .filter(({ path }) => !owners.value.has(path.replace(deleted, "")))
    .map(({ path, processes: own }): AccessWay => {
      const name = own[0] === undefined ? path : nameOf(own[0]);
      return {
        who: shown(name, own),
        kind: "process",
        way: `runs as root, and ${path} came with no package`,
        asks: "a fault in it",
        sure: true,
        sources: [wholeFile(path)],
      };
    });
  return { ...noWays, ways, unknown };
}

function powerful(all: readonly Process[], names: Accounts | undefined): readonly AccessWay[] {
  const groups = new Map<string, Process[]>();
  for (const one of all) {
    const held = powersOf(one);
    if (one.euid === 0 || held.length === 0) continue;
    const key = `${nameOf(one)}\0${one.euid}\0${held.join(", ")}`;
    addTo(groups, key, one);
  }
  return [...groups].map(([key, own]) => {
    const [name = "", uid = "", held = ""] = key.split("\0");
    const user = names?.userName(Number(uid)) ?? uid;
    return {
      who: shown(name, own),
      kind: "process",
      way: `runs as ${user} and kept ${held}`,
      asks: "a fault in it",
      sure: true,
      sources: own.slice(0, 3).map(({ pid }) => wholeFile(`/proc/${pid}/status`)),
    };
  });
}

/** Processes on the node itself; those in containers are the subject of `nodeward containers`. */
export async function accessOfProcesses(host: Host, ask: Ask): Promise<AccessPart> {
  const [running, users] = await Promise.all([ask(processes), ask(accounts)]);
  if (running.state === "absent") return { ...noWays, remarks: [running.reason] };
  if (running.state === "error") return { ...noWays, unknown: [running.reason] };
  const own = running.value.all.filter(({ kernelThread, nsPids }) => !kernelThread && nsPids === 1);
  const inside = running.value.all.filter(({ nsPids, euid }) => nsPids > 1 && euid === 0).length;
  const names = users.state === "known" ? users.value : undefined;
  return joinParts([
    await unowned(
      host,
      ask,
      own.filter(({ euid }) => euid === 0),
    ),
    { ...noWays, ways: powerful(own, names), unknown: running.value.unread },
    {
      ...noWays,
      remarks:
        inside === 0
          ? []
          : [`${inside} processes in containers run as root there: see \`nodeward containers\``],
    },
  ]);
}
