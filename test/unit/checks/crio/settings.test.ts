import { test } from "uvu";
import * as assert from "uvu/assert";
import { settings } from "../../../../src/checks/crio/settings.js";
import { workloads } from "../../../../src/checks/crio/workloads.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const main = "/etc/crio/crio.conf";
const last = "/etc/crio/crio.conf.d/99-site.conf";
const socket = "/run/crio/crio.sock";
const hardened = `[crio.api]
listen = "/var/run/crio/crio.sock"
stream_address = "127.0.0.1"
[crio.runtime]
seccomp_profile = ""
apparmor_profile = "crio-default"
default_capabilities = ["CHOWN", "KILL"]
default_sysctls = ["net.ipv4.ip_unprivileged_port_start=0", "net.ipv4.ping_group_range=0 2147483647"]
[crio.runtime.runtimes.crun]
runtime_path = "/usr/libexec/crio/crun"
privileged_without_host_devices = true
[crio.image]
insecure_registries = ["localhost:5000"]
`;
const node = (dropIn = "", files: MemoryFiles = {}): MemoryFiles => ({
  [main]: hardened,
  "/usr/libexec/crio/crun": { text: "", mode: 0o755 },
  [socket]: { kind: "socket", mode: 0o660 },
  ...(dropIn === "" ? {} : { [last]: dropIn }),
  ...files,
});
const flags = (text: string): MemoryFiles => ({
  "/usr/lib/systemd/system/crio.service": `[Service]\nExecStart=/usr/bin/crio ${text}\n`,
});

interface Failing {
  readonly files: MemoryFiles;
  readonly says?: string;
  readonly at?: readonly string[];
  readonly fixed?: Readonly<Record<string, string>>;
}

