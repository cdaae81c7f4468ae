// `nodeward containers`: who runs here and what each container has of the node, as text or JSON. Judges nothing.
import { usualCapabilities } from "../core/pod-capabilities.js";
import type { Grant, GrantKind } from "../facts/contained.js";
import type { Container, Containers } from "../facts/containers.js";
import { type Column, table } from "./table.js";

/** How a grant is shown in the column of what reaches out of the box. */
const words: Readonly<Partial<Record<GrantKind, string>>> = {
  privileged: "privileged",
  "host-pid": "host-pid",
  "host-network": "host-network",
  "host-ipc": "host-ipc",
  "proc-unmasked": "proc-unmasked",
  "writable-root": "writable-root",
};

/** Only capabilities beyond the usual are worth a word. */
const usual: ReadonlySet<string> = new Set(usualCapabilities);

function has(container: Container, kind: GrantKind): Grant | undefined {
  return container.grants.find((grant) => grant.kind === kind);
}

/** Undefined: not known. */
function confined(container: Container, kind: GrantKind): boolean | undefined {
  if (has(container, kind) !== undefined) return false;
  return container.doubts.some((doubt) => doubt.kind === kind) ? undefined : true;
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? "?" : value ? "yes" : "NO";
}

function reach(container: Container): string {
  const named = Object.entries(words).filter(([kind]) =>
    container.grants.some((grant) => grant.kind === kind),
  );
  const more = container.grants
    .filter(({ kind, detail }) => kind === "capability" && !usual.has(detail))
    .map(({ detail }) => detail);
  const paths = container.grants
    .filter(({ kind }) => kind === "host-path")
    .map(({ detail, writable }) => (writable ? detail : `${detail}:ro`));
  return [
    ...named.map(([, word]) => word),
    ...(more.length > 4 ? [`${more.length} more capabilities`] : more),
    ...paths,
  ].join(" ");
}

function user(container: Container): string {
  if (container.first !== undefined) return String(container.first.euid);
  return container.uid === undefined ? "?" : String(container.uid);
}

const columns: readonly Column<Container>[] = [
  { title: "POD", cell: ({ owner }) => owner, flexible: true },
  { title: "CONTAINER", cell: ({ container }) => container, flexible: true },
  { title: "STATE", cell: ({ state }) => state },
  { title: "RUNTIME", cell: ({ runtime, engine }) => (runtime === "" ? engine : runtime) },
  { title: "USER", cell: user },
  { title: "SECCOMP", cell: (one) => yesNo(confined(one, "seccomp-unconfined")) },
  { title: "APPARMOR", cell: (one) => yesNo(confined(one, "apparmor-unconfined")) },
  { title: "HAS OF THE NODE", cell: reach, flexible: true },
];

function counts(shown: readonly Container[], sandboxes: number): string {
  const of = (kind: GrantKind) => shown.filter((one) => has(one, kind) !== undefined).length;
  return `${shown.length} containers and ${sandboxes} sandboxes: ${of("privileged")} privileged, ${of("seccomp-unconfined")} without seccomp, ${of("root-user")} as root`;
}

export function containersText({ seen, unread, moot }: Containers, width: number): string {
  const shown = seen.filter(({ sandbox }) => !sandbox);
  const notes = [...(moot?.values() ?? [])];
  // Without AppArmor in the kernel the column would say what nobody asked.
  const without = moot?.has("apparmor-unconfined") === true;
  const wanted = columns.filter(({ title }) => !(without && title === "APPARMOR"));
  const unreadLines = unread.map((reason) => `not read: ${reason}`);
  if (shown.length === 0 && unread.length === 0) return "no container on this node\n";
  return `${[...table(wanted, shown, width), "", ...notes, ...unreadLines, counts(shown, seen.length - shown.length)].join("\n")}\n`;
}

export function containersJson({ seen, unread }: Containers): string {
  const containers = seen.map((one) => ({
    id: one.id,
    engine: one.engine,
    runtime: one.runtime,
    namespace: one.namespace,
    pod: one.pod,
    container: one.container,
    image: one.image,
    sandbox: one.sandbox,
    state: one.state,
    pid: one.first?.pid ?? null,
    user: one.first?.euid ?? one.uid ?? null,
    seccomp: one.first?.seccomp ?? null,
    noNewPrivileges: one.first?.noNewPrivs ?? one.noNewPrivileges,
    appArmor: one.first?.appArmor ?? one.appArmorProfile,
    effectiveCapabilities: one.first === undefined ? null : one.first.capEff.toString(16),
    grants: one.grants.map(({ kind, detail, writable }) =>
      kind === "host-path" ? { kind, detail, writable } : { kind, detail },
    ),
    unknown: one.doubts,
    configuration: one.source.file,
  }));
  return `${JSON.stringify({ schemaVersion: 1, containers, problems: unread }, null, 2)}\n`;
}
