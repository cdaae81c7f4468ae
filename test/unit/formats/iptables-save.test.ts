import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFilter, readRule } from "../../../src/formats/iptables-rule.js";
import { parseSaved, type SavedRule, splitWords } from "../../../src/formats/iptables-save.js";

function parse(...texts: readonly string[]) {
  return parseSaved(texts.map((text, index) => ({ file: `f${index}`, text })));
}

function chain(name: string, ...texts: readonly string[]): readonly string[] {
  const rules: readonly SavedRule[] =
    parse(...texts)
      .tables.get("filter")
      ?.chains.get(name)?.rules ?? [];
  return rules.map(({ source }) => `${source.file}:${source.line} ${source.text}`);
}

test("words: blanks apart, double quotes with escapes, single quotes are letters", () => {
  const words = (text: string) =>
    splitWords(text).map(({ text: word, quoted }) => (quoted ? `<${word}>` : word));
  assert.equal(words(`-j LOG --log-prefix "[UFW BLOCK] "`), ["-j", "LOG", "--log-prefix", "<[UFW BLOCK] >"]);
  assert.equal(words(`--comment 'dapp_OpenSSH'\t x`), ["--comment", "'dapp_OpenSSH'", "x"]);
  assert.equal(words(String.raw`--comment "a \"b\" \\ c"`), ["--comment", String.raw`<a "b" \ c>`]);
  assert.equal(words(`"" "open`), ["<>", "<open>"]);
  assert.equal(words("  "), []);
});

test("tables, chains, policies, and where each rule stands", () => {
  const saved = parse(
    "# c\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [3:4]\n:mine - [0:0]\n[1:2] -A INPUT -j mine\nCOMMIT\n",
  );
  assert.equal([...saved.tables.keys()], ["nat", "filter"]);
  assert.is(saved.tables.get("filter")?.chains.get("INPUT")?.policy, "DROP");
  assert.equal(
    saved.tables
      .get("filter")
      ?.chains.get("INPUT")
      ?.rules.map(({ source }) => source.line),
    [8],
  );
  assert.equal(saved.malformed, []);
});

test("several texts are loaded one after another without flushing, as ufw does", () => {
  const first = "*filter\n:a - [0:0]\n-A a -j ACCEPT\n:b - [0:0]\n-A b -j ACCEPT\nCOMMIT\n";
  const second = "*filter\n:a - [0:0]\n-A a -j DROP\n-A b -j DROP\nCOMMIT\n";
  assert.equal(chain("a", first, second), ["f1:3 -A a -j DROP"]);
  assert.equal(chain("b", first, second), ["f0:5 -A b -j ACCEPT", "f1:4 -A b -j DROP"]);
});

test("rules are inserted, chains flushed, removed and given policies", () => {
  const text = "*filter\n-N a\n-A a -j 1\n-A a -j 2\n-I a -j 3\n-I a 2 -j 4\n-I a 99 -j 5\nCOMMIT\n";
  assert.equal(
    chain("a", text).map((line) => line.at(-1)),
    ["3", "4", "1", "2", "5"],
  );
  assert.equal(
    chain("a", text.replace("COMMIT", "-F a\n-A a -j 6\nCOMMIT")).map((line) => line.at(-1)),
    ["6"],
  );
  assert.is(parse(text.replace("COMMIT", "-X a\nCOMMIT")).tables.get("filter")?.chains.has("a"), false);
  assert.is(parse("*filter\n-P INPUT DROP\n").tables.get("filter")?.chains.get("INPUT")?.policy, "DROP");
});

test("what iptables-restore refuses, line by line", () => {
  const bad = (text: string) => parse(text).malformed.map(({ line }) => line);
  for (const [text, lines] of [
    ["*filter \n:x - [0:0]\n -A x -j ACCEPT\nCOMMIT", []],
    ["*filter\n:x -\n--append x -j ACCEPT\n\n# c\nCOMMIT\n", []],
    ['*filter\n-A x -m comment --comment "a # b" -j ACCEPT\nCOMMIT\n', []],
    ["-A INPUT -j DROP\n*filter\nCOMMIT\n-A late\n", [1, 4]],
    ["*filter\nnonsense\n:\n-D INPUT 1\nCOMMIT\n", [2, 3, 4]],
    ["*filter\n:x - [0:0]\n-A x -j ACCEPT # why\nCOMMIT\n", [3]],
    ["*filter\n  # c\n :x - [0:0]\n  \nCOMMIT\n", [2, 3, 4]],
    ["*filter\nCOMMIT \nCOMMIT\n", [2]],
    ["*filter\n*nat\nCOMMIT\n", [2]],
    ["*filter\r\n:x - [0:0]\r\nCOMMIT\r\n", [1, 2, 3]],
    ["\ufeff*filter\n:x - [0:0]\nCOMMIT\n", [1, 2, 3]],
    ["*filter\n:x - [0:0]\n-A x -j ACCEPT\n", [0]],
    [
      "*filter\n:x - [0:0]\n-A x -j\n-A x -p tcp --dport\n-A x -m conntrack --ctstate NEW -j x\nCOMMIT\n",
      [3, 4],
    ],
  ] as const)
    assert.equal(bad(text), lines, JSON.stringify(text));
  assert.is(parse(`*filter\n${"bad\n".repeat(500)}`).malformed.length, 20);
});

test("tables that the program leaves out are named", () => {
  assert.equal(parse("# Table `mine' is incompatible, use 'nft' tool.\n").hidden, ["mine"]);
});

test("a chain called like a property is a chain", () => {
  const saved = parse(
    "*filter\n:INPUT ACCEPT [0:0]\n:__proto__ - [0:0]\n-A INPUT -j __proto__\n-A constructor -j DROP\nCOMMIT\n",
  );
  const rules = readFilter(saved.tables.get("filter"), 4);
  assert.equal([...rules.chains.keys()], ["INPUT", "__proto__", "constructor"]);
});

test("a hundred thousand rules take seconds at most, and the words only of those asked for", () => {
  const text = `*nat\n${'-A KUBE-SEP-0123456789ABCDEF -p tcp -m comment --comment "ns/name:port" -m tcp -j DNAT --to-destination 10.0.0.1:80\n'.repeat(100_000)}COMMIT\n`;
  const started = performance.now();
  assert.is(parse(text).tables.get("nat")?.chains.get("KUBE-SEP-0123456789ABCDEF")?.rules.length, 100_000);
  assert.ok(performance.now() - started < 4000);
});

test("any text, and any words of a rule, are read without an exception", () => {
  const words = fc.array(
    fc.oneof(
      fc.constantFrom(
        "-A",
        "-p",
        "tcp",
        "!",
        "-s",
        "10.0.0.0/8",
        "--dport",
        "22",
        "-m",
        "multiport",
        "-j",
        "ACCEPT",
        "-g",
        "--mark",
        "--tcp-flags",
        "--ctstate",
        "--src-range",
        '"',
        "--hitcount",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(words, fc.string({ unit: "binary", maxLength: 60 }), (list, noise) => {
      const saved = parse(`*filter\n-A INPUT ${list.join(" ")}\n${noise}\n`);
      for (const { rules } of saved.tables.get("filter")?.chains.values() ?? []) rules.map(readRule);
    }),
    { numRuns: 500 },
  );
  const started = performance.now();
  parse(`*filter\n-A INPUT ${" ".repeat(300_000)}x ${'"'.repeat(300_001)}\n:${" ".repeat(300_000)}\n`);
  assert.ok(performance.now() - started < 1000);
});

test.run();
