import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Check } from "../../../../src/checks/define.js";
import * as daemon from "../../../../src/checks/docker/daemon.js";
import { rowsAsChecks } from "../../../../src/checks/docker/rows.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const json = "/etc/docker/daemon.json";
const unit = "/usr/lib/systemd/system/docker.service";
const base: MemoryFiles = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n",
  "/etc/group": "root:x:0:\ndocker:x:900:alice\n",
  "/usr/bin/dockerd": { text: "", mode: 0o755 },
};
const hardened = {
  icc: false,
  "userns-remap": "default",
  "live-restore": true,
  "no-new-privileges": true,
  "log-driver": "local",
  "userland-proxy": false,
  "default-ulimits": { nofile: { Name: "nofile", Hard: 64000, Soft: 64000 } },
};

const node = (
  config: object | string,
  flags = "",
  socket: MemoryNode = { mode: 0o660, gid: 900 },
): MemoryFiles => ({
  ...base,
  [json]: { text: typeof config === "string" ? config : JSON.stringify(config, null, 2), mode: 0o644 },
  [unit]: `[Service]\nExecStart=/usr/bin/dockerd -H fd:// ${flags}\n`,
  "/run/docker.sock": { kind: "socket", ...socket },
});

interface RowCase {
  readonly set?: object;
  readonly flags?: string;
  readonly says?: string;
}

const rows: Readonly<
  Record<string, { readonly passes?: readonly RowCase[]; readonly fails: readonly RowCase[] }>
> = {
  "tcp-without-tls": {
    passes: [{ flags: "-H tcp://0.0.0.0:2376 --tlsverify" }],
    fails: [
      { flags: "-H tcp://0.0.0.0:2375", says: "tcp://0.0.0.0:2375" },
      { flags: "--host=tcp://127.0.0.1:2375" },
      { flags: "-Htcp://0.0.0.0:2375", says: "tcp://0.0.0.0:2375" },
      { flags: "-DH tcp://0.0.0.0:2375", says: "tcp://0.0.0.0:2375" },
      { flags: "--oom-score-adjust -500 -DH=tcp://0.0.0.0:2375", says: "tcp://0.0.0.0:2375" },
      { flags: "-H tcp://:2376 --tlsverify=false --tls" },
    ],
  },
  tlsverify: {
    passes: [{ flags: "-H tcp://:2376 --tlsverify --tlscacert=/c --tlscert=/d --tlskey=/e" }],
    fails: [
      { flags: "-H tcp://:2375" },
      { flags: "-H tcp://:2376 --tlsverify", says: "tlscacert, tlscert, tlskey not set" },
    ],
  },
  icc: {
    passes: [{ set: { icc: undefined }, flags: "--icc=false" }],
    fails: [{ set: { icc: undefined }, says: "defaults to true" }, { set: { icc: true } }],
  },
  "userns-remap": { fails: [{ set: { "userns-remap": undefined } }] },
  "live-restore": { fails: [{ set: { "live-restore": undefined } }, { set: { "live-restore": false } }] },
  "no-new-privileges": { fails: [{ set: { "no-new-privileges": undefined } }] },
  "log-driver": {
    passes: [
      { set: { "log-driver": "json-file", "log-opts": { "max-size": "10m" } } },
      { set: { "log-driver": undefined }, flags: "--log-opt max-size=1m" },
    ],
    fails: [{ set: { "log-driver": "none" } }, { set: { "log-driver": undefined }, says: "no max-size" }],
  },
  "insecure-registries": {
    passes: [{ set: { "insecure-registries": ["127.0.0.0/8", "localhost:5000"] } }],
    fails: [
      { set: { "insecure-registries": ["registry.example:5000"] } },
      { flags: "--insecure-registry 10.0.0.0/8" },
    ],
  },
  "userland-proxy": { fails: [{ set: { "userland-proxy": undefined } }] },
  experimental: { fails: [{ set: { experimental: true } }] },
  "default-ulimits": {
    fails: [{ set: { "default-ulimits": undefined } }, { set: { "default-ulimits": {} } }],
  },
};

const rowNode = ({ set = {}, flags = "" }: RowCase) => node({ ...hardened, ...set }, flags);
assert.equal(rowsAsChecks.map(({ id }) => id.replace("docker.", "")).sort(), Object.keys(rows).sort());
for (const check of rowsAsChecks) {
  const { passes = [], fails } = rows[check.id.replace("docker.", "")] ?? { fails: [] };
  testCheck(check, {
    passes: [{}, ...passes].map((one) => ({ name: JSON.stringify(one), files: rowNode(one) })),
    fails: fails.map((one) => ({
      name: JSON.stringify(one),
      files: rowNode(one),
      ...(one.says === undefined ? {} : { says: one.says }),
    })),
    errors: [
      { name: "a configuration dockerd refuses", files: node("{"), says: "does not start" },
      { name: "a setting given twice", files: node(hardened, "--icc=false"), says: "as --icc" },
      {
        name: "a configuration that may not be read",
        files: { ...node(hardened), [json]: { error: "denied" } },
      },
    ],
    notApplicable: [{ name: "no Docker", files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } }],
  });
}

function testDaemon(check: Check, cases: Omit<Parameters<typeof testCheck>[1], "notApplicable">): void {
  testCheck(check, {
    ...cases,
    notApplicable: [{ name: "no Docker", files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } }],
  });
}

