// A hardened node stays a node: each thing of the kernel that it needs, by name, and the change that would take it away.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isNeeded, neededNames } from "../../../../src/checks/kmod/needed-names.js";
import { kernelDefaults } from "../../../../src/facts/kubelet-surroundings.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { allows, group, loginNode, stops } from "../../../support/guard-node.js";
import { configured } from "../../../support/kubelet.js";

const proc = (values: Readonly<Record<string, string>>): MemoryFiles =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`/proc/sys/${key.replaceAll(".", "/")}`, `${value}\n`]),
  );
const forwarding: Readonly<Record<string, string>> = {
  "net.ipv4.ip_forward": "1",
  "net.ipv4.conf.all.forwarding": "1",
  "net.ipv4.conf.default.forwarding": "1",
  "net.ipv6.conf.all.forwarding": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
};
const node: MemoryFiles = {
  ...loginNode,
  "/var/lib/kubelet": { kind: "directory" },
  "/proc/sys/kernel": { kind: "directory" },
  "/etc/sysctl.d": { kind: "directory" },
  "/etc/modprobe.d": { kind: "directory" },
  ...proc({ ...forwarding, ...Object.fromEntries(kernelDefaults), "net.ipv4.conf.all.rp_filter": "2" }),
};
const plain = Object.fromEntries(Object.entries(node).filter(([path]) => path !== "/var/lib/kubelet"));
const now = (key: string, value: string) =>
  group("sysctl", [`sysctl.${key}`], { live: [["set-sysctl", key, value]], risk: "none" });
const atBoot = (key: string, value: string) =>
  group("sysctl", [`sysctl.${key}`], {
    files: { "/etc/sysctl.d/99-x.conf": `${key} = ${value}\n` },
    risk: "none",
  });

for (const key of Object.keys(forwarding))
  test(`${key} stays 1, now and at the next boot`, async () => {
    await stops(node, new RegExp(`^refuse sysctl.${key}: .*${key} would not be 1`), now(key, "0"));
    await stops(node, new RegExp(`${key} would not be 1`), atBoot(key, "0"));
    await allows(node, atBoot(key, "1"));
  });

for (const [key, value] of kernelDefaults)
  test(`${key} stays ${value}, as the kubelet asks`, async () => {
    await stops(node, new RegExp(`^refuse .*${key} would not be ${value}`), now(key, "60"));
    await stops(
      { ...node, ...configured("protectKernelDefaults: true\n") },
      /the kubelet \(protectKernelDefaults\) would not start again/,
      atBoot(key, "60"),
    );
    await allows(node, atBoot(key, value));
  });

test("a machine without Kubernetes may forward nothing", async () => {
  await allows(plain, now("net.ipv4.ip_forward", "0"));
});

test("what is wrong today is not held against a change of something else", async () => {
  await allows({ ...node, ...proc({ "net.ipv4.ip_forward": "0" }) }, now("kernel.kptr_restrict", "1"));
});

test("rp_filter goes as the network plug-in bears it, and its links are its own", async () => {
  const key = "net.ipv4.conf.all.rp_filter";
  const zero = { ...node, ...proc({ [key]: "0" }) };
  await allows(zero, now(key, "2"));
  await stops({ ...zero, "/etc/cni/net.d/05-cilium.conflist": "{}" }, /Cilium/, now(key, "1"));
  await stops(
    { ...zero, "/etc/cni/net.d/10-calico.conflist": "{}" },
    /Calico's agent does not start/,
    now(key, "2"),
  );
  await allows({ ...zero, "/etc/cni/net.d/10-calico.conflist": "{}" }, now(key, "1"));
  await stops(node, /belong to the network plug-in/, now("net.ipv4.conf.cali1234.rp_filter", "1"));
  await allows(node, now("net.ipv4.conf.eth0.rp_filter", "1"));
});

const route = (flags: string) =>
  `${"0".repeat(32)} 00 ${"0".repeat(32)} 00 fe800000000000000000000000000001 00000400 00000001 00000000 ${flags} eth0\n`;

test("router advertisements are taken where the way out comes from them", async () => {
  const six = { ...node, ...proc({ "net.ipv6.conf.all.accept_ra": "1" }) };
  const off = now("net.ipv6.conf.all.accept_ra", "0");
  await stops(
    { ...six, "/proc/net/ipv6_route": route("00450003") },
    /^defer .*default route over eth0 comes from a router's advertisements/,
    off,
  );
  await allows({ ...six, "/proc/net/ipv6_route": route("00000003") }, off);
  await allows(six, off);
});

test("switches that a node cannot live with stay off", async () => {
  await stops(node, /no module could be loaded/, now("kernel.modules_disabled", "1"));
  await stops(node, /user namespaces/, now("user.max_user_namespaces", "0"));
  await allows(node, now("user.max_user_namespaces", "10000"));
});

for (const name of neededNames)
  test(`the module ${name} is neither blocked nor unloaded`, async () => {
    const check = `kmod.${name.replaceAll("_", "-")}`;
    const block = (text: string) =>
      group("modules-blocked", [check], { files: { "/etc/modprobe.d/x.conf": text }, risk: "none" });
    await stops(
      node,
      new RegExp(`^refuse ${check}: ${name} could no longer be loaded`),
      block(`install ${name} /bin/false\n`),
    );
    await stops(node, /could no longer be loaded/, block(`blacklist ${name}\n`));
    await stops(
      node,
      new RegExp(`${name} would be unloaded`),
      group("modules-blocked", [check], { live: [["unload-module", name]], risk: "none" }),
    );
  });

test("the modules of containers, Services and tunnels are among those that are needed", () => {
  for (const name of [
    "overlay",
    "br_netfilter",
    "nf_conntrack",
    "ip_vs",
    "vxlan",
    "wireguard",
    "nf_tables",
    "xt_comment",
    "ip_vs_lc",
    "geneve",
  ])
    assert.ok(isNeeded(name), name);
});

test("other modules may be blocked, but not unloaded while they are used", async () => {
  const sctp = (files: Readonly<Record<string, string>>) =>
    group("modules-blocked", ["kmod.sctp"], { files, live: [["unload-module", "sctp"]], risk: "none" });
  const block = { "/etc/modprobe.d/nodeward.conf": "install sctp /bin/false\nblacklist sctp\n" };
  await allows({ ...node, "/proc/modules": "sctp 409600 0 - Live 0x0\n" }, sctp(block));
  await stops({ ...node, "/proc/modules": "sctp 409600 10 - Live 0x0\n" }, /sctp is in use/, sctp(block));
});

test.run();
