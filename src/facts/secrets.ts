// The inventory of secret material on this node and of who can read it. The content is never kept: of a file it is known
// whether it holds credentials, not which.
import { type Fact, known } from "../core/fact.js";
import { parseKubeconfig } from "../formats/kubeconfig.js";
import { parseRegistryAuth } from "../formats/registry-auth.js";
import type { Host } from "../host/host.js";
import { controlSockets } from "./access-files.js";
import { type AccessLists, accessLists, mayHaveList } from "./access-lists.js";
import { type Accounts, accounts } from "./accounts.js";
import { certificates } from "./certificates.js";
import { containerStores } from "./container-stores.js";
import { controlPlane } from "./control-plane.js";
import { type Readers, readersOf } from "./file-readers.js";
import { type FileState, fileStates } from "./file-state.js";
import { type SecretHome, secretHomes } from "./secret-homes.js";
import { type SecretKind, type SecretPlace, secretPlaces } from "./secret-places.js";
import type { Ask, FactSource } from "./source.js";

export interface SecretItem {
  readonly path: string;
  readonly kind: SecretKind;
  /** `host key of sshd`, `kubeconfig with token`. */
  readonly what: string;
  readonly state: Extract<FileState, { state: "ok" }>;
  readonly readers: Readers;
  /** Whose home it lies in. */
  readonly home: string | undefined;
  /** Groups whose members are meant to read it. */
  readonly groups: readonly string[];
  /** Credentials stand in the file itself, and not with a helper or in another file. */
  readonly holdsCredentials: boolean;
}

export interface Secrets {
  readonly items: readonly SecretItem[];
  readonly unread: readonly string[];
  /** What was left out because this machine has no program to look at it. */
  readonly notes: readonly string[];
}

interface Wanted extends Pick<SecretPlace, "kind" | "what"> {
  readonly state: FileState;
  readonly home: string | undefined;
  readonly groups: readonly string[];
}

/** Public halves and other files that lie beside keys. */
const harmless = /\.(?:pub|crt|cer|csr|md|txt|example)$|(?:^|\/)README/;

function isSecret({ kind, state }: Wanted): boolean {
  return kind !== "key" || !harmless.test(state.path);
}

async function ofPlace(
  host: Host,
  place: SecretPlace,
  homes: readonly SecretHome[],
): Promise<readonly Wanted[]> {
  const { kind, what, groups = [] } = place;
  const own = place.paths.filter((path) => path.startsWith("~/"));
  const fixed = place.paths.filter((path) => !path.startsWith("~/"));
  const inHomes = homes.flatMap((user) =>
    own.map((path) => ({ user, path: `${user.home}${path.slice(1)}` })),
  );
  const [here, there] = await Promise.all([
    fileStates(host, fixed),
    Promise.all(inHomes.map(async ({ user, path }) => ({ user, states: await fileStates(host, [path]) }))),
  ]);
  return [
    ...here.map((state) => ({ kind, what, state, home: undefined, groups })),
    ...there.flatMap(({ user, states }) =>
      states.map((state) => ({ kind, what, state, home: user.name, groups })),
    ),
  ].filter(isSecret);
}

interface OfKubernetes {
  readonly wanted: readonly Wanted[];
  readonly unread: readonly string[];
}

/** Keys and kubeconfigs of Kubernetes, what encrypts its Secrets, and the sockets that give root. */
async function ofKubernetes(host: Host, ask: Ask): Promise<OfKubernetes> {
  const [pki, plane, stores] = await Promise.all([
    ask(certificates),
    ask(controlPlane),
    ask(containerStores),
  ]);
  const keys = pki.state === "known" ? pki.value.files.filter(({ keys: own }) => own.length > 0) : [];
  const configs = pki.state === "known" ? pki.value.kubeconfigs : [];
  const encryption = plane.state === "known" ? plane.value.encryption : undefined;
  const paths: readonly (readonly [SecretKind, string, string])[] = [
    ...keys.map(({ path }) => ["key", "key of Kubernetes", path] as const),
    ...configs.map(({ path }) => ["kubeconfig", "kubeconfig", path] as const),
    ...(encryption?.state === "known"
      ? [["encryption", "keys that encrypt Secrets in etcd", encryption.value.path] as const]
      : []),
    ...(plane.state === "known" && plane.value.etcdDataDir.state === "known"
      ? [
          [
            "database",
            "etcd's data: every Secret of the cluster",
            plane.value.etcdDataDir.value.path,
          ] as const,
        ]
      : []),
    ...(stores.state === "known" ? stores.value.pods : []).map(
      (path) => ["token", "Secrets and tokens of the pods here", path] as const,
    ),
    ...controlSockets.map((path) => ["socket", "control socket: who connects is root", path] as const),
  ];
  const wanted = await Promise.all(
    paths.map(async ([kind, what, path]) => ({
      kind,
      what,
      state: await host.stat(path),
      home: undefined,
      groups: [],
    })),
  );
  const unread = pki.state === "error" ? [pki.reason] : pki.state === "known" ? pki.value.unread : [];
  return { wanted, unread };
}

