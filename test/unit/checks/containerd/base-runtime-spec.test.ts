// containerd.base-runtime-spec: each grant of a base_runtime_spec on its own, and what keeps the file from being judged.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { baseRuntimeSpec } from "../../../../src/checks/containerd/base-runtime-spec.js";
import { files as fileChecks } from "../../../../src/checks/containerd/files.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const config = "/etc/containerd/config.toml";
const spec = "/etc/containerd/base.json";
const table = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]';

/** What `ctr oci spec` prints, in short, with parts replaced. */
function base(
  change: { process?: unknown; linux?: object; mounts?: readonly unknown[]; hooks?: unknown } = {},
) {
  const usual = ["CAP_CHOWN", "CAP_NET_RAW", "CAP_SYS_CHROOT"];
  const { process, linux, mounts = [], hooks } = change;
  return JSON.stringify(
    {
      ociVersion: "1.0.2-dev",
      process: process ?? { env: ["TOKEN=secret"], capabilities: { bounding: usual, effective: usual } },
      mounts: [
        { destination: "/proc", type: "proc", source: "proc", options: ["nosuid"] },
        { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
        { destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro"] },
        ...mounts,
      ],
      hooks,
      linux: {
        resources: { devices: [{ allow: false, access: "rwm" }] },
        namespaces: [{ type: "pid" }, { type: "mount" }, { type: "network" }],
        maskedPaths: ["/proc/kcore"],
        readonlyPaths: ["/proc/sys"],
        ...linux,
      },
    },
    undefined,
    1,
  );
}

const node = (text: string, more: MemoryFiles = {}, setting = spec): MemoryFiles => ({
  [config]: `version = 2\n${table}\nruntime_type = "io.containerd.runc.v2"\nbase_runtime_spec = "${setting}"\n`,
  [spec]: { text, mode: 0o644 },
  ...more,
});
const capabilities = (set: string, name: string) => ({ process: { capabilities: { [set]: [name] } } });
const mount = (type: string, source: string, destination: string, ...options: readonly string[]) => ({
  mounts: [{ type, source, destination, options }],
});
const rule = (one: object) => ({
  linux: { resources: { devices: [{ access: "rwm", allow: true, ...one }] } },
});
const namespaces = (...list: readonly object[]) => ({ linux: { namespaces: list } });
const uncovered = node(base({ linux: { maskedPaths: [] } }), {
  [config]: `version = 2\n[plugins."io.containerd.grpc.v1.cri"]\ndisable_proc_mount = true\n${table}\nbase_runtime_spec = "${spec}"\n`,
});
const older = (name: string) => ({
  [config]: `version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.${name}]\nruntime_type = "io.containerd.runc.v2"\nbase_runtime_spec = "${spec}"\n`,
});

const granted: readonly (readonly [says: string, files: MemoryFiles])[] = [
  ["runtime runc the capability SYS_ADMIN", node(base(capabilities("bounding", "CAP_SYS_ADMIN")))],
  ["capability BPF", node(base(capabilities("permitted", "cap_bpf")))],
  ["inheritable capabilities", node(base(capabilities("inheritable", "CAP_CHOWN")))],
  ["SYS_ADMIN", node(base().replace('"process"', '"Process"').replace("CAP_CHOWN", "CAP_SYS_ADMIN"))],
  ["it names no pid namespace", node(base(namespaces({ type: "mount" })))],
  ["it names no mount namespace", node("{}")],
  ["it names no mount namespace", node("null")],
  [
    "it joins /proc/1/ns/pid",
    node(base(namespaces({ type: "mount" }, { type: "pid", path: "/proc/1/ns/pid" }))),
  ],
  ["the mount / on /host (writable)", node(base(mount("bind", "/", "/host", "rbind")))],
  ["/run/containerd", node(base(mount("none", "/run/containerd", "/x", "rbind", "ro")))],
  [
    "the mount /data on /data",
    node(base(mount("bind", "/data", "/data", "ro")), { "/data": { link: "/etc" } }),
  ],
  ["the mount sysfs on /sys (writable)", node(base(mount("sysfs", "sysfs", "/sys")))],
  ["the mount proc on /hostproc", node(base(mount("proc", "proc", "/hostproc")))],
  ["the mount /dev/sda1 on /disk", node(base(mount("ext4", "/dev/sda1", "/disk")))],
  [
    "the device /dev/sda",
    node(base({ linux: { devices: [{ path: "/dev/sda", type: "b", major: 8, minor: 0 }] } })),
  ],
  ["every device", node(base(rule({})))],
  ["every device", node(base(rule({ type: "c", major: -1 })))],
  ["disks", node(base(rule({ type: "b", major: 8 })))],
  ["rootfsPropagation", node(base({ linux: { rootfsPropagation: "rshared" } }))],
  ["disable_proc_mount", uncovered],
  ["SYS_ADMIN", node(base(capabilities("bounding", "CAP_SYS_ADMIN")), older("default_runtime"))],
];
const harmless: readonly (readonly [name: string, files: MemoryFiles])[] = [
  ["what ctr oci spec prints", node(base())],
  ["limits and a filter of its own", node(base({ linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW" } } }))],
  ["a harmless file", node(base(mount("bind", "/etc/localtime", "/etc/localtime", "ro")))],
  ["one character device", node(base(rule({ type: "c", major: 10, minor: 229 })))],
  ["devices that may be made, not used", node(base(rule({ access: "m" })))],
  ["no masked path, which the kubelet gives", node(base({ linux: { maskedPaths: null } }))],
];
const unknown: readonly (readonly [name: string, files: MemoryFiles, says: string])[] = [
  ["it may not be read", node("", { [spec]: { error: "denied" } }), "base.json"],
  ["it is not there", node("", {}, "/etc/containerd/gone.json"), "the CRI plugin does not start"],
  ["it is a relative path", node(base(), {}, "base.json"), "from which folder"],
  ["it is no JSON", node("{"), "base.json:1"],
  ["it is empty", node(""), "base.json:1"],
  ["a value of another type", node(base({ process: { capabilities: "CAP_SYS_ADMIN" } })), "not an object"],
  ["a list of another type", node(base(capabilities("bounding", "x")).replace('"x"', "5")), "not a text"],
  ["a field twice", node('{"linux":{},"Linux":{}}'), "more than once"],
  ["something behind it", node(`${base()}{}`), "follows the value"],
];

for (const check of baseRuntimeSpec)
  testCheck(check, {
    passes: harmless.map(([name, files]) => ({ name, files })),
    fails: granted.map(([says, files]) => ({ name: says, files, says })),
    errors: unknown.map(([name, files, says]) => ({ name, files, says })),
    notApplicable: [
      {
        name: "no runtime names one",
        files: { [config]: `version = 2\n${table}\n` },
        says: "starts from its own",
      },
      {
        name: "the CRI plugin is off",
        files: { ...node("{}"), [config]: 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' },
      },
    ],
  });

test("containerd.base-runtime-spec shows nothing of the file but the grant", async () => {
  const oneLine = JSON.stringify(JSON.parse(base(capabilities("bounding", "CAP_BPF"))));
  for (const check of baseRuntimeSpec) {
    const verdict = await verdictOf(check, { files: node(oneLine.replace("{", '{"env":"secret",')) });
    assert.not.match(JSON.stringify(verdict), /secret/);
  }
});

test("the file and the programs of its hooks are among those that containerd trusts", async () => {
  const hooks = { prestart: [{ path: "/opt/hook" }] };
  const files = node(base({ hooks }), { "/opt/hook": { text: "", mode: 0o777 } });
  const loose = { ...files, [spec]: { text: base({ hooks }), mode: 0o666 } };
  for (const [id, path] of [
    ["containerd.files.config", spec],
    ["containerd.files.programs", "/opt/hook"],
  ] as const) {
    const check = fileChecks.find((one) => one.id === id);
    if (check === undefined) throw new Error(id);
    const accounts = { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n", "/etc/group": "root:x:0:\n" };
    const verdict = await verdictOf(check, { files: { ...loose, ...accounts } });
    assert.ok("problems" in verdict && verdict.problems.some(({ message }) => message.includes(path)), id);
  }
});

test.run();