const runtime = (text: string) => node(`[crio.runtime]\n${text}\n`);
const fails: Readonly<Record<string, readonly Failing[]>> = {
  "config-valid": [
    { files: node("[crio\n"), says: "CRI-O does not start", at: [`${last}:1`] },
    { files: node("", { "/etc/crio/crio.conf.d/README": "not TOML\n" }), says: "README:1" },
    { files: node("", flags("--config /etc/none.conf")), says: "/etc/none.conf, which is not there" },
    { files: node("", { "/etc/crio/crio.conf.d/x": { link: "/nowhere" } }), says: "leads nowhere" },
    {
      files: node("", { "/etc/crio/crio.conf.d/x": { link: "/etc/more" }, "/etc/more/a": "" }),
      says: "to a folder",
    },
    {
      files: { [main]: "", "/etc/crio/crio.conf.d": { link: "/etc/more" }, "/etc/more/a": "" },
      says: "takes it for a file",
    },
  ],
  "socket-permissions": [
    { files: node("", { [socket]: { kind: "socket", mode: 0o666 } }), fixed: { [socket]: "0660" } },
    { files: node("", { [socket]: { kind: "socket", mode: 0o660, gid: 1000 } }) },
  ],
  "tcp-address": [
    {
      files: node('[crio.api]\nlisten = "tcp://0.0.0.0:1"\n'),
      says: "tcp://0.0.0.0:1",
      at: [`${last}:2`, `${main}:3`],
    },
    { files: node('[crio.api]\nstream_address = "0.0.0.0"\n'), says: "without verifying clients" },
    { files: node('[crio.api]\nstream_address = ""\n'), says: "on every address" },
    { files: node('[crio.api]\nstream_address = "localhost"\n'), says: "localhost without" },
    { files: node('[crio.api]\nstream_address = "0.0.0.0"\nstream_enable_tls = true\n') },
    { files: node("", flags("--stream-address=::")), says: "listens on ::" },
  ],
  "debug-socket": [
    { files: node("", flags("--profile")), says: "on a port" },
    { files: node("", flags("--profile=true --profile-port 6060")) },
  ],
  "insecure-registries": [
    {
      files: node('[crio.image]\ninsecure_registries = ["a.example"]\n'),
      says: "a.example",
      at: [`${last}:2`],
    },
    { files: node("", flags("--insecure-registry=a,b --insecure-registry=10.0.0.0/8")), says: "10.0.0.0/8" },
  ],
  privileged_without_host_devices: [
    // The later file defines the whole handler, and leaves the setting out.
    {
      files: node('[crio.runtime.runtimes.crun]\nruntime_path = "/usr/libexec/crio/crun"\n'),
      at: [`${last}:1`],
    },
    { files: { [main]: "[crio]\n" }, says: "default" },
  ],
  "unset-seccomp-profile": [
    { files: { ...runtime('seccomp_profile = "/etc/p.json"'), "/etc/p.json": "{}" }, says: "sets no filter" },
    {
      files: {
        ...runtime('seccomp_profile = "/etc/p.json"'),
        "/etc/p.json": '{"defaultAction":"SCMP_ACT_ALLOW"}',
      },
      says: "allows every system call",
      at: [`${last}:2`],
    },
    {
      files: {
        ...node(
          '[crio.runtime.runtimes.own]\nruntime_path = "/usr/libexec/crio/crun"\nseccomp_profile = "/etc/p.json"\n',
        ),
        "/etc/p.json": "{}",
      },
      says: "/etc/p.json",
    },
  ],
  disable_apparmor: [
    { files: runtime('apparmor_profile = "unconfined"'), at: [`${last}:2`] },
    { files: runtime('AppArmor_Profile = "unconfined"'), at: [`${last}:2`] },
    { files: node("", flags("--apparmor-profile unconfined")) },
  ],
  runtimes: [
    {
      files: node('[crio.runtime.runtimes.kata]\nruntime_path = "/usr/bin/kata"\nruntime_type = "vm"\n'),
      says: "/usr/bin/kata",
    },
    { files: node("[crio.runtime.runtimes.own]\n"), says: "the runtime own needs own" },
  ],
  "default-capabilities": [
    { files: runtime('default_capabilities = ["cap_sys_admin"]'), says: "SYS_ADMIN", at: [`${last}:2`] },
    { files: runtime("add_inheritable_capabilities = true"), says: "pass capabilities on" },
  ],
  enable_unprivileged_ports: [
    { files: runtime("default_sysctls = []"), says: "does not set", at: [`${last}:2`] },
    { files: runtime('default_sysctls = ["net.ipv4.ip_unprivileged_port_start=1024"]') },
  ],
  enable_unprivileged_icmp: [{ files: runtime('default_sysctls = ["net.ipv4.ping_group_range=1 0"]') }],
};

const all = [...settings, ...workloads];
assert.equal(all.map(({ id }) => id.replace("crio.", "")).sort(), Object.keys(fails).sort());
for (const check of all) {
  const name = check.id.replace("crio.", "");
  const decided = ["config-valid", "socket-permissions"].includes(name);
  testCheck(check, {
    passes: [
      { name: "hardened", files: node() },
      {
        name: "a drop-in puts it right",
        files: { ...node(hardened), [main]: "[crio.api]\nstream_address = '::'\n" },
      },
    ],
    fails: (fails[name] ?? []).map((one, index) => ({ name: String(index), ...one })),
    errors: [
      {
        name: "a drop-in may not be read",
        files: { ...node(), [last]: { error: "denied" } },
      },
      {
        name: "a variable stands for a flag",
        files: {
          ...node(),
          "/usr/lib/systemd/system/crio.service":
            "[Service]\nEnvironment=CONTAINER_LISTEN=tcp://0.0.0.0:1\nExecStart=/usr/bin/crio\n",
        },
        says: "CONTAINER_LISTEN",
      },
      ...(decided ? [] : [{ name: "CRI-O refuses it", files: node("[crio\n"), says: "does not start" }]),
    ],
    notApplicable: [{ name: "no CRI-O", files: { "/etc/hostname": "x\n" } }],
  });
}

test.run();
