// One control-plane component as it was started: its flags, where each was given, and how to give one another value.
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type Flag, type FlagWord, goDuration, parseFlags } from "../formats/component-flags.js";
import { hostPathOf, type PodContainer, type PodManifest } from "../formats/pod-manifest.js";

export const componentNames = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "etcd",
] as const;
export type ComponentName = (typeof componentNames)[number];

export interface Component {
  readonly name: ComponentName;
  /** How it is started: `static pod`, `unit`, `k3s`, `microk8s`, … */
  readonly via: string;
  /** The manifest's container, the unit's command, or the file of flags. */
  readonly source: Source;
  /** Such as `1.34.2`, from the image's tag; undefined when nothing says. */
  readonly version: string | undefined;
  readonly flags: readonly Flag[];
  /** etcd's flags given by the environment: each gives way to one on the command line. */
  readonly environment: readonly Flag[];
  /** Why it does not start with this command line. */
  readonly stops: readonly string[];
  /** The flag in force: the last one. */
  flag(name: string): Flag | undefined;
  /** Every value of a list given by repeating or by commas is in the last flag; this gives all of them. */
  all(name: string): readonly Flag[];
  /** A Go duration in seconds; undefined where Go refuses it. */
  duration(text: string): number | undefined;
  /** The node's path of a path the component sees; undefined where the container has it from elsewhere. */
  nodePath(path: string): string | undefined;
  /** The steps that give the flag this value where the component is started; none where that is not one file of ours. */
  set(name: string, value: string): readonly Step[];
}

/** Flags of the components that are booleans and so take no word after them. */
const booleans = new Set([
  "allow-privileged",
  "anonymous-auth",
  "auto-tls",
  "client-cert-auth",
  "contention-profiling",
  "enable-aggregator-routing",
  "enable-bootstrap-token-auth",
  "enable-garbage-collector",
  "enable-pprof",
  "enable-priority-and-fairness",
  "enable-v2",
  "experimental-initial-corrupt-check",
  "initial-corrupt-check",
  "kubelet-https",
  "leader-elect",
  "logtostderr",
  "peer-auto-tls",
  "peer-client-cert-auth",
  "profiling",
  "service-account-extend-token-expiration",
  "service-account-lookup",
  "strict-reconfig-check",
  "use-service-account-credentials",
  "allocate-node-cidrs",
  "configure-cloud-routes",
  "alsologtostderr",
  "audit-log-batch-throttle-enable",
  "audit-log-compress",
  "audit-log-truncate-enabled",
  "audit-webhook-batch-throttle-enable",
  "audit-webhook-truncate-enabled",
  "authentication-skip-lookup",
  "authentication-tolerate-lookup-failure",
  "enable-dynamic-provisioning",
  "enable-grpc-gateway",
  "enable-hostpath-provisioner",
  "enable-leader-migration",
  "enable-log-rotation",
  "enable-logs-handler",
  "encryption-provider-config-automatic-reload",
  "experimental-compact-hash-check-enabled",
  "experimental-enable-lease-checkpoint",
  "experimental-memory-mlock",
  "force-new-cluster",
  "peer-skip-client-san-verification",
  "permit-address-sharing",
  "permit-port-sharing",
  "pre-vote",
  "skip-headers",
  "skip-log-headers",
  "socket-reuse-address",
  "socket-reuse-port",
  "unsafe-no-fsync",
  "watch-cache",
]);

function parsed(words: readonly FlagWord[], name: ComponentName) {
  return parseFlags(words, (flag) => booleans.has(flag), name === "etcd");
}

export function readFlags(words: readonly FlagWord[], name: ComponentName): readonly Flag[] {
  return parsed(words, name).flags;
}

/** What every one of the components exits over: a word that belongs to no flag, a flag at the end without its value. */
export function stopsOf(words: readonly FlagWord[], name: ComponentName): readonly string[] {
  const { left, incomplete } = parsed(words, name);
  return [
    ...left.filter(({ text }) => text !== "").map(({ text }) => `the word ${text} belongs to no flag`),
    ...(incomplete === undefined ? [] : [`--${incomplete.name} lacks its value`]),
  ];
}

interface Origin {
  readonly via: string;
  readonly source: Source;
  readonly version?: string | undefined;
  readonly environment?: readonly Flag[];
  readonly stops?: readonly string[];
  readonly nodePath?: (path: string) => string | undefined;
  readonly set?: (name: string, value: string, now: Flag | undefined) => readonly Step[];
}

