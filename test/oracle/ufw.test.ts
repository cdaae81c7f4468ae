// Do we read ufw's files as ufw does, and does what we write there mean to ufw what we meant? The real ufw, in namespaces.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { readyRules } from "../../src/facts/packet-blocks.js";
import { reacher } from "../../src/facts/reach.js";
import { type Ufw, ufw } from "../../src/facts/ufw.js";
import { readFilter } from "../../src/formats/iptables-rule.js";
import { parseSaved } from "../../src/formats/iptables-save.js";
import { parseUfwRules } from "../../src/formats/ufw-rules.js";
import { asCommand } from "../../src/formats/ufw-tuple.js";
import { memoryHost } from "../../src/host/memory.js";
import { type Answer, askUfw, type Sequence, ufwMissing } from "../support/ufw-oracle.js";

const addresses4 = ["any", "10.0.0.0/8", "192.0.2.7", "192.168.0.0/255.255.0.0", "10.1.2.3/24", "0.0.0.0/0"];
const addresses6 = ["2001:db8::/32", "FE80::1", "::/0", "2001:db8::1/128"];
const portless = ["esp", "ah", "gre"];

const ports = fc.oneof(
  fc.constantFrom("22", "80", "443", "10250", "65535", "ssh", "http"),
  fc.constantFrom("80,443", "6000:6007", "22,80,443,8000:8100", "443,80"),
);
const address = fc.constantFrom(...addresses4, ...addresses4, ...addresses6);
const onInterface = fc.constantFrom([], [], [], ["on", "eth0"], ["on", "cali+"]);
const comment = fc
  .constantFrom([], [], ["comment", "why: it's 100%"], ["comment", "é"])
  .map((words) => words.map((word) => word.replace("'", "")));
const action = fc.constantFrom("allow", "allow", "deny", "reject", "limit");
const log = fc.constantFrom([], [], [], ["log"], ["log-all"]);
const application = fc.constantFrom("OpenSSH", "WWW Full", "DNS", "Samba", "nonesuch");

const simple = fc
  .tuple(
    action,
    fc.constantFrom([], [], ["in"], ["out"]),
    log,
    fc.oneof(
      ports,
      application,
      fc.tuple(ports, fc.constantFrom("tcp", "udp", "esp")).map(([port, protocol]) => `${port}/${protocol}`),
    ),
    comment,
  )
  .map(([verb, way, logged, what, said]) => [verb, ...way, ...logged, what, ...said]);

const end = (word: string) =>
  fc
    .tuple(
      address,
      fc.oneof(
        fc.constant([]),
        fc.constant([]),
        ports.map((port) => ["port", port]),
        application.map((name) => ["app", name]),
      ),
    )
    .map(([where, what]) => [word, where, ...what]);

const full = fc
  .tuple(
    fc.constantFrom([], [], [], ["route"]),
    action,
    fc
      .tuple(fc.constantFrom([], ["in"], ["out"]), onInterface)
      .map(([way, on]) => (way.length === 0 ? [] : [...way, ...on])),
    log,
    fc.constantFrom(
      [],
      ["proto", "tcp"],
      ["proto", "udp"],
      ["proto", "any"],
      ...portless.map((name) => ["proto", name]),
    ),
    end("from"),
    end("to"),
    comment,
  )
  .map(([route, verb, way, logged, protocol, from, to, said]) => [
    ...route,
    verb,
    ...way,
    ...logged,
    ...protocol,
    ...from,
    ...to,
    ...said,
  ]);

const routed = fc
  .tuple(action, address, address)
  .map(([verb, from, to]) => [
    "route",
    verb,
    "in",
    "on",
    "eth0",
    "out",
    "on",
    "cni0",
    "from",
    from,
    "to",
    to,
  ]);

const setting = fc.oneof(
  fc
    .tuple(fc.constantFrom("allow", "deny", "reject"), fc.constantFrom("incoming", "outgoing", "routed"))
    .map(([policy, way]) => ["default", policy, way]),
  fc.constantFrom("off", "low", "medium", "high", "full").map((level) => ["logging", level]),
);

const rule = fc.oneof({ weight: 3, arbitrary: simple }, { weight: 4, arbitrary: full }, routed);
const command = fc.oneof(
  { weight: 8, arbitrary: rule },
  { weight: 1, arbitrary: rule.map((words) => ["prepend", ...words]) },
  { weight: 1, arbitrary: rule.map((words) => ["insert", "1", ...words]) },
  { weight: 1, arbitrary: fc.constantFrom(["delete", "1"], ["delete", "2"]) },
  { weight: 2, arbitrary: setting },
);

function sequences(count: number, load: boolean): readonly Sequence[] {
  return fc
    .sample(fc.array(command, { minLength: 1, maxLength: 8 }), count)
    .map((commands) => ({ commands, load }));
}

async function factOf(files: Readonly<Record<string, string>>): Promise<Ufw> {
  const fact = await asker(memoryHost({ ...files, "/usr/sbin/ufw": "" }))(ufw);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

/** Number, action and direction of each line of `ufw status numbered`. */
function numbersOf({ numbered = "" }: Answer): readonly string[] {
  return [...numbered.matchAll(/^\[ *(\d+)\] .*? (ALLOW|DENY|REJECT|LIMIT) (IN|OUT|FWD) /gm)].map(
    ([, number, verb, way]) => `${number} ${verb} ${way}`,
  );
}

async function compareReading(asked: Sequence, answer: Answer): Promise<number> {
  const { rules } = await factOf(answer.files);
  if (rules.state !== "known") throw new Error(rules.reason);
  const what = JSON.stringify(asked.commands);
  const added = (answer.added ?? "")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "(None)");
  const commands = [...new Set(rules.value.all.map((one) => `ufw ${one.command}`))];
  assert.equal(commands, added, what);
  const numbers = rules.value.all.map(
    ({ number, action: verb, routed: forward, direction }) =>
      `${number} ${verb.toUpperCase()} ${forward ? "FWD" : direction.toUpperCase()}`,
  );
  assert.equal([...new Set(numbers)], numbersOf(answer), what);
  assert.equal(rules.value.malformed, [], what);
  return rules.value.all.length;
}

