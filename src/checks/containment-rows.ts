// The twelve questions asked of every container, of a manifest or running: what each looks for and says. No defaults.
import type { Severity } from "../core/outcome.js";
import type { GrantKind } from "../facts/contained.js";

export interface ContainmentRow {
  readonly kind: GrantKind;
  /** Goes on after "No static pod" or "No container". */
  readonly title: string;
  readonly why: string;
  /** Goes on after the name of the place to write it. */
  readonly remedy: string;
  readonly severity: Severity;
  readonly expected: string;
  /** Goes on after the container's name; with a colon at its end the details follow. */
  readonly message: string;
  /** Said of a pod as a whole: once, not of each container. */
  readonly ofPod?: boolean;
}

export const containmentRows = [
  {
    name: "privileged",
    kind: "privileged",
    title: "is privileged",
    why: "A privileged container is root on the node: it sees every device and may load a kernel module.",
    remedy: "set privileged to false and add the few capabilities or devices that it needs",
    severity: "high",
    expected: "not privileged",
    message: "is privileged",
  },
  {
    name: "host-pid",
    kind: "host-pid",
    title: "sees the processes of the node",
    why: "In the node's process namespace a container reads other processes' environment and files, and may signal them.",
    remedy: "take hostPID out",
    severity: "high",
    expected: "a process namespace of its own",
    message: "shares the process namespace of the node",
    ofPod: true,
  },
  {
    name: "host-network",
    kind: "host-network",
    title: "uses the network of the node",
    why: "On the node's network no network policy holds, loopback services answer, and other pods' traffic can be read.",
    remedy: "take hostNetwork out",
    severity: "medium",
    expected: "a network namespace of its own",
    message: "shares the network of the node",
    ofPod: true,
  },
  {
    name: "host-ipc",
    kind: "host-ipc",
    title: "shares memory with the node",
    why: "The node's IPC namespace opens shared memory and semaphores of every process on it.",
    remedy: "take hostIPC out",
    severity: "medium",
    expected: "an IPC namespace of its own",
    message: "shares the IPC namespace of the node",
    ofPod: true,
  },
  {
    name: "docker-socket",
    kind: "host-path",
    title: "reaches the socket of a container runtime",
    why: "Whoever talks to the runtime starts a privileged container, and so owns the node.",
    remedy: "take the hostPath volume of the socket, or of the directory that it lies in, out",
    severity: "critical",
    expected: "no mount of a runtime's socket",
    message: "reaches a container runtime's socket:",
  },
  {
    name: "sensitive-hostpath",
    kind: "host-path",
    title: "mounts a sensitive directory of the node",
    why: "Keys, configuration and other pods' volumes of the node are read, or changed, from inside.",
    remedy: "take the hostPath volume out, or mount a narrower one read-only",
    severity: "high",
    expected: "no mount of a sensitive path of the node",
    message: "mounts:",
  },
  {
    name: "capabilities",
    kind: "capability",
    title: "has a capability beyond the usual",
    why: "Capabilities such as SYS_ADMIN or NET_ADMIN are parts of root that reach out of a container.",
    remedy: "drop ALL capabilities and add back only what is needed",
    severity: "high",
    expected: "no capability beyond those allowed",
    message: "has more capabilities than allowed:",
  },
  {
    name: "seccomp-unconfined",
    kind: "seccomp-unconfined",
    title: "runs without a seccomp filter",
    why: "Without a filter every system call of the kernel is there to be attacked.",
    remedy: "set seccompProfile to the type RuntimeDefault, or seccompDefault: true for the kubelet",
    severity: "medium",
    expected: "RuntimeDefault or Localhost",
    message: "runs without a seccomp filter:",
  },
  {
    name: "apparmor-unconfined",
    kind: "apparmor-unconfined",
    title: "runs unconfined by AppArmor",
    why: "The runtime's AppArmor profile keeps a container from mounting and from writing to /proc and /sys.",
    remedy: "set appArmorProfile to the type RuntimeDefault",
    severity: "medium",
    expected: "a profile in enforce mode",
    message: "is not confined by AppArmor:",
  },
  {
    name: "run-as-root",
    kind: "root-user",
    title: "runs as root",
    why: "Root in a container is root on the node as soon as one wall breaks.",
    remedy: "set runAsNonRoot to true and runAsUser to a number of its own",
    severity: "medium",
    expected: "a user other than 0, or a user namespace",
    message: "runs as root:",
  },
  {
    name: "writable-root",
    kind: "writable-root",
    title: "can write to its root file system",
    why: "Where the image can be written an intruder leaves tools and changes programs.",
    remedy: "set readOnlyRootFilesystem to true and give it an emptyDir where it writes",
    severity: "low",
    expected: "a read-only root file system",
    message: "can write to its root file system:",
  },
  {
    name: "proc-unmasked",
    kind: "proc-unmasked",
    title: "sees /proc unmasked",
    why: "The masked parts of /proc and /sys (kcore, keys, sysrq) read and steer the kernel.",
    remedy: "take procMount out",
    severity: "high",
    expected: "/proc masked as the runtime does",
    message: "sees /proc unmasked:",
  },
] as const satisfies readonly (ContainmentRow & { readonly name: string })[];

export type ContainmentName = (typeof containmentRows)[number]["name"];
