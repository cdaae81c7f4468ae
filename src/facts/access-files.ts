// Who has root through a file: one that root runs and others can write, or a socket of somebody who is root.
import { listing } from "../core/printable.js";
import { wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { type AccessPart, type AccessWay, noWays } from "./access-way.js";
import { type Accounts, accounts } from "./accounts.js";
import { type FileState, fileStates } from "./file-state.js";
import { type PathTrust, pathTrust, type Weakness, type Writer } from "./path-trust.js";
import { type RootRun, rootRuns } from "./root-run.js";
import type { Ask } from "./source.js";

/** Sockets of programs that start containers or machines with the host's files in them, or run units. */
export const controlSockets = [
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/crio/crio.sock",
  "/run/k3s/containerd/containerd.sock",
  "/var/snap/microk8s/common/run/containerd.sock",
  "/run/podman/podman.sock",
  "/run/buildkit/buildkitd.sock",
  "/run/lxd.socket",
  "/var/lib/lxd/unix.socket",
  "/var/snap/lxd/common/lxd/unix.socket",
  "/var/lib/incus/unix.socket",
  "/run/libvirt/libvirt-sock",
] as const;

type Names = Pick<Accounts, "userName" | "groupName" | "membersOf">;

const numbers: Names = { userName: String, groupName: String, membersOf: () => [] };

/** `alice`, `group staff: bob, carol`, `everybody`. */
export function writerText(by: Writer, names: Names): string {
  if (by.kind === "everybody") return "everybody";
  if (by.kind === "user") return names.userName(by.id);
  const group = names.groupName(by.id);
  const members = names.membersOf(group);
  return `group ${group}: ${members.length === 0 ? "no members" : listing(members, 10)}`;
}

interface Way {
  readonly weakness: Weakness;
  readonly runs: RootRun[];
}

/** What can be written stands once, with all that root runs through it. */
function collect(trusts: readonly { readonly run: RootRun; readonly trust: PathTrust }[]): readonly Way[] {
  const byText = new Map<string, Way>();
  for (const { run, trust } of trusts)
    for (const weakness of trust.ways) {
      const way: Way = byText.get(weakness.text) ?? { weakness, runs: [] };
      byText.set(weakness.text, way);
      way.runs.push(run);
    }
  return [...byText.values()];
}

function wayOf({ weakness, runs }: Way, names: Names): AccessWay {
  const paths = [...new Set(runs.map(({ path }) => path))];
  const reasons = [...new Set(runs.map(({ by }) => by))];
  return {
    who: writerText(weakness.by, names),
    kind: "file",
    way: `${weakness.text}: root runs or obeys ${listing(paths, 3)} (${listing(reasons, 3)})`,
    asks: "that root runs it again",
    sure: true,
    sources: paths.slice(0, 5).map((path) => wholeFile(path)),
  };
}

/** Directories above a path that somebody must be able to search. */
async function searchable(host: Host, path: string, by: Writer): Promise<boolean> {
  const parts = path.split("/").slice(1, -1);
  for (let length = 1; length <= parts.length; length++) {
    const stat = await host.stat(`/${parts.slice(0, length).join("/")}`);
    if (stat.state !== "ok") return false;
    const forAll = (stat.mode & 0o001) !== 0;
    const forGroup = by.kind === "group" && stat.gid === by.id && (stat.mode & 0o010) !== 0;
    const forOwner = by.kind === "user" && stat.uid === by.id;
    if (!forAll && !forGroup && !forOwner) return false;
  }
  return true;
}

/** Connecting takes the right to write (unix(7)). */
function connecting({ mode, uid, gid }: Extract<FileState, { state: "ok" }>): readonly Writer[] {
  return [
    ...((mode & 0o002) !== 0 ? [{ kind: "everybody" as const }] : []),
    ...((mode & 0o020) !== 0 && gid !== 0 ? [{ kind: "group" as const, id: gid }] : []),
    ...(uid === 0 ? [] : [{ kind: "user" as const, id: uid }]),
  ];
}

async function ofSocket(host: Host, state: FileState, names: Names): Promise<readonly AccessWay[]> {
  if (state.state !== "ok" || state.kind !== "socket") return [];
  const writers = connecting(state);
  const reach = await Promise.all(writers.map((by) => searchable(host, state.realPath, by)));
  return writers
    .filter((_, index) => reach[index] === true)
    .map((by) => ({
      who: writerText(by, names),
      kind: "socket" as const,
      way: `may talk to ${state.path}, which starts what it is told as root`,
      asks: "nothing more",
      sure: true,
      sources: [wholeFile(state.path, `0${state.mode.toString(8)} ${state.uid}:${state.gid}`)],
    }));
}

async function namesOf(ask: Ask): Promise<Names> {
  const all = await ask(accounts);
  return all.state === "known" ? all.value : numbers;
}

/** Files that root runs and others can write. */
export async function accessOfFiles(host: Host, ask: Ask): Promise<AccessPart> {
  const [runs, names] = await Promise.all([rootRuns(host, ask), namesOf(ask)]);
  const seen = new Map<string, Promise<PathTrust>>();
  const trusts = await Promise.all(
    runs.files.map(async (run) => {
      const before = seen.get(run.path) ?? pathTrust(host, run.path);
      seen.set(run.path, before);
      return { run, trust: await before };
    }),
  );
  return {
    ...noWays,
    ways: collect(trusts).map((way) => wayOf(way, names)),
    unknown: [...new Set([...runs.unread, ...trusts.flatMap(({ trust }) => trust.unknown)])],
  };
}

/** Sockets that make root do things. */
export async function accessOfSockets(host: Host, ask: Ask): Promise<AccessPart> {
  const [states, names] = await Promise.all([fileStates(host, controlSockets), namesOf(ask)]);
  const ways = await Promise.all(states.map((state) => ofSocket(host, state, names)));
  return {
    ...noWays,
    ways: ways.flat(),
    unknown: states.flatMap((state) =>
      state.state === "ok" || state.state === "absent" ? [] : [state.reason],
    ),
  };
}
