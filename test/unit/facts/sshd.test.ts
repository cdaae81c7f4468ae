import { test } from "uvu";
import * as assert from "uvu/assert";
import { place } from "../../../src/core/source.js";
import { asker } from "../../../src/engine/gather.js";
import { type Sshd, sshd, sshdConfig } from "../../../src/facts/sshd.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { installed, main, node, withDropIns } from "../../support/sshd-node.js";

async function read(files: MemoryFiles): Promise<Sshd> {
  const fact = await asker(memoryHost(files))(sshd);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

async function reason(files: MemoryFiles): Promise<string> {
  const fact = await asker(memoryHost(files))(sshd);
  return fact.state === "known" ? "known" : `${fact.state}: ${fact.reason}`;
}

/** `value scope place` of each setting. */
async function every(files: MemoryFiles, keyword: string): Promise<readonly string[]> {
  return (await read(files))
    .every(keyword)
    .map(({ value, scope, source }) => `${value} | ${scope} | ${place(source)}`);
}

const dir = "/etc/ssh/sshd_config.d";

test("the first value wins, Include is read in place, file names in byte order", async () => {
  const files = withDropIns("X11Forwarding yes\n", {
    "50-cloud-init.conf": "PasswordAuthentication yes\n",
    "99-x.conf": "PasswordAuthentication no\nX11Forwarding no\n",
    "Z.conf": "Port 2222\n",
    "a.conf": "Port 22\n",
    ".hidden.conf": "UsePAM no\n",
    "b.conf~": "UsePAM no\n",
  });
  assert.equal(await every(files, "passwordauthentication"), [
    `yes | everybody | ${dir}/50-cloud-init.conf:1`,
  ]);
  assert.equal(await every(files, "X11Forwarding"), [`no | everybody | ${dir}/99-x.conf:2`]);
  const facts = await read(files);
  assert.equal(facts.value("Port"), ["2222", "22"]);
  assert.equal(facts.ports, [2222, 22]);
  assert.equal(facts.value("UsePAM"), ["no"]);
  assert.is(facts.every("UsePAM")[0]?.source.line, 0);
});

test("a Match block overrides for whom it matches", async () => {
  const files = node(
    "PermitRootLogin no\nMatch User root Address 10.0.0.0/8\n PermitRootLogin yes\nMatch Group ops,!guests\n PermitRootLogin prohibit-password\n",
    {
      "/etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1:5::/:/bin/sh\n",
      "/etc/group": "ops:x:5:\nguests:x:6:bob\n",
    },
  );
  const facts = await read(files);
  const root = (who: object) => facts.value("PermitRootLogin", who);
  assert.equal(root({ user: "root", groups: ["root"], address: "10.1.1.1" }), ["yes"]);
  assert.equal(root({ user: "root", groups: ["root"], address: "192.0.2.1" }), ["no"]);
  assert.equal(root({ user: "ann", groups: ["ops"] }), ["prohibit-password"]);
  assert.equal(root({ user: "bob", groups: ["ops", "guests"] }), ["no"]);
  assert.equal(root({}), ["no"]);
  assert.equal(facts.value("PermitRootLogin"), ["no"]);
});

test("a Match block of an included file does not leak out of it", async () => {
  const files = withDropIns("X11Forwarding yes\n", { "a.conf": "Match User bob\nX11Forwarding no\n" });
  const facts = await read(files);
  assert.equal(facts.value("X11Forwarding", { user: "bob" }), ["no"]);
  assert.equal(facts.value("X11Forwarding", { user: "eve" }), ["yes"]);
  assert.equal(await every(files, "X11Forwarding"), [
    `yes | everybody | ${main}:2`,
    `no | Match User bob | ${dir}/a.conf:2`,
  ]);
});

test("an Include within a Match block counts for whom the block matches", async () => {
  const more = { "/etc/ssh/in": "X11Forwarding no\nMatch Address 10.0.0.0/8\nX11Forwarding yes\n" };
  const facts = await read(node("Match User bob\nInclude in\n X11DisplayOffset 3\n", more));
  assert.equal(facts.value("X11Forwarding", { user: "bob" }), ["no"]);
  assert.equal(facts.value("X11DisplayOffset", { user: "bob" }), ["3"]);
  assert.equal(facts.value("X11DisplayOffset", { user: "eve", address: "10.0.0.1" }), ["10"]);
});

test("8.2 and 8.3: Match blocks of included files never hold", async () => {
  const part = { "a.conf": "Match User bob\nX11Forwarding yes\n" };
  assert.equal(await every(withDropIns("", part, "1:8.2p1-4", "20.04"), "X11Forwarding"), [
    `no | everybody | ${main}`,
  ]);
});

test("values that add up, and Match blocks that replace them", async () => {
  const facts = await read(node("AllowUsers a\nAllowUsers b c\nMatch Address 10.0.0.0/8\nAllowUsers d\n"));
  assert.equal(facts.value("AllowUsers"), ["a", "b", "c"]);
  assert.equal(facts.value("AllowUsers", { address: "10.0.0.1" }), ["d"]);
});

test("trailing comments: part of the line, in 8.6 and before as well", async () => {
  for (const version of ["1:8.4p1-5", "1:9.2p1-2"])
    assert.equal((await read(node("PermitRootLogin no # yes\n", {}, version))).value("PermitRootLogin"), [
      "no",
    ]);
});

test("what sshd refuses is no fact, and says where", async () => {
  assert.match(
    await reason(node("Port 22\nNonsense 1\n")),
    /^error: sshd does not start .*sshd_config:2: bad/,
  );
  assert.match(
    await reason(withDropIns("", { "a.conf": { text: "", error: "denied" } })),
    /^error: permission denied/,
  );
  assert.match(await reason({}), /^absent: sshd is not installed/);
  assert.match(await reason(node("", { [main]: { kind: "fifo" } })), /^error: .*fifo/);
  assert.match(await reason(node("", { [main]: { kind: "directory" } })), /known/);
  assert.match(await reason(node("", { [main]: { text: "x".repeat(5 * 1024 * 1024) } })), /^error: .*larger/);
});

test("Include follows links, bounded", async () => {
  const loop = { "/etc/ssh/a": "Include /etc/ssh/b\n", "/etc/ssh/b": "Include /etc/ssh/a\n" };
  assert.match(await reason(node("Include a\n", loop)), /too many recursive/);
  const links = { "/etc/ssh/x": { link: "/etc/ssh/y" }, "/etc/ssh/y": { link: "/etc/ssh/x" } };
  assert.match(await reason(node("Include x\n", links)), /^error: .*symbolic links/);
  const wide: Record<string, string> = {};
  for (let index = 0; index < 1200; index++) wide[`/etc/ssh/w/${index}`] = "";
  assert.match(await reason(node("Include w/*\n", wide)), /^error: .*more than 1000 files/);
  const doubling: Record<string, string> = {};
  for (let depth = 0; depth < 15; depth++)
    doubling[`/etc/ssh/d${depth}`] = `Include d${depth + 1} d${depth + 1}\nPort 22\n`;
  assert.match(
    await reason(node("Include d0\n", doubling)),
    /^error: .*(more than 20000 lines|too many ports)/,
  );
});

test("keys of objects are no keywords", async () => {
  for (const word of ["__proto__", "constructor", "toString"]) {
    assert.match(await reason(node(`${word} yes\n`)), /bad configuration option/);
    assert.match(await reason(node(`PermitRootLogin ${word}\n`)), /unsupported option/);
    assert.match(await reason(node(`IPQoS ${word}\n`)), /bad IPQoS/);
  }
});

const unit = "/lib/systemd/system/ssh.service";

test("options of the unit beat the file; -f names another one", async () => {
  const service = {
    [unit]: "[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n",
    "/etc/default/ssh": "SSHD_OPTS=-oPermitRootLogin=yes -p 2200\n",
  };
  const facts = await read(node("PermitRootLogin no\nPort 22\nPasswordAuthentication no\n", service));
  const [setting] = facts.every("PermitRootLogin");
  assert.equal([setting?.value, setting?.source.file, setting?.source.line], ["yes", "/etc/default/ssh", 1]);
  assert.equal(setting?.set("no"), []);
  assert.equal(facts.ports, [2200]);
  assert.equal(facts.value("PasswordAuthentication"), ["no"]);
  const other = { [unit]: "[Service]\nExecStart=/usr/sbin/sshd -D -f /srv/sshd\n", "/srv/sshd": "Port 7\n" };
  const elsewhere = await read(node("Nonsense\n", other));
  assert.equal([elsewhere.main, elsewhere.ports], ["/srv/sshd", [7]]);
});

test("a Match block beats the command line", async () => {
  const service = { [unit]: "[Service]\nExecStart=/usr/sbin/sshd -o PermitRootLogin=no\n" };
  const facts = await read(node("Match User root\nPermitRootLogin yes\n", service));
  assert.equal(facts.value("PermitRootLogin", { user: "root" }), ["yes"]);
});

test("a bad option of the command line keeps sshd from starting", async () => {
  const service = (words: string) => ({ [unit]: `[Service]\nExecStart=/usr/sbin/sshd ${words}\n` });
  assert.match(await reason(node("", service("-oNonsense=1"))), /bad option on the command line/);
  assert.match(await reason(node("", service("-Z"))), /does not take the option -Z/);
  assert.match(await reason(node("", service('-o "Match all"'))), /bad option on the command line/);
});

test("without systemd, the defaults file", async () => {
  const facts = await read(node("", { "/etc/default/ssh": 'SSHD_OPTS="-p 2022"\n' }));
  assert.equal(facts.ports, [2022]);
  assert.match(
    await reason(node("", { "/etc/default/ssh": "SSHD_OPTS=$(cat /x)\n" })),
    /put together by the shell/,
  );
});

test("with a socket, systemd listens", async () => {
  const socket = {
    "/lib/systemd/system/ssh.socket":
      "[Socket]\nListenStream=0.0.0.0:2244\nListenStream=[::]:2244\n[Install]\nWantedBy=sockets.target\n",
    "/etc/systemd/system/sockets.target.wants/ssh.socket": { link: "/lib/systemd/system/ssh.socket" },
    [unit]: "[Service]\nExecStart=/usr/sbin/sshd -D\n",
  };
  const facts = await read(node("Port 22\n", socket));
  assert.equal(facts.ports, [2244]);
  const { "/etc/systemd/system/sockets.target.wants/ssh.socket": _, ...disabled } = socket;
  assert.equal((await read(node("Port 22\n", disabled))).ports, [22]);
});

test("addresses: each port for those without their own", async () => {
  const facts = await read(node("ListenAddress 10.0.0.1\nPort 22\nListenAddress [::1]:2200\nPort 2222\n"));
  assert.equal(facts.listens, ["10.0.0.1:22", "10.0.0.1:2222", "[::1]:2200"]);
  assert.equal((await read(node("AddressFamily inet\n"))).listens, ["0.0.0.0:22"]);
});

test("an unknown version: what never changed is told, the rest is not", async () => {
  const facts = await read({ [main]: "Port 22\nCiphers aes256-ctr\n" });
  assert.is(facts.build.known, false);
  assert.equal(facts.value("MaxAuthTries"), ["6"]);
  assert.equal(facts.value("Ciphers"), ["aes256-ctr"]);
  assert.is(facts.value("KexAlgorithms"), undefined);
  assert.is(facts.supported("KexAlgorithms"), undefined);
});

test("crypto policies of Red Hat are read through their link, and not edited", async () => {
  const policy = "/usr/share/crypto-policies/DEFAULT/opensshserver.txt";
  const files = {
    ...withDropIns("", { "50-redhat.conf": "Include /etc/crypto-policies/back-ends/opensshserver.config\n" }),
    "/var/lib/dpkg/status": installed("8.7p1-38"),
    "/etc/crypto-policies/back-ends/opensshserver.config": { link: policy },
    [policy]: "Ciphers aes256-gcm@openssh.com,aes256-cbc\n",
  };
  const [setting] = (await read(files)).every("Ciphers");
  assert.is(setting?.value, "aes256-gcm@openssh.com,aes256-cbc");
  assert.is(
    setting === undefined ? "" : place(setting.source),
    "/etc/crypto-policies/back-ends/opensshserver.config:1",
  );
  const [step] = setting?.set("aes256-gcm@openssh.com") ?? [];
  assert.is(step !== undefined && "file" in step ? step.file : "", `${dir}/00-nodeward.conf`);
});

test("the vendor's configuration counts where there is none of the site", async () => {
  const facts = await read({
    "/usr/etc/ssh/sshd_config": "Port 2022\n",
    "/usr/sbin/sshd": "OpenSSH_9.6p1\0",
  });
  assert.equal([facts.main, facts.ports], ["/usr/etc/ssh/sshd_config", [2022]]);
});

test("a configuration that is refused can still be asked for its files", async () => {
  const fact = await asker(memoryHost(withDropIns("Nonsense\n", { "a.conf": "" })))(sshdConfig);
  if (fact.state !== "known") throw new Error(fact.reason);
  assert.equal(fact.value.files.map(({ path }) => path).sort(), [main, `${dir}/a.conf`]);
  assert.is(fact.value.refusals.length, 1);
});

test.run();
