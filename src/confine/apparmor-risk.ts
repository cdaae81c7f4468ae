// What a generated AppArmor rule gives away that somebody should look at before it is used. A list of reasons, no verdict.
import type { FileNeed, Need, RuleNeed } from "./apparmor-access.js";

const capabilities: ReadonlyMap<string, string> = new Map([
  ["sys_admin", "mounts, namespaces, bpf and much more: close to root without confinement"],
  ["sys_module", "loads code into the kernel"],
  ["sys_rawio", "reads and writes devices and ports past the kernel"],
  ["sys_ptrace", "reads and changes other processes"],
  ["sys_boot", "reboots, and loads another kernel"],
  ["sys_time", "sets the clock that logs and certificates go by"],
  ["mac_admin", "changes AppArmor's own policy"],
  ["mac_override", "goes past AppArmor's policy"],
  ["dac_read_search", "reads every file and opens files by handle, out of a container too"],
  ["dac_override", "goes past the modes of files"],
  ["bpf", "loads programs into the kernel"],
  ["perfmon", "sees what the kernel and other processes do"],
  ["net_admin", "changes routes, addresses and the firewall"],
  ["mknod", "makes device files"],
  ["setfcap", "gives files capabilities"],
  ["linux_immutable", "takes the marks off files that nobody is to change"],
  ["audit_control", "turns the audit off"],
]);

const written: readonly (readonly [RegExp, string])[] = [
  [/^\/sys\/kernel\/security\/|^\/proc\/\d+\/(?:task\/\d+\/)?attr\//, "changes what confines processes"],
  [/^\/proc\/sys(?:rq-trigger$|\/)/, "changes settings of the kernel"],
  [/^\/sys\//, "changes settings of the kernel and of devices"],
  [/^\/dev\/(?:sd|hd|vd|xvd|nvme|dm-|mapper\/|mem$|kmem$|port$|loop)/, "writes past the file system"],
  [
    /\/(?:docker|containerd|crio|cri-dockerd|podman)\.sock$/,
    "speaks to the container runtime: root on the node",
  ],
  [
    /^\/etc\/(?:ld\.so|pam|sudoers|passwd|shadow|group|gshadow|cron|systemd|ssh|apparmor|kubernetes)/,
    "changes who may do what on this machine",
  ],
  [/^\/etc\//, "changes the configuration of the machine"],
  [/^\/(?:usr|bin|sbin|lib(?:32|64|x32)?|boot|opt)\//, "changes programs or libraries"],
  [
    /^\/var\/spool\/cron|\/\.ssh\/|\/\.(?:bashrc|profile|bash_profile|zshrc)$/,
    "makes others run what it writes",
  ],
  [
    /^\/var\/lib\/(?:kubelet|etcd|containerd|docker|rancher|dpkg|rpm)\//,
    "changes what the node itself stands on",
  ],
  [/^\/var\/log\/(?:audit|journal)\//, "changes the traces of what was done"],
];

const readable: readonly (readonly [RegExp, string])[] = [
  [/^\/etc\/g?shadow-?$/, "reads the hashes of passwords"],
  [/^\/(?:proc\/kcore|dev\/k?mem|dev\/port)$/, "reads the memory of the kernel"],
  [/^\/proc\/\d+\/mem$/, "reads the memory of processes"],
  [
    /\/\.ssh\/id_|^\/etc\/ssh\/ssh_host_.*_key$|^\/etc\/(?:ssl\/private|kubernetes\/pki)\/|^\/var\/lib\/kubelet\/pki\/|\.key$/,
    "reads private keys",
  ],
  [
    /^\/etc\/kubernetes\/[a-z-]{1,40}\.conf$|\/kubeconfig$|\/\.kube\/config$|^\/var\/lib\/kubelet\/kubeconfig/,
    "reads credentials of the cluster",
  ],
  [/\/serviceaccount\/|kubernetes\.io~(?:secret|projected)\//, "reads tokens and secrets of pods"],
  [/^\/dev\/(?:sd|hd|vd|xvd|nvme|dm-|mapper\/)/, "reads past the file system"],
];

const shells = /\/(?:ba|da|z|k|c|tc|a)?sh$|\/(?:python|perl|ruby|php)[\d.]*$|\/busybox$/;

function first(rows: readonly (readonly [RegExp, string])[], path: string): string {
  return rows.find(([pattern]) => pattern.test(path))?.[1] ?? "";
}

function fileRisk({ path, permissions, target }: FileNeed): string {
  const isWritten = /[wal]/.test(permissions);
  if (permissions.includes("x")) {
    if (target === "unconfined") return "starts a program that nothing confines";
    if (shells.test(path)) return "starts an interpreter: whoever gets in can run anything";
  }
  const ofWriting = isWritten ? first(written, path) : "";
  if (isWritten && permissions.includes("m") && ofWriting === "") return "writes code and runs it";
  return ofWriting === "" && permissions.includes("r") ? first(readable, path) : ofWriting;
}

function ruleRisk({ kind, access, conditions }: RuleNeed, profile: string): string {
  const value = (name: string) => conditions.find((one) => one.name === name)?.values[0] ?? "";
  switch (kind) {
    case "capability":
      return capabilities.get(access[0] ?? "") ?? "";
    case "network":
      if (access[0] === "packet" || (access[1] === "raw" && access[0] !== "netlink"))
        return "reads and forges packets";
      return access[0] === "alg" || access[0] === "bluetooth"
        ? "reaches a seldom used part of the kernel"
        : "";
    case "mount":
    case "remount":
    case "umount":
    case "pivot_root":
      return "changes what lies under a path, and so what every other rule means";
    case "ptrace":
      return value("peer") === profile || !access.some((word) => word === "trace" || word === "read")
        ? ""
        : "reads and changes other processes";
    case "change_profile":
      return value("target") === "unconfined" ? "leaves confinement" : "goes to another confinement";
    case "userns":
      return "gets all capabilities in a namespace of its own: much more of the kernel to attack";
    case "io_uring":
      return "does reads and writes past filters of system calls";
    case "signal":
      return value("peer") === "unconfined" && access.includes("send")
        ? "ends processes that nothing confines"
        : "";
    case "dbus":
      return access.includes("eavesdrop") ? "hears what others say on the bus" : "";
    default:
      return "";
  }
}

/** A few words, or none. `profile`: whose rule it is. */
export function riskOf(need: Need, profile: string): string {
  return need.kind === "file" ? fileRisk(need) : ruleRisk(need, profile);
}
