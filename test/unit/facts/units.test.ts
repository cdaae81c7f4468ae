import { test } from "uvu";
import * as assert from "uvu/assert";
import { place } from "../../../src/core/source.js";
import { asker } from "../../../src/engine/gather.js";
import { units } from "../../../src/facts/units.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

const etc = "/etc/systemd/system";
const lib = "/usr/lib/systemd/system";

async function unitsOf(files: MemoryFiles) {
  const fact = await asker(memoryHost(files))(units);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

async function argv(files: MemoryFiles, name = "a.service"): Promise<readonly string[]> {
  const exec = await (await (await unitsOf(files)).get(name))?.exec();
  return (exec?.commands ?? []).flatMap(({ words }) => words.map(({ text }) => text));
}

async function stateOf(files: MemoryFiles, name = "a.service"): Promise<string | undefined> {
  return (await (await unitsOf(files)).get(name))?.state;
}

const plain = "[Service]\nExecStart=/bin/a 1\n[Install]\nWantedBy=multi-user.target\n";

test("/etc shadows /usr/lib; drop-ins of all folders are read in the order of their names", async () => {
  const files = {
    [`${lib}/a.service`]: plain,
    [`${lib}/a.service.d/20-lib.conf`]: "[Service]\nExecStart=\nExecStart=/bin/a lib\n",
    [`${etc}/a.service.d/10-etc.conf`]: "[Service]\nExecStart=\nExecStart=/bin/a etc\n",
    "/run/systemd/system/a.service.d/15.conf": "[Service]\nExecStart=/bin/a run\n",
  };
  assert.equal(await argv(files), ["/bin/a", "lib"]);
  const unit = await (await unitsOf(files)).get("a.service");
  assert.equal(unit?.dropIns, [
    `${etc}/a.service.d/10-etc.conf`,
    "/run/systemd/system/a.service.d/15.conf",
    `${lib}/a.service.d/20-lib.conf`,
  ]);
  assert.equal(await argv({ ...files, [`${etc}/a.service.d/20-lib.conf`]: "[Service]\n" }), [
    "/bin/a",
    "etc",
    "/bin/a",
    "run",
  ]);
  assert.equal(await argv({ ...files, [`${etc}/a.service.d/20-lib.conf`]: { link: "/dev/null" } }), [
    "/bin/a",
    "etc",
    "/bin/a",
    "run",
  ]);
  assert.equal(
    await argv({ [`${lib}/a.service`]: plain, [`${etc}/a.service`]: "[Service]\nExecStart=/bin/mine\n" }),
    ["/bin/mine"],
  );
});

test("drop-ins of prefixes, templates and the type", async () => {
  const files = {
    [`${lib}/foo-bar@.service`]: "[Service]\nExecStart=/bin/x %i %p %n %j %%\n",
    [`${lib}/foo-bar@.service.d/t.conf`]: "[Service]\nEnvironment=A=template\n",
    [`${etc}/foo-.service.d/p.conf`]: "[Service]\nEnvironment=B=prefix\n",
    [`${etc}/service.d/z.conf`]: "[Service]\nExecStart=/bin/y ${A} ${B}\n",
  };
  assert.equal(await argv(files, "foo-bar@one.service"), [
    ..."/bin/x one foo-bar foo-bar@one.service bar % /bin/y template prefix".split(" "),
  ]);
});

const states: readonly (readonly [string, string, MemoryFiles])[] = [
  ["disabled", "nothing links to it", {}],
  [
    "enabled",
    "a .wants link in /etc",
    { [`${etc}/multi-user.target.wants/a.service`]: { link: `${lib}/a.service` } },
  ],
  [
    "enabled",
    "a .requires link in /etc",
    { [`${etc}/x.target.requires/a.service`]: { link: `${lib}/a.service` } },
  ],
  ["enabled", "an alias link in /etc", { [`${etc}/b.service`]: { link: `${lib}/a.service` } }],
  [
    "enabled-runtime",
    "a link in /run",
    { "/run/systemd/system/x.target.wants/a.service": { link: `${lib}/a.service` } },
  ],
  [
    "disabled",
    "the distribution's own link",
    { [`${lib}/x.target.wants/a.service`]: { link: "../a.service" } },
  ],
  ["masked", "a link to /dev/null", { [`${etc}/a.service`]: { link: "/dev/null" } }],
  ["masked", "a relative link to /dev/null", { [`${etc}/a.service`]: { link: "../../../dev/null" } }],
  ["masked", "an empty file", { [`${etc}/a.service`]: "" }],
  [
    "masked-runtime",
    "masked until the next boot",
    { "/run/systemd/system/a.service": { link: "/dev/null" } },
  ],
  ["static", "no [Install] section", { [`${etc}/a.service`]: "[Service]\nExecStart=/bin/a\n" }],
  ["indirect", "only Also", { [`${etc}/a.service`]: "[Install]\nAlso=a.socket\n" }],
];
for (const [state, name, more] of states)
  test(`state ${state}: ${name}`, async () =>
    assert.is(await stateOf({ [`${lib}/a.service`]: plain, ...more }), state));

test("an alias is the unit it leads to, with the drop-ins of both names", async () => {
  const files = {
    [`${lib}/ssh.service`]: "[Service]\nExecStart=/usr/sbin/sshd $A\n[Install]\nAlias=sshd.service\n",
    [`${etc}/sshd.service`]: { link: `${lib}/ssh.service` },
    [`${etc}/sshd.service.d/a.conf`]: "[Service]\nEnvironment=A=-D\n",
  };
  const unit = await (await unitsOf(files)).get("sshd.service");
  assert.is(unit?.name, "ssh.service");
  assert.is(unit?.state, "alias");
  assert.equal(await argv(files, "ssh.service"), ["/usr/sbin/sshd", "-D"]);
  assert.is(await stateOf(files, "ssh.service"), "enabled");
  assert.is(
    await (
      await unitsOf({
        [`${etc}/a.service`]: { link: "b.service" },
        [`${etc}/b.service`]: { link: "a.service" },
      })
    ).get("a.service"),
    undefined,
  );
});

test("each word knows its line, in the unit or in the environment file", async () => {
  const found = await unitsOf({
    [`${lib}/a.service`]:
      "[Service]\nEnvironment=A=env B=unit\nEnvironmentFile=-/etc/default/a\nExecStart=/bin/a \\\n  $OPTS \\\n  --b=${B} --c ${A}\n",
    "/etc/default/a": '# options\nOPTS="--x --y=1"\nA=file\n',
  });
  const exec = await (await found.get("a.service"))?.exec();
  const words = exec?.commands[0]?.words ?? [];
  assert.equal(
    words.map(({ text, source, uses }) => [text, place(source), uses.map(place).join()]),
    [
      ["/bin/a", `${lib}/a.service:4`, ""],
      ["--x", "/etc/default/a:2", "/etc/default/a:2"],
      ["--y=1", "/etc/default/a:2", "/etc/default/a:2"],
      ["--b=unit", `${lib}/a.service:6`, `${lib}/a.service:2`],
      ["--c", `${lib}/a.service:6`, ""],
      ["file", `${lib}/a.service:6`, "/etc/default/a:3"],
    ],
  );
  const y = words[2]?.source.span ?? { start: 0, end: 0 };
  assert.is('# options\nOPTS="--x --y=1"\nA=file\n'.slice(y.start, y.end), "--y=1");
});

test("a missing environment file stops the unit unless it has a dash; an unreadable one is said", async () => {
  const unit = (path: string) => ({
    [`${lib}/a.service`]: `[Service]\nEnvironmentFile=${path}\nExecStart=/bin/a $NO\n`,
  });
  const exec = async (files: MemoryFiles) => (await (await unitsOf(files)).get("a.service"))?.exec();
  assert.match((await exec(unit("/no")))?.problems[0] ?? "", /environment file \/no does not exist/);
  const optional = await exec(unit("-/no"));
  assert.equal([optional?.problems, optional?.unset], [[], ["NO"]]);
  assert.match((await exec({ ...unit("-/a"), "/a": { error: "denied" } }))?.unread[0] ?? "", /denied: \/a/);
});

test("unreadable parts are told, and a folder that cannot be listed decides nothing", async () => {
  const unit = await (
    await unitsOf({ [`${lib}/a.service`]: plain, [`${etc}/a.service.d/x.conf`]: { error: "denied" } })
  ).get("a.service");
  assert.match(unit?.unread[0] ?? "", /permission denied/);
  const fact = await asker(memoryHost({ [etc]: { kind: "directory", error: "denied" } }))(units);
  assert.is(fact.state, "error");
  assert.is((await asker(memoryHost({}))(units)).state, "absent");
});

test("a FIFO or folder in place of a drop-in is not taken for an empty one", async () => {
  const unit = await (
    await unitsOf({ [`${lib}/a.service`]: plain, [`${etc}/a.service.d/x.conf`]: { kind: "fifo" } })
  ).get("a.service");
  assert.is(unit?.unread.length, 1);
});

test("commands longer than any kernel takes are followed so far, and no further without a word", async () => {
  const long: Readonly<Record<string, string>> = {
    words: `ExecStart=/bin/a ${"b ".repeat(400_000)}`,
    "one word": `ExecStart=/bin/a ${"b".repeat(800_000)}`,
    "a variable many times": `Environment=A=${"b".repeat(5000)}\nExecStart=/bin/a ${"${A}".repeat(100_000)}`,
    "words of a variable": `Environment="A=${"b ".repeat(5000)}"\nExecStart=/bin/a ${"$A ".repeat(100_000)}`,
    variables: `Environment=${"a=b ".repeat(100_000)}\nExecStart=/bin/a`,
    files: `${"EnvironmentFile=-/etc/none\n".repeat(30_000)}ExecStart=/bin/a`,
  };
  for (const [name, lines] of Object.entries(long)) {
    const started = performance.now();
    const unit = await (await unitsOf({ [`${lib}/a.service`]: `[Service]\n${lines}\n` })).get("a.service");
    const exec = await unit?.exec();
    assert.equal(exec?.unread, ["a.service: its commands are longer than nodeward follows"], name);
    assert.ok((exec?.commands ?? []).flatMap(({ words }) => words).length <= 300_000, name);
    assert.ok(performance.now() - started < 30_000, name);
  }
  const unit = "[Service]\nEnvironmentFile=/etc/env\nExecStart=/bin/a $A\n";
  const env = { [`${lib}/a.service`]: unit, "/etc/env": "A=b\n".repeat(100_000) };
  const exec = await (await (await unitsOf(env)).get("a.service"))?.exec();
  assert.equal(exec?.unread, ["/etc/env: is larger than the environment of a service"]);
});

test("a word's line is found in a line of a megabyte without reading it each time", async () => {
  const words = `[Service]\nExecStart=/bin/a ${"b ".repeat(120_000)}\r\n`;
  const started = performance.now();
  const exec = await (await (await unitsOf({ [`${lib}/a.service`]: words })).get("a.service"))?.exec();
  assert.is(exec?.commands[0]?.words.length, 120_001);
  assert.is(exec?.commands[0]?.words.at(-1)?.source.text.at(-1), " ", "the line's end is no part of it");
  assert.ok(performance.now() - started < 30_000);
});

test.run();
