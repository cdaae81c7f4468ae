// The kernel of a node goes on to do what Kubernetes and its network plug-in need: forwarding, bridged packets, the values
// that the kubelet asks for, the modules of containers and Services. Judged for now and for the next boot.

import { isNeeded, neededNames } from "../../checks/kmod/needed-names.js";
import type { Fact } from "../../core/fact.js";
import type { Left } from "../../core/plan.js";
import { listing, printable } from "../../core/printable.js";
import { type Cni, cni } from "../../facts/cni.js";
import { type KernelModules, kernelModules } from "../../facts/kernel-modules.js";
import { type Kubelet, kubelet } from "../../facts/kubelet.js";
import { kernelDefaults } from "../../facts/kubelet-surroundings.js";
import { type Modprobe, modprobe } from "../../facts/modprobe.js";
import { type Roles, roles } from "../../facts/roles.js";
import { type RouterAdvertised, routerAdvertised } from "../../facts/router-advertised.js";
import { type Sysctl, type SysctlKey, sysctl } from "../../facts/sysctl.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

interface Kernel {
  readonly roles: Fact<Roles>;
  readonly sysctl: Fact<Sysctl>;
  readonly modprobe: Fact<Modprobe>;
  readonly modules: Fact<KernelModules>;
  readonly kubelet: Fact<Kubelet>;
  readonly cni: Fact<Cni>;
  readonly routes: Fact<RouterAdvertised>;
}

const forwarding: readonly SysctlKey[] = [
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.forwarding",
  "net.ipv4.conf.default.forwarding",
  "net.ipv6.conf.all.forwarding",
  "net.bridge.bridge-nf-call-iptables",
  "net.bridge.bridge-nf-call-ip6tables",
];

/** What a key is now and at the next boot, each named once: `1`, `1 at boot`. */
function valuesOf(fact: Fact<Sysctl>, key: SysctlKey): readonly string[] {
  if (fact.state !== "known") return [];
  const { running, boot } = fact.value.of(key);
  const now = running.state === "known" ? [running.value] : [];
  return [...now, ...boot.map(({ value }) => value.trim())];
}

/** Is a value that the node needs taken away where it stands today? */
function lost(compared: Compared<Kernel>, key: SysctlKey, wanted: string): boolean {
  const [was, would] = [compared.before, compared.after].map((side) => valuesOf(side.sysctl, key));
  const wrong = (values: readonly string[] = []) => values.filter((value) => value !== wanted).length;
  return wrong(would) > wrong(was);
}

function forwardingKept(compared: Compared<Kernel>): readonly Left[] {
  const gone = forwarding.filter((key) => lost(compared, key, "1"));
  if (gone.length === 0) return [];
  return left(
    concerned(
      compared.group,
      gone.map((key) => `sysctl.${key}`),
    ),
    "refuse",
    `${listing(gone)} would not be 1: pods would reach nothing beyond this node, and nothing would reach them`,
    "take the check out of the site's profile: a Kubernetes node forwards",
  );
}

function asksForDefaults({ kubelet: fact }: Kernel): boolean {
  return (
    fact.state === "known" &&
    fact.value.views.some(({ view }) => view.setting("protectKernelDefaults").value === true)
  );
}

function kubeletDefaults(compared: Compared<Kernel>): readonly Left[] {
  const gone = [...kernelDefaults].filter(([key, wanted]) => lost(compared, key, wanted));
  if (gone.length === 0) return [];
  const strict = asksForDefaults(compared.before)
    ? "the kubelet (protectKernelDefaults) would not start again"
    : "a kubelet with protectKernelDefaults would not start";
  return left(
    concerned(
      compared.group,
      gone.map(([key]) => `sysctl.${key}`),
    ),
    "refuse",
    `${strict}: ${listing(gone.map(([key, wanted]) => `${key} would not be ${wanted}`))}`,
    "keep the kubelet's own values for these keys",
  );
}

/** Links of pods and tunnels, whose settings are their network plug-in's. */
const ofPlugIn =
  /^net[./]ipv[46][./]conf[./](?:cali|cilium|lxc|veth|cni|flannel|vxlan|kube|tunl|weave|antrea|gw|eni|azv|docker|br-)[^./]*[./]/;

function plugIn({ group, before, after }: Compared<Kernel>): readonly Left[] {
  const keys = group.live.filter(({ action }) => action === "set-sysctl").map(({ args: [key = ""] }) => key);
  const theirs = keys.filter((key) => ofPlugIn.test(key));
  const all = "net.ipv4.conf.all.rp_filter";
  const would = new Set(valuesOf(after.sysctl, all));
  const was = new Set(valuesOf(before.sysctl, all));
  const names = before.cni.state === "known" ? before.cni.value : undefined;
  const cilium = names?.has("cilium") === true && would.has("1") && !was.has("1");
  const calico =
    (names?.has("calico") === true || names?.has("canal") === true) && would.has("2") && !was.has("2");
  const because = [
    ...(theirs.length === 0 ? [] : [`${listing(theirs)} belong to the network plug-in`]),
    ...(cilium ? ["with rp_filter = 1 the kernel drops what Cilium routes"] : []),
    ...(calico ? ["Calico's agent does not start with rp_filter = 2 on `all`"] : []),
  ];
  if (because.length === 0) return [];
  return left(
    concerned(group, [`sysctl.${all}`, "sysctl.net.ipv4.conf.default.rp_filter"]),
    "refuse",
    listing(because, 3),
    "leave the links of pods to their plug-in, and give the check the value that it bears",
  );
}

