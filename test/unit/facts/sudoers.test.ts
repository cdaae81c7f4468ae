// Are sudo's files followed as sudo does: includes by name, owner and release, aliases over files, other places?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { sudo } from "../../../src/facts/sudo.js";
import { sudoers } from "../../../src/facts/sudoers.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import {
  dpkg,
  file,
  resolvedSudoers,
  rulesOf,
  sudoNode,
  waysOf,
  withSudoers,
} from "../../support/sudo-node.js";

async function reason(files: MemoryFiles): Promise<string> {
  const fact = await asker(memoryHost(files))(sudoers);
  return fact.state === "known" ? "known" : `${fact.state}: ${fact.reason}`;
}

test("a line with an error is dropped, or everything refused, by release", async () => {
  const text = "alice ALL=ALL\nbob ALL=(\n";
  assert.equal(waysOf(await rulesOf(text), "alice"), ["ALL own"]);
  const old = await resolvedSudoers(sudoNode("1.9.2-1", text));
  assert.equal([old.refused, waysOf(old, "alice")], ["a syntax error in sudoers", []]);
  const strict = await resolvedSudoers({
    ...withSudoers(text),
    "/etc/sudo.conf": "Plugin sudoers_policy sudoers.so error_recovery=false\n",
  });
  assert.is(strict.refused, "a syntax error in sudoers");
  const open = await resolvedSudoers(withSudoers({ "/etc/sudoers": { text, mode: 0o666 } }));
  assert.is(open.refused, "/etc/sudoers can be written by everybody");
});

test("a missing include is passed over, takes a line with it, or stops sudo, by release", async () => {
  const text = "@include none\nalice ALL=ALL\nbob ALL=ALL\n";
  const count = async (version: string) => (await resolvedSudoers(sudoNode(version, text))).grants.length;
  assert.equal([await count("1.9.13p3-1"), await count("1.9.5p2-3")], [2, 1]);
  assert.match((await resolvedSudoers(sudoNode("1.9.1-1", text))).refused ?? "", /none is included/);
});

test("includes are read in place and in order of their names", async () => {
  const found = await resolvedSudoers(
    withSudoers({
      "/etc/sudoers": file(
        "alice ALL=/bin/a\n@includedir sudoers.d\n#include sudoers.%h\nalice ALL=/bin/z\n",
      ),
      "/etc/sudoers.d/20-b": file("alice ALL=/bin/c\n"),
      "/etc/sudoers.d/10-a": file("@include /opt/more\n"),
      "/etc/sudoers.d/x.y": file("alice ALL=/bin/never\n"),
      "/etc/sudoers.d/link": { link: "/opt/linked" },
      "/opt/linked": file("alice ALL=/bin/d\n"),
      "/opt/more": file("alice ALL=/bin/b\n"),
      "/etc/sudoers.node1": file("alice ALL=/bin/e\n"),
    }),
  );
  const commands = found.grants.flatMap((grant) => grant.commands.map(({ item }) => item.text));
  assert.equal(commands, ["/bin/a", "/bin/b", "/bin/c", "/bin/d", "/bin/e", "/bin/z"]);
});

test("a mebibyte of sudoers is read, and what is more is said", async () => {
  const half = `# ${"x".repeat(600_000)}\n`;
  const found = await resolvedSudoers(
    withSudoers({
      "/etc/sudoers": file("@includedir /etc/sudoers.d\nalice ALL=/bin/last\n"),
      "/etc/sudoers.d/a": file(`${half}alice ALL=/bin/a\n`),
      "/etc/sudoers.d/b": file(`${half}alice ALL=/bin/b\n`),
    }),
  );
  assert.equal(
    found.grants.flatMap((grant) => grant.commands.map(({ item }) => item.text)),
    ["/bin/a", "/bin/last"],
  );
  assert.match(found.unread.join(), "/etc/sudoers.d/b: with it, sudoers is larger than nodeward reads");
});

