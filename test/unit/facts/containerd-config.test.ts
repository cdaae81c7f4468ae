// How containerd joins its files: by its major version, and never by what looks likely.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { cri } from "../../../src/checks/containerd/cri.js";
import { settings } from "../../../src/checks/containerd/settings.js";
import { asker } from "../../../src/engine/gather.js";
import { containerd } from "../../../src/facts/containerd.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { statusOf, verdictOf } from "../../support/check.js";

const main = "/etc/containerd/config.toml";
const dropIn = "/etc/containerd/conf.d/a.toml";
const installed = (version: string): MemoryFiles => ({
  "/var/lib/dpkg/status": `Package: containerd.io\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});

async function read(files: MemoryFiles) {
  const fact = await asker(memoryHost(files))(containerd);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

const two = (table: string, version: number) => ({
  [main]: `version = ${version}\nimports = ["/etc/containerd/conf.d/*.toml"]\n[grpc]\ntcp_address = "127.0.0.1:7"\n[plugins."${table}"]\ndisable_apparmor = true\n`,
  [dropIn]: `version = ${version}\n[grpc]\ntcp_address = ""\n[plugins."${table}"]\nenable_cdi = true\n`,
});

test("containerd 1 takes the whole table of the last file", async () => {
  const found = await read({ ...two("io.containerd.grpc.v1.cri", 2), ...installed("1.7.24-1") });
  assert.is(found.cri("disable_apparmor"), undefined);
  assert.is(found.cri("enable_cdi")?.source.file, dropIn);
});

test("containerd 2 joins the tables key by key", async () => {
  const found = await read({ ...two("io.containerd.cri.v1.runtime", 3), ...installed("2.1.4-1") });
  assert.is(found.cri("disable_apparmor")?.value, true);
  assert.is(found.cri("disable_apparmor")?.source.line, 6);
  assert.is(found.cri("enable_cdi")?.value, true);
});

test("without a version what two files say of a plugin is not known", async () => {
  const found = await read(two("io.containerd.grpc.v1.cri", 2));
  assert.match(found.unread.join(), /depends on containerd's version/);
});

test("an empty text in a later file does not take an address back", async () => {
  for (const version of ["1.6.20", "2.0.0"]) {
    const found = await read({ ...two("x", 2), ...installed(version) });
    assert.is(found.server("grpc", "tcp_address")?.value, "127.0.0.1:7", version);
  }
});

test("a table of another version of the format is not read", async () => {
  const old = await read({
    [main]: 'version = 3\n[plugins."io.containerd.grpc.v1.cri"]\ndisable_apparmor = true\n',
  });
  assert.is(old.cri("disable_apparmor"), undefined);
  const unversioned = await read({
    [main]: '[plugins."io.containerd.grpc.v1.cri"]\ndisable_apparmor = true\n',
    ...installed("1.6.20"),
  });
  assert.is(unversioned.cri("disable_apparmor"), undefined);
  const modern = await read({
    [main]:
      'version = 4\n[grpc]\ntcp_address = "a:1"\n[plugins."io.containerd.server.v1.grpc"]\naddress = "/run/x.sock"\n',
  });
  assert.is(modern.server("grpc", "tcp_address"), undefined);
  assert.is(modern.server("grpc", "address")?.value, "/run/x.sock");
});

test("a byte order mark is passed over by containerd 1 and ends containerd 2", async () => {
  const marked = { [main]: "\ufeffversion = 2\n[grpc]\ngid = 5\n" };
  const one = await read({ ...marked, ...installed("1.7.24~ds1-6") });
  assert.equal([one.problems, one.unread, one.server("grpc", "gid")?.value], [[], [], 5]);
  const two = await read({ ...marked, ...installed("2.1.9+ds1-5") });
  assert.match(two.problems[0]?.message ?? "", `${main}:1: starts with a byte order mark`);
  const unknown = await read(marked);
  assert.equal(unknown.problems, []);
  assert.match(unknown.unread.join(), "starts with a byte order mark");
});

test("what containerd 2 takes of the CRI plugin in a file without a version is not known", async () => {
  for (const table of ["cri", '"io.containerd.grpc.v1.cri"']) {
    const old = { [main]: `[plugins.${table}]\ndisable_apparmor = true\n` };
    for (const more of [installed("2.1.9+ds1-5"), {}])
      assert.match((await read({ ...old, ...more })).unread.join(), "depends on its release", table);
    assert.equal((await read({ ...old, ...installed("1.7.24~ds1-6") })).unread, []);
  }
  const modern = { [main]: '[plugins."io.containerd.cri.v1.runtime"]\ndisable_apparmor = true\n' };
  const found = await read({ ...modern, ...installed("2.1.9+ds1-5") });
  assert.equal([found.unread, found.cri("disable_apparmor")?.value], [[], true]);
});

test("a hidden file matches a star, a question mark is a name", async () => {
  const hidden = await read({
    [main]: 'version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n',
    "/etc/containerd/conf.d/.x.toml": '[debug]\naddress = "/run/d.sock"\n',
  });
  assert.is(hidden.server("debug", "address")?.value, "/run/d.sock");
  const named = await read({
    [main]: 'version = 3\nimports = ["conf.d/?.toml"]\n',
    [dropIn]: "version = 3\n",
  });
  assert.match(named.problems.map(({ message }) => message).join(), /conf\.d\/\?\.toml, which is not there/);
});

test("where a relative pattern starts depends on the version", async () => {
  const files = {
    [main]: 'version = 2\nimports = ["conf.d/*.toml"]\n',
    [dropIn]: 'version = 2\n[grpc]\ntcp_address = "file"\n',
    "/conf.d/a.toml": 'version = 2\n[grpc]\ntcp_address = "root"\n',
  };
  for (const [version, wanted] of [
    ["1.6.20~ds1-1", "root"],
    ["1.6.30", "file"],
    ["1.7.15-1", "root"],
    ["1.7.24-1", "file"],
    ["2.2.0", "file"],
  ] as const)
    assert.is((await read({ ...files, ...installed(version) })).server("grpc", "tcp_address")?.value, wanted);
  assert.match((await read(files)).unread.join(), /where that starts depends/);
});

test("imports that go round end; a named file that is missing does not", async () => {
  const found = await read({
    [main]: 'version = 3\nimports = ["config.toml", "/etc/containerd/conf.d/*.toml"]\n',
  });
  assert.equal([found.problems, found.unread], [[], []]);
});

test("keys of the node pollute nothing", async () => {
  const found = await read({
    [main]: 'version = 2\n[plugins."__proto__"]\nx = 1\n[proxy_plugins."constructor"]\naddress = "/a"\n',
  });
  assert.equal(
    found.proxies.map(({ name }) => name),
    ["constructor"],
  );
  assert.is(found.cri("__proto__", "x"), undefined);
});

test("a file that --config names and that is not there stops the daemon", async () => {
  const found = await read({
    "/usr/lib/systemd/system/containerd.service":
      "[Service]\nExecStart=/usr/bin/containerd -c /etc/none.toml\n",
  });
  assert.match(found.problems.map(({ message }) => message).join(), /--config names \/etc\/none\.toml/);
});

test("a flag beats the file", async () => {
  const found = await read({
    [main]: 'version = 2\nstate = "/run/a"\nroot = "/var/a"\n',
    "/run/other.sock": { kind: "socket", mode: 0o600 },
    "/usr/lib/systemd/system/containerd.service":
      "[Service]\nExecStart=/usr/bin/containerd --address=/run/other.sock --state /run/b\n",
  });
  assert.equal([found.socket?.path, found.state, found.root], ["/run/other.sock", "/run/b", "/var/a"]);
});

const old = installed("1.6.20~ds1-1");
const off = (version: string, name: string) => ({ [main]: `${version}disabled_plugins = ["${name}"]\n` });

test("a name switches the CRI plugin off where this containerd takes it", async () => {
  const full = "io.containerd.grpc.v1.cri";
  for (const [files, isOff] of [
    [{ ...off("", "cri"), ...old }, true],
    [{ ...off("", full), ...old }, false],
    [{ ...off("version = 2\n", full), ...old }, true],
    [{ ...off("version = 2\n", "io.containerd.cri.v1.runtime"), ...old }, false],
    [off("version = 3\n", "io.containerd.cri.v1.runtime"), true],
    [off("version = 2\n", full), true],
  ] as const)
    assert.is((await read(files)).criDisabled !== undefined, isOff, JSON.stringify(files));
});

test("a value of another type keeps containerd from starting", async () => {
  const table = '[plugins."io.containerd.grpc.v1.cri"]';
  for (const text of [
    "[grpc]\ntcp_address = 5\n",
    `${table}\ndisable_apparmor = "true"\n`,
    `${table}.containerd.runtimes.runc]\nbase_runtime_spec = 1\n`.replace('"].', '".'),
  ]) {
    const { problems } = await read({ [main]: `version = 2\n${text}` });
    assert.match(problems.map(({ message }) => message).join(), /takes .*: containerd does not start/, text);
  }
});

test("the streaming server's address is found in every version of the format", async () => {
  for (const [head, table] of [
    ["", "cri"],
    ["version = 2\n", "io.containerd.grpc.v1.cri"],
    ["version = 3\n", "io.containerd.grpc.v1.cri"],
  ]) {
    const found = await read({ [main]: `${head}[plugins."${table}"]\nstream_server_address = ""\n` });
    assert.is(found.stream?.value, "", head);
    for (const check of settings.filter(({ id }) => id === "containerd.tcp-address")) {
      const verdict = await verdictOf(check, {
        files: { [main]: `${head}[plugins."${table}"]\nstream_server_address = ""\n` },
      });
      assert.match(JSON.stringify(verdict), /streaming server listens on the node's own address/);
    }
  }
});

test("containerd's own runc is there beside the runtimes of the files, except in containerd 1", async () => {
  const own = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.own]';
  const text = `version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "own"\n${own}\nprivileged_without_host_devices = true\n`;
  for (const check of cri.filter(({ id }) => id.endsWith("privileged_without_host_devices")))
    for (const [version, status] of [
      ["1.7.24", "pass"],
      ["2.1.4", "fail"],
    ] as const)
      assert.is(statusOf(await verdictOf(check, { files: { [main]: text, ...installed(version) } })), status);
});

test.run();
