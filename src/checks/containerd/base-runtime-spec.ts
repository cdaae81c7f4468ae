// containerd.base-runtime-spec: what a runtime's base_runtime_spec gives every container beyond what containerd itself gives.
// Not its seccomp filter nor its AppArmor profile: without them the pod's own choice holds, as it does without the file.
import { usualCapabilities } from "../../core/pod-capabilities.js";
import { listing, printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { capabilityName } from "../../facts/contained.js";
import type { Containerd } from "../../facts/containerd.js";
import type { BaseRuntimeSpec, ContainerdBaseSpec } from "../../facts/containerd-base-specs.js";
import { type DaemonFinding, daemonChecks } from "../daemon-row.js";
import { harmlessPaths, isSensitive, reachesSocket, readOnlyPaths, sensitivePaths } from "../host-paths.js";

interface Grant {
  /** Goes on after "gives every container". */
  readonly text: string;
  readonly line: number;
}

const usual: readonly string[] = usualCapabilities;
const paths = { sensitive: sensitivePaths, readOnly: readOnlyPaths, harmless: harmlessPaths, paths: [] };
/** File systems that are each container's own, at the place where the kernel's settings are covered. */
const own = new Set(["tmpfs", "devpts", "mqueue"]);
const kernelDevices = new Set(["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg"]);

function capabilities({ capabilities: given, inheritable }: BaseRuntimeSpec): readonly Grant[] {
  const more = new Map<string, Grant>();
  for (const { value, line } of given) {
    const name = capabilityName(value);
    if (!usual.includes(name) && !more.has(name))
      more.set(name, { text: `the capability ${printable(name)}`, line });
  }
  const [first] = inheritable;
  const passed = "inheritable capabilities, which programs in it can pass on";
  return [...more.values(), ...(first === undefined ? [] : [{ text: passed, line: first.line }])];
}

/** The CRI plugin makes the other namespaces itself; these two are taken as the file has them. */
function namespaces({ namespaces: given }: BaseRuntimeSpec): readonly Grant[] {
  const wanted = [
    ["pid", "the processes of the node"],
    ["mount", "the file systems of the node"],
  ] as const;
  return wanted.flatMap(([type, what]): readonly Grant[] => {
    const last = given.findLast(({ value }) => value.type === type);
    if (last === undefined) return [{ text: `${what}: it names no ${type} namespace`, line: 0 }];
    if (last.value.path === "") return [];
    return [{ text: `${what}: it joins ${printable(last.value.path)}`, line: last.line }];
  });
}

function mountText(
  { type, source, destination, options }: BaseRuntimeSpec["mounts"][number]["value"],
  real: string,
): string | undefined {
  const readOnly = options.some((one) => one === "ro" || one === "rro");
  const shown = `${printable(source || type)} on ${printable(destination)}`;
  if (type === "bind" || options.some((one) => one === "bind" || one === "rbind")) {
    if (!source.startsWith("/")) return undefined;
    return reachesSocket(real) || isSensitive(real, !readOnly, false, paths)
      ? `${shown} (${readOnly ? "read-only" : "writable"})`
      : undefined;
  }
  if (own.has(type)) return undefined;
  // The paths that the kubelet wants masked lie below /proc alone.
  if (type === "proc") return destination.replace(/\/+$/, "") === "/proc" ? undefined : shown;
  if (type === "sysfs" || type === "cgroup" || type === "cgroup2")
    return readOnly ? undefined : `${shown} (writable)`;
  return shown;
}

function mounts(spec: BaseRuntimeSpec, real: (path: string) => string): readonly Grant[] {
  return spec.mounts.flatMap(({ value, line }) => {
    const text = mountText(value, real(value.source));
    return text === undefined ? [] : [{ text: `the mount ${text}`, line }];
  });
}

function devices({ devices: given, deviceRules }: BaseRuntimeSpec): readonly Grant[] {
  return [
    ...given
      .filter(({ value: { type, path } }) => type === "b" || kernelDevices.has(path))
      .map(({ value, line }) => ({ text: `the device ${printable(value.path)}`, line })),
    ...deviceRules
      .filter(
        ({ value }) => value.allow && /[rw]/.test(value.access) && !(value.type === "c" && value.numbered),
      )
      .map(({ value, line }) => ({
        text: `the use of ${value.type === "b" ? "disks" : "every device"} of the node`,
        line,
      })),
  ];
}

function others(spec: BaseRuntimeSpec, procMountOff: boolean): readonly Grant[] {
  const { maskedPaths, readOnlyPaths: covered, rootfsPropagation } = spec;
  const bare = procMountOff && (maskedPaths === 0 || covered === 0);
  const shared = rootfsPropagation !== undefined && /^r?shared$/.test(rootfsPropagation.value);
  return [
    ...(bare
      ? [{ text: "the kernel's own files: disable_proc_mount is true and it covers none of them", line: 0 }]
      : []),
    ...(shared
      ? [{ text: "a way to mount on the node (rootfsPropagation)", line: rootfsPropagation.line }]
      : []),
  ];
}

function judgeSpec(one: ContainerdBaseSpec, procMountOff: boolean): DaemonFinding {
  const { content, path, runtimes, source } = one;
  if ("unread" in content)
    return { actual: "not known", evidence: [source], problems: [], unknowns: [content.unread] };
  const grants = [
    ...capabilities(content),
    ...namespaces(content),
    ...mounts(content, one.real),
    ...devices(content),
    ...others(content, procMountOff),
  ];
  // Our own words: a file of one line holds all the rest on it too.
  const evidence = [source, ...grants.map(({ text, line }) => ({ ...wholeFile(path, text), line }))];
  const name = listing(runtimes);
  return {
    actual: grants.length === 0 ? path : listing(grants.map(({ text }) => text)),
    evidence,
    problems: grants.map(({ text }) => ({
      message: `${printable(path)} gives every container of the runtime ${name} ${text}`,
    })),
  };
}

function judge(containerd: Containerd): DaemonFinding | string {
  if (containerd.criDisabled !== undefined)
    return "the CRI plugin is switched off: the kubelet's containers are another runtime's";
  const all = containerd.baseSpecs;
  if (all.length === 0) return "no runtime names a base_runtime_spec: containerd starts from its own";
  const procMountOff = containerd.cri("disable_proc_mount")?.value === true;
  const found = all.map((one) => judgeSpec(one, procMountOff));
  return {
    actual: found.map(({ actual }) => actual).join("; "),
    evidence: found.flatMap(({ evidence }) => evidence),
    problems: found.flatMap(({ problems }) => problems),
    unknowns: found.flatMap(({ unknowns }) => unknowns ?? []),
  };
}

export const baseRuntimeSpec = daemonChecks("containerd", [
  {
    name: "base-runtime-spec",
    title: "No base_runtime_spec gives containers more than containerd does",
    why: "Every container of the runtime starts from that file: what it grants no pod has to ask for, and no admission sees it.",
    remedy:
      "Take what is named out of the file, or write it anew from the output of `ctr oci spec` with what is wanted, and restart containerd.",
    severity: "high",
    expected: "the usual capabilities, namespaces of its own, no sensitive mount or device of the node",
    judge,
  },
]);