test("include bombs and circles end", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `/etc/s${index}`,
      file(`@include s${index + 1}\n@include s${index + 1}\n`),
    ]),
  );
  const started = performance.now();
  const found = await resolvedSudoers(
    withSudoers({ ...files, "/etc/sudoers": file("@include s0\n"), "/etc/s40": file("") }),
  );
  assert.ok(performance.now() - started < 30_000);
  assert.match(found.unread.join(), /too large/);
  const deep = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`/etc/s${index}`, file(`@include s${index + 1}\n`)]),
  );
  const findings = (await resolvedSudoers(withSudoers({ ...deep, "/etc/sudoers": file("@include s0\n") })))
    .files.findings;
  assert.match(findings.map(({ message }) => message).join(), /too many levels/);
});

test("alias bombs are cut and said, circles match by name", async () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `User_Alias A${index} = A${index + 1}, A${index + 1}`,
  );
  const started = performance.now();
  const found = await rulesOf(`${lines.join("\n")}\nUser_Alias A40 = bob\nA0 ALL=ALL\n`);
  assert.ok(performance.now() - started < 30_000);
  assert.match(found.unread.join(), /too many names/);
  const circle = await rulesOf("User_Alias A = B : B = A, bob\nA ALL=ALL\n");
  assert.equal([waysOf(circle, "bob"), circle.looseAliases], [["ALL own"], ["User_Alias A"]]);
});

test("sources that are no files are said", async () => {
  const found = await resolvedSudoers({
    ...withSudoers("root ALL=ALL\n"),
    "/etc/nsswitch.conf": "passwd: files\nsudoers: files [NOTFOUND=return] sss\n",
  });
  assert.match(found.unread.join(), /sss/);
  assert.match(
    await reason({ ...withSudoers("root ALL=ALL\n"), "/etc/sudo.conf": "Plugin x_policy x.so\n" }),
    /error: .*x_policy/,
  );
});

test("other places: a configured file, the distribution's folder, sudo-rs's own", async () => {
  const text = file("alice ALL=ALL\n");
  const conf = { "/etc/sudo.conf": "Plugin sudoers_policy sudoers.so sudoers_file=/opt/s\n", "/opt/s": text };
  assert.is((await resolvedSudoers(withSudoers(conf))).files.main.path, "/opt/s");
  assert.is(
    (await resolvedSudoers(withSudoers({ "/usr/etc/sudoers": text }))).files.main.path,
    "/usr/etc/sudoers",
  );
  const rust = {
    "/usr/bin/sudo": { link: "/usr/lib/cargo/bin/sudo" },
    "/usr/lib/cargo/bin/sudo": { mode: 0o4755 },
    "/var/lib/dpkg/status": dpkg(["sudo-rs", "0.2.13-1"]),
    "/etc/sudoers": text,
    "/etc/sudoers-rs": text,
  };
  assert.is((await resolvedSudoers(withSudoers(rust))).files.main.path, "/etc/sudoers-rs");
  const program = await asker(memoryHost(withSudoers(rust)))(sudo);
  assert.is(program.state === "known" ? program.value.implementation : "", "sudo-rs");
});

test("whatever stands in place of sudoers, there is an answer", async () => {
  for (const node of [
    { kind: "directory" },
    { kind: "fifo" },
    { link: "/etc/sudoers" },
    { link: "/nowhere" },
    { error: "denied" },
    { bytes: new Uint8Array(5 * 1024 * 1024) },
  ] as const)
    assert.match(await reason(withSudoers({ "/etc/sudoers": node })), /^(?:error|absent): /);
  const texts = [
    "",
    "\0",
    "\ufeff",
    "\u{10ffff}",
    "__proto__ ALL=ALL",
    "User_Alias __PROTO__ = a",
    "Defaults __proto__=1",
  ];
  for (const text of texts) assert.is(await reason(withSudoers(text)), "known");
});

test.run();