const withDocker = (version: string, config: string | Buffer): MemoryFiles => ({
  ...node(""),
  [json]: typeof config === "string" ? { text: config } : { bytes: config },
  "/var/lib/dpkg/status": `Package: docker.io\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});
const [before23, noble, trixie] = ["20.10.24+dfsg1-1", "24.0.7-0ubuntu4", "26.1.5+dfsg1-9"];
const notUtf8 = Buffer.from('{"bridge": "\xff"}', "latin1");
const utf16 = Buffer.from("\ufeff{}", "utf16le");

testDaemon(daemon.daemonJsonValid, {
  passes: [
    { name: "a byte order mark, from 23.0 on", files: withDocker(noble, "\ufeff{}") },
    { name: "a byte order mark and nothing else", files: withDocker(trixie, "\ufeff\n") },
    { name: "no UTF-8, before 23.0", files: withDocker(before23, notUtf8) },
    { name: "an object", files: node(hardened) },
    { name: "an empty file, by a daemon of today", files: node("") },
    { name: "a null is as if it were not there", files: node('{"icc": null}') },
  ],
  fails: [
    { name: "a trailing comma", files: node('{\n "icc": false,\n}\n'), says: `${json}:3`, at: [`${json}:3`] },
    { name: "a list", files: node("[]") },
    { name: "comments", files: node("// x\n{}") },
    {
      name: "a key that there is not",
      files: node('{\n "nobody": 1\n}'),
      says: "nobody is no setting",
      at: [`${json}:2`],
    },
    { name: "a key in other letters", files: node('{"ICC": false}'), says: "ICC is no setting" },
    { name: "a text for a boolean", files: node('{"icc": "yes"}'), says: "icc takes true or false" },
    { name: "a text for a list", files: node('{"hosts": "fd://"}'), says: "hosts takes a list" },
    {
      name: "an empty file, by a daemon before 23.0",
      files: withDocker(before23, ""),
      says: "from 23.0 on",
    },
    { name: "a byte order mark, before 23.0", files: withDocker(before23, "\ufeff{}"), says: "JSON" },
    { name: "UTF-16, before 23.0", files: withDocker(before23, utf16), says: "JSON" },
    { name: "a mark twice", files: withDocker(trixie, "\ufeff\ufeff{}"), says: "JSON" },
    { name: "two marks and nothing else", files: withDocker(trixie, "\ufeff\ufeff"), says: "JSON" },
    { name: "a blank before the mark", files: withDocker(trixie, " \ufeff{}"), says: "JSON" },
    {
      name: "a key that there is not, behind a mark",
      files: withDocker(trixie, '\ufeff{\n "nobody": 1\n}'),
      says: "nobody is no setting",
      at: [`${json}:2`],
    },
    { name: "no UTF-8, from 23.0 on", files: withDocker(noble, notUtf8), says: "not valid UTF-8" },
  ],
  errors: [
    { name: "UTF-16, from 23.0 on", files: withDocker(trixie, utf16), says: "is in UTF-16" },
    {
      name: "a mark, and who knows which daemon",
      files: node("\ufeff{}"),
      says: "starts with a byte order mark, which dockerd refuses before 23.0",
    },
    {
      name: "no UTF-8, and who knows which daemon",
      files: { ...node(""), [json]: { bytes: notUtf8 } },
      says: "which dockerd refuses from 23.0 on",
    },
    { name: "a pipe in its place", files: { ...node({}), [json]: { kind: "fifo" } } },
  ],
});
testDaemon(daemon.flagFileConflict, {
  passes: [{ name: "each once", files: node(hardened) }],
  fails: [
    { name: "hosts and -H", files: node({ hosts: ["unix:///run/docker.sock"] }), says: "hosts is given" },
    { name: "the same value", files: node({ icc: false }, "--icc=false") },
  ],
  errors: [{ name: "unreadable", files: { ...node({}), [json]: { error: "denied" } } }],
});
testDaemon(daemon.socketPermissions, {
  passes: [
    { name: "root:docker 0660", files: node({}) },
    { name: "root:root 0600", files: node({}, "", { mode: 0o600 }) },
  ],
  fails: [
    {
      name: "everybody's",
      files: node({}, "", { mode: 0o666, gid: 900 }),
      at: ["/run/docker.sock"],
      fixed: { "/run/docker.sock": "0660" },
    },
    { name: "another group's", files: node({}, "", { mode: 0o660, gid: 1000 }) },
  ],
  errors: [{ name: "accounts unreadable", files: { ...node({}), "/etc/passwd": { error: "denied" } } }],
});
testDaemon(daemon.groupMembers, {
  passes: [
    { name: "as expected", files: node({}), params: { expected: ["alice"] } },
    { name: "nobody", files: { ...node({}), "/etc/group": "docker:x:900:\n" } },
  ],
  fails: [{ name: "somebody", files: node({}), at: ["/etc/group:2"], says: "alice is in the group docker" }],
  errors: [{ name: "groups unreadable", files: { ...node({}), "/etc/group": { error: "denied" } } }],
});
testDaemon(daemon.configFile, {
  passes: [{ name: "root's", files: node({}) }],
  fails: [
    {
      name: "everybody's",
      files: { ...node({}), [json]: { text: "{}", mode: 0o666 } },
      at: [json],
      fixed: { [json]: "0644" },
    },
  ],
  errors: [{ name: "accounts unreadable", files: { ...node({}), "/etc/passwd": { error: "failed" } } }],
});

test.run();