interface Meaning {
  readonly what: string;
  readonly holds: boolean;
}

/** What a kubeconfig or a registry's file says of itself; other files are what their place says. */
async function meaningOf(host: Host, { kind, what, state }: Wanted): Promise<Meaning | string> {
  if (kind !== "kubeconfig" && kind !== "registry") return { what, holds: true };
  const read = await host.read(state.path);
  if (read.state !== "ok") return read.reason;
  if (kind === "registry") {
    const auth = parseRegistryAuth(read.text);
    if (auth === undefined) return `${state.path}: is not a file of registry passwords`;
    const names = auth.inTheClear.length === 0 ? "none in the clear" : auth.inTheClear.join(", ");
    return { what: `${what}: ${names}`, holds: auth.inTheClear.length > 0 };
  }
  const parsed = parseKubeconfig(state.path, read.text);
  if (parsed.state === "error") return `${state.path}:${parsed.line}: ${parsed.message}`;
  const kinds = [...new Set(parsed.kubeconfig.users.flatMap(({ credentials }) => credentials))];
  const inside = kinds.filter((one) => one !== "exec" && one !== "auth-provider");
  return { what: kinds.length === 0 ? what : `${what} with ${kinds.join(", ")}`, holds: inside.length > 0 };
}

async function itemOf(
  host: Host,
  wanted: Wanted,
  names: Accounts | undefined,
  lists: AccessLists,
): Promise<SecretItem | string | undefined> {
  const { state, kind, home, groups } = wanted;
  if (state.state === "absent") return undefined;
  if (state.state !== "ok") return state.reason;
  if (state.kind === "file" && state.size === 0) return undefined;
  if (kind === "socket" && state.kind !== "socket") return undefined;
  const list = lists.state === "known" ? lists.value.get(state.realPath) : undefined;
  const [meaning, readers] = await Promise.all([
    meaningOf(host, wanted),
    readersOf(host, state, names, list),
  ]);
  if (typeof meaning === "string") return meaning;
  const { what, holds: holdsCredentials } = meaning;
  return { path: state.path, kind, what, state, readers, home, groups, holdsCredentials };
}

export const secrets: FactSource<Secrets> = {
  title:
    "where keys, kubeconfigs, tokens, passwords, cloud and registry credentials lie, and who can read them",
  async gather(host, ask): Promise<Fact<Secrets>> {
    const [all, users] = await Promise.all([secretHomes(host, ask), ask(accounts)]);
    const { homes, unread } = all.state === "known" ? all.value : { homes: [], unread: [] };
    const names = users.state === "known" ? users.value : undefined;
    const [places, kubernetes] = await Promise.all([
      Promise.all(secretPlaces.map((place) => ofPlace(host, place, homes))),
      ofKubernetes(host, ask),
    ]);
    const wanted = new Map([...places.flat(), ...kubernetes.wanted].map((one) => [one.state.path, one]));
    const states = [...wanted.values()].map(({ state }) => state);
    const lists = await accessLists(host, ask, states.filter(mayHaveList));
    const found = await Promise.all([...wanted.values()].map((one) => itemOf(host, one, names, lists)));
    return known({
      items: found.filter((item) => typeof item === "object"),
      unread: [
        ...new Set([
          ...(all.state === "error" ? [all.reason] : unread),
          ...found.filter((item) => typeof item === "string"),
          ...kubernetes.unread,
          ...(lists.state === "error" ? [lists.reason] : []),
        ]),
      ],
      notes: lists.state === "absent" ? [lists.reason] : [],
    });
  },
};