/** ETCD_CLIENT_CERT_AUTH is --client-cert-auth (etcd.io, configuration options); other programs read no such variables. */
export function etcdVariables(
  name: ComponentName,
  variables: Iterable<readonly [string, { readonly text: string; readonly source: Source }]>,
): readonly Flag[] {
  if (name !== "etcd") return [];
  return [...variables].flatMap(([variable, { text, source }]) =>
    variable.startsWith("ETCD_")
      ? [
          {
            name: variable.slice("ETCD_".length).toLowerCase().replaceAll("_", "-"),
            value: text,
            source,
            separate: false,
          },
        ]
      : [],
  );
}

/** A component from its flags and where they came from. */
export function componentOf(name: ComponentName, flags: readonly Flag[], origin: Origin): Component {
  const flag = (wanted: string) => flags.findLast((one) => one.name === wanted);
  return {
    name,
    via: origin.via,
    source: origin.source,
    version: origin.version,
    flags,
    environment: origin.environment ?? [],
    stops: origin.stops ?? [],
    flag,
    all: (wanted) => flags.filter((one) => one.name === wanted),
    duration: goDuration,
    nodePath: origin.nodePath ?? ((path) => path),
    set: (wanted, value) => origin.set?.(wanted, value, flag(wanted)) ?? [],
  };
}

/** `registry.k8s.io/kube-apiserver:v1.34.2-rancher1` says 1.34.2. */
export function imageVersion(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+)[^/]*$/.exec(image.replace(/@sha256:[0-9a-f]+$/, ""))?.[1];
}

/** A YAML scalar that means this text: plain where that is safe, double-quoted otherwise. */
function yamlWord(text: string): string {
  return /^--?[a-zA-Z0-9][a-zA-Z0-9=_./,:@+-]*$/.test(text) && !/:$/.test(text) ? text : JSON.stringify(text);
}

/** Replaces the word of a flag, or puts a new one after the last word of the container, in its list's own form. */
export function manifestSet(
  pod: PodManifest,
  container: PodContainer,
  text: string,
): (name: string, value: string, now: Flag | undefined) => readonly Step[] {
  return (name, value, now) => {
    if (now !== undefined) {
      const written = now.separate ? undefined : `--${name}=${value}`;
      // A flag with its value in the next item: that item is what changes.
      const index = container.words.findIndex(({ source }) => source.span.start === now.source.span.start);
      const target = written === undefined ? container.words[index + 1]?.source : now.source;
      if (target === undefined) return [];
      return [
        { kind: "edit", file: pod.file, edits: [{ span: target.span, text: yamlWord(written ?? value) }] },
      ];
    }
    const last = container.words.at(-1)?.source;
    if (last === undefined) return [];
    const lineStart = text.lastIndexOf("\n", last.span.start - 1) + 1;
    const lead = /^(\s*-\s+)$/.exec(text.slice(lineStart, last.span.start))?.[1];
    const word = yamlWord(`--${name}=${value}`);
    const insertion = lead === undefined ? `, ${JSON.stringify(`--${name}=${value}`)}` : `\n${lead}${word}`;
    // In block form the new item follows the whole line, whatever comment it carries.
    const lineEnd = text.indexOf("\n", last.span.end);
    const at = lead === undefined ? last.span.end : lineEnd < 0 ? text.length : lineEnd;
    return [{ kind: "edit", file: pod.file, edits: [{ span: { start: at, end: at }, text: insertion }] }];
  };
}

/** The words after the program: `kube-apiserver --a`, `/bin/sh -c "exec kube-apiserver --a"`, hyperkube. */
export function wordsOf(container: PodContainer, name: ComponentName): readonly FlagWord[] {
  const start = container.words.findIndex(({ text }) => text === name || text.endsWith(`/${name}`));
  if (start >= 0) return container.words.slice(start + 1);
  // One word of shell (OpenShift, kops): split at white space; what the shell would expand stays as it is.
  const script = container.words.find(({ text }) => text.includes(`${name} `));
  if (script === undefined) return container.words;
  const after = script.text.slice(script.text.indexOf(`${name} `) + name.length);
  return after
    .split(/[\s\\]+/)
    .filter((text) => text !== "")
    .map((text) => ({ text: text.replace(/^(["'])(.*)\1$/, "$2"), source: script.source }));
}

/** A component from a static pod's container. */
export function fromPod(
  name: ComponentName,
  pod: PodManifest,
  container: PodContainer,
  text: string,
): Component {
  const words = wordsOf(container, name);
  const inList = container.words.some(({ text: word }) => word === name || word.endsWith(`/${name}`));
  return componentOf(name, readFlags(words, name), {
    via: "static pod",
    source: container.source,
    version: imageVersion(container.image),
    environment: etcdVariables(name, container.env),
    nodePath: (path) => hostPathOf(pod, container, path),
    // What a shell makes of its one word is not all known.
    ...(inList ? { stops: stopsOf(words, name), set: manifestSet(pod, container, text) } : {}),
  });
}