/** The chains that we build from the files let in whom the kernel's chains let in, after ufw-init has loaded them. */
async function compareLoaded(asked: Sequence, answer: Answer): Promise<void> {
  const { chains } = await factOf(answer.files);
  const what = JSON.stringify(asked);
  assert.is(answer.started, 0, `${answer.said}\n${what}`);
  for (const [family, text] of [
    [4, answer.v4 ?? ""],
    [6, answer.v6 ?? ""],
  ] as const) {
    const built = chains[family];
    if (built.state !== "known") throw new Error(built.reason);
    const saved = parseSaved([{ file: "kernel", text }]);
    const kernel = reacher(readyRules(readFilter(saved.tables.get("filter"), family)), undefined);
    const files = reacher(readyRules(built.value.rules), undefined);
    for (const protocol of ["tcp", "udp"] as const)
      for (const port of [22, 53, 68, 80, 137, 443, 5353, 6003, 10250]) {
        const question = { protocol, port, destination: undefined };
        const [theirs, ours] = [kernel(question), files(question)];
        assert.is(
          ours.possible.describe(),
          theirs.possible.describe(),
          `${family} ${protocol} ${port} ${what}`,
        );
        assert.is(
          ours.certain.describe(),
          theirs.certain.describe(),
          `${family} ${protocol} ${port} ${what}`,
        );
      }
  }
}

// One word in six is odd, so that about half of the tuples are still rules.
const word = (first: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(first) }, fc.constantFrom(...others));
const spoiltTuple = fc
  .tuple(
    word(
      "allow",
      "deny",
      "limit",
      "reject",
      "ALLOW",
      "nonsense",
      "route:allow",
      "allow_log",
      "deny_log-all",
      "allow_what",
      "x:y:z",
    ),
    word("any", "tcp", "udp", "esp", "icmp", "TCP", "17"),
    word(
      "22",
      "any",
      "80,443",
      "6000:6007",
      "0",
      "65536",
      "70:60",
      "22:",
      ":22",
      "ssh2",
      "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
    ),
    word(
      "0.0.0.0/0",
      "10.0.0.0/8",
      "any",
      "::/0",
      "10.0.0.0/33",
      "1.2.3",
      "10.0.0.0/255.0.255.0",
      "host",
      "10.0.0.1/8/8",
    ),
    word("any", "53", "x"),
    word("0.0.0.0/0", "192.0.2.1", "ANY", "fe80::1"),
    word("", " - -", " OpenSSH -", " My%20App My%20App", " -"),
    word(
      " in",
      " out",
      "",
      " in_eth0",
      " out_eth0",
      " in_eth0!out_eth1",
      " sideways",
      " in_",
      " in_a/b",
      " in_averyverylongname0",
      " eth0_in",
      " out_a!in_b",
    ),
    word("", "", " comment=6869", " comment=686", " comment=zz", " comment=68 comment=69", " comment="),
  )
  .map(
    ([action2, protocol, dport, dst, sport, src, apps, way, said]) =>
      `${action2} ${protocol} ${dport} ${dst} ${sport} ${src}${apps}${way}${said}`,
  );

const missing = ufwMissing();
if (missing !== undefined) {
  console.log(`SKIPPED ufw: needs ${missing}`);
  test("skipped", () => {});
} else {
  test("rules are read, written as commands and numbered as ufw does", async () => {
    const asked = sequences(240, false);
    let total = 0;
    for (const [index, answer] of askUfw(asked).entries())
      total += await compareReading(asked[index] ?? { commands: [] }, answer);
    assert.ok(total > 200, `only ${total} rules were accepted by ufw`);
  });
  test("tuples that somebody has spoilt are skipped where ufw skips them", async () => {
    const spoilt = fc.sample(spoiltTuple, 250);
    const text = (tuple: string) =>
      `*filter\n### RULES ###\n\n### tuple ### ${tuple}\n### END RULES ###\nCOMMIT\n`;
    const asked = spoilt.map((tuple) => ({ commands: [], files: { "/etc/ufw/user.rules": text(tuple) } }));
    let skipped = 0;
    for (const [index, answer] of askUfw(asked).entries()) {
      // What makes the program itself fall over is no rule either.
      const theirs = (answer.added ?? "(None)")
        .split("\n")
        .slice(1)
        .filter((line) => line !== "(None)");
      const { rules } = parseUfwRules("user.rules", text(spoilt[index] ?? ""), false);
      assert.equal(
        rules.map(({ rule: one }) => `ufw ${asCommand(one)}`),
        theirs,
        spoilt[index],
      );
      if (theirs.length === 0) skipped++;
    }
    assert.ok(skipped > 50 && skipped < 220, `${skipped} of ${spoilt.length} skipped`);
  });
  test("the chains built from the files are those that ufw-init loads", async () => {
    const asked = sequences(12, true);
    for (const [index, answer] of askUfw(asked).entries())
      await compareLoaded(asked[index] ?? { commands: [] }, answer);
  });
}

test.run();