function advertisements(compared: Compared<Kernel>): readonly Left[] {
  const { group, before } = compared;
  const keys = (["all", "default"] as const).map((name): SysctlKey => `net.ipv6.conf.${name}.accept_ra`);
  const closing = keys.filter(
    (key) =>
      valuesOf(compared.after.sysctl, key).includes("0") && !valuesOf(before.sysctl, key).includes("0"),
  );
  const routes = before.routes.state === "known" ? before.routes.value.routes : [];
  if (closing.length === 0 || (routes.length === 0 && before.routes.state !== "error")) return [];
  const why =
    before.routes.state === "error"
      ? `whether a router advertises this node's way out cannot be told: ${before.routes.reason}`
      : `the default route over ${listing(routes.map((route) => route.interface))} comes from a router's advertisements: IPv6 would be cut when it runs out`;
  return left(
    concerned(
      group,
      closing.map((key) => `sysctl.${key}`),
    ),
    "defer",
    why,
    "give the interface a fixed IPv6 route first, or waive the check",
  );
}

/** Switches that cannot be turned back without a restart, or that take containers their ground. */
const oneWay: readonly (readonly [string, RegExp, string])[] = [
  [
    "kernel.modules_disabled",
    /^1$/,
    "no module could be loaded any more until the next boot: Services and volumes need some when they are made",
  ],
  ["user.max_user_namespaces", /^0$/, "pods with user namespaces, and rootless runtimes, would not start"],
];

function switches({ group, before }: Compared<Kernel>): readonly Left[] {
  return oneWay.flatMap(([key, value, because]) => {
    const changes = group.live.filter(
      ({ action, args }) =>
        action === "set-sysctl" && args[0]?.replaceAll("/", ".") === key && value.test(args[1] ?? ""),
    );
    const checks = [...new Set(changes.flatMap((change) => change.checks))];
    return before.roles.state === "known"
      ? left(checks, "refuse", `${key}: ${because}`, "leave it as it is on a Kubernetes node")
      : [];
  });
}

/** How modprobe would be kept from a module, in the lines that say so. */
function blockers(fact: Fact<Modprobe>, module: string): number {
  if (fact.state !== "known") return 0;
  const { value } = fact;
  const install = value.install(module);
  return (install !== undefined && install.effect !== "runs" ? 1 : 0) + value.blacklist(module).length;
}

function modules({ group, before, after }: Compared<Kernel>): readonly Left[] {
  const isNode = before.roles.state !== "known" || before.roles.value.roles.length > 0;
  const named = isNode && after.modprobe.state === "known" ? after.modprobe.value.named.filter(isNeeded) : [];
  const blocked = [...new Set(isNode ? [...neededNames, ...named] : [])].filter(
    (name) => blockers(after.modprobe, name) > blockers(before.modprobe, name),
  );
  const loaded =
    before.modules.state === "known" && before.modules.value.loaded.state === "known"
      ? before.modules.value.loaded.value
      : undefined;
  const out = group.live
    .filter(({ action }) => action === "unload-module")
    .map(({ args: [name = ""] }) => name.replaceAll("-", "_"));
  const needed = isNode ? out.filter(isNeeded) : [];
  const used = out.filter((name) => {
    const one = loaded?.get(name);
    return one !== undefined && ((one.users ?? 0) > 0 || one.usedBy.length > 0);
  });
  const because = [
    ...(blocked.length === 0
      ? []
      : [`${listing(blocked)} could no longer be loaded, and containers and Services need it`]),
    ...(needed.length === 0 ? [] : [`${listing(needed)} would be unloaded, and a Kubernetes node needs it`]),
    ...(used.length === 0 ? [] : [`${listing(used)} is in use`]),
  ];
  if (because.length === 0) return [];
  const all = [...blocked, ...needed, ...used].map((name) => `kmod.${name.replaceAll("_", "-")}`);
  return left(
    concerned(group, [...all, ...all.map((name) => name.replaceAll("-", "_"))]),
    "refuse",
    listing(because, 3),
    `leave ${printable(all[0]?.slice(5) ?? "it")} out of the site's profile`,
  );
}

function judge(compared: Compared<Kernel>): readonly Left[] {
  const { group, before } = compared;
  const isNode = before.roles.state !== "known" || before.roles.value.roles.length > 0;
  const everywhere = [...advertisements(compared), ...modules(compared)];
  const { sysctl: after } = compared.after;
  if (after.state === "error" && before.sysctl.state === "known")
    return left(
      group.checks,
      "refuse",
      `the kernel's settings could no longer be read: ${after.reason}`,
      "change the files by hand",
    );
  if (!isNode) return everywhere;
  return [
    ...forwardingKept(compared),
    ...kubeletDefaults(compared),
    ...plugIn(compared),
    ...switches(compared),
    ...everywhere,
  ];
}

export const kernel = defineGuard<Kernel>({
  title: "The kernel goes on to do what Kubernetes needs of it",
  groups: ["sysctl", "modules-needed", "modules-blocked", "ufw-rules", "other"],
  async gather(ask) {
    const [role, keys, told, all, node, plugIns, routes] = await Promise.all([
      ask(roles),
      ask(sysctl),
      ask(modprobe),
      ask(kernelModules),
      ask(kubelet),
      ask(cni),
      ask(routerAdvertised),
    ]);
    return { roles: role, sysctl: keys, modprobe: told, modules: all, kubelet: node, cni: plugIns, routes };
  },
  judge,
});
