// Is sudoers read as sudo reads it: elements, tags passed on, recovery from errors, releases, and hostile text?
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import {
  newestSudo,
  parseSudoVersion,
  type SudoersDialect,
  sinceSudo,
  sudoersDialect,
} from "../../../src/formats/sudoers-dialect.js";
import { parseSudoersText } from "../../../src/formats/sudoers-parser.js";
import type { Command, CommandSpec, Member, SudoersEntry } from "../../../src/formats/sudoers-tree.js";
import { sudoersCorpus } from "../../support/sudoers-corpus.js";
import { sudoersFile } from "../../support/sudoers-grammar.js";

const newest = sudoersDialect(newestSudo);

function release(version: string): SudoersDialect {
  return sudoersDialect(parseSudoVersion(version) ?? newestSudo);
}

function entries(text: string, dialect = newest): readonly SudoersEntry[] {
  return parseSudoersText(text, dialect).entries;
}

function problems(text: string, dialect = newest): readonly string[] {
  return parseSudoersText(text, dialect).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

function named({ negated, text }: Member | Command): string {
  return `${negated ? "!" : ""}${text}`;
}

/** `(users:groups) TAG,TAG command args` of every command. */
function specs(text: string, dialect = newest): readonly string[] {
  const shown = ({ command, runAs, tags, setenvImplied }: CommandSpec) => {
    const as =
      runAs === undefined ? "" : `(${runAs.users?.map(named) ?? "-"}:${runAs.groups?.map(named) ?? "-"}) `;
    const words = [...tags].map(([kind, tag]) => `${tag.on ? "" : "no "}${kind}`);
    const all = [...words, ...(setenvImplied ? ["setenv implied"] : [])].join(",");
    return `${as}${all === "" ? "" : `${all}: `}${named(command)}${command.args === undefined ? "" : ` ${command.args}`}`;
  };
  return entries(text, dialect).flatMap((entry) =>
    entry.kind === "rule" ? entry.privileges.flatMap(({ commands }) => commands.map(shown)) : [],
  );
}

test("users, hosts, run-as lists and commands of every kind", () => {
  const [entry] = entries(
    'alice, !#1000, %ops, %#27, %:ad\\ x, +ng, OPS, "%dom users", b\\x6fb ALL, !10.0.0.0/8, ::1, h*=(ALL, !root:#5) /bin/ls\n',
  );
  assert.is(entry?.kind, "rule");
  if (entry?.kind !== "rule") return;
  const users = entry.users.map((user) => `${user.kind} ${named(user)}`);
  assert.equal(users, [
    "name alice",
    "name !#1000",
    "group %ops",
    "group %#27",
    "group %:ad x",
    "netgroup +ng",
    "alias OPS",
    "group %dom users",
    "name bob",
  ]);
  assert.equal(
    entry.privileges[0]?.hosts.map((host) => `${host.kind} ${named(host)}`),
    ["all ALL", "network !10.0.0.0/8", "network ::1", "name h*"],
  );
  assert.equal(specs("a ALL=(ALL, !root:#5) /bin/ls"), ["(ALL,!root:#5) /bin/ls"]);
});

test("tags and run-as lists pass on over commas, not over colons nor lines", () => {
  assert.equal(specs("a ALL=NOPASSWD: /x, (b) /y, PASSWD: /z, /w : h=/v\na ALL=/u\n"), [
    "nopasswd: /x",
    "(b:-) nopasswd: /y",
    "(b:-) no nopasswd: /z",
    "(b:-) no nopasswd: /w",
    "/v",
    "/u",
  ]);
  assert.equal(specs("a ALL=SETENV: /x, ALL, /y, NOSETENV: ALL"), [
    "setenv: /x",
    "setenv implied: ALL",
    "/y",
    "no setenv: ALL",
  ]);
  assert.equal(specs("a ALL=(:g) /x, () /y, (b:) /z"), []);
  assert.equal(specs("a ALL=(:g) /x, () /y", release("1.9.13")), ["(-:g) /x", "(:-) /y"]);
  assert.equal(specs("a ALL=(:g) /x", release("1.9.14")), ["(:g) /x"]);
});

test("arguments: escapes for sudoers go, escapes for patterns stay", () => {
  assert.equal(specs('a ALL=/x a\\,b\\:c \\*  "d e" #comment\n'), ['/x a,b:c \\* "d e"']);
  assert.equal(specs("a ALL=/x one \\\n  two"), ["/x one two"]);
  assert.equal(specs("a ALL=sudoedit /etc/x, /usr/bin/sudoedit"), ["sudoedit /etc/x", "sudoedit"]);
  assert.equal(specs("a ALL=^/x(a|b)$ ^-[lr], .*$"), ["^/x(a|b)$ ^-[lr], .*$"]);
  assert.equal(specs("a ALL=/bin/ x"), []);
});

test("an error costs its line, but not what stood whole before it", () => {
  assert.equal(specs("a ALL=/x : b =\n"), ["/x"]);
  assert.equal(specs("a ALL=/x : b ) c\n"), []);
  assert.equal(specs("a ALL=(\nb ALL=/y\n"), ["/y"]);
  const alias = entries("User_Alias A = b, c )\nUser_Alias D = e, )\nUser_Alias F = g : H\n");
  const names = alias.flatMap((entry) =>
    entry.kind === "aliases" ? entry.definitions.map(({ name }) => name) : [],
  );
  assert.equal(names, ["A", "F"]);
  assert.equal(entries("@include /x y\n")[0]?.kind, "include");
  assert.equal(entries("Defaults env_reset, ,use_pty\n"), []);
});

test("errors say line and column", () => {
  assert.equal(problems("root ALL=(ALL) ALL\nbob ALL=(root ALL\n"), ["2:15 syntax error"]);
  assert.equal(problems("a ALL=ALL \\\n  )b\n"), ["2:3 syntax error"]);
  assert.equal(problems("a ALL=TIMEOUT=5x /y\n"), ["1:15 invalid timeout value"]);
  assert.equal(problems('"" ALL=ALL\n+ ALL=ALL\n% ALL=ALL\n'), [
    "1:2 empty string",
    "2:1 empty netgroup",
    "3:1 empty group",
  ]);
  assert.equal(problems("User_Alias CWD = x\n"), ["1:12 reserved word CWD used as an alias name"]);
  assert.equal(problems("a ALL=^/x**$\n", release("1.9.13")), ["1:7 invalid preceding regular expression"]);
  assert.equal(problems("a ALL=^/x**$\n"), []);
  assert.equal(problems("a ALL=ALL \\\nDefaults use_pty\n"), ["2:1 invalid line continuation"]);
});

test("comments, ids and includes begin alike", () => {
  const kinds = (text: string) => entries(text).map(({ kind }) => kind);
  assert.equal(kinds("#1000 ALL=ALL\n#-1 ALL=ALL\n# 5 ALL=ALL\n#a\n"), ["rule", "rule"]);
  assert.equal(kinds("#include /x\n #include /y\n#includeme\n#includedir /z\n# include /w\n"), [
    "include",
    "include",
  ]);
  assert.equal(problems("a ALL=/x #1\n#-\n"), ["1:10 syntax error", "2:1 syntax error"]);
});

test("the release decides what is known", () => {
  assert.ok(problems("@include /x\n", release("1.9.0")).length > 0);
  assert.equal(problems("@include /x\n", release("1.9.1")), []);
  // A user of that name, before.
  assert.equal(entries("Cmd_Alias X = /x\n", release("1.8.31"))[0]?.kind, "rule");
  assert.ok(problems("a ALL=INTERCEPT: /x\n", release("1.9.7")).length > 0);
  assert.ok(problems("a ALL=CWD=/ /x\n", release("1.9.2")).length > 0);
  assert.ok(problems("a ALL=list\n", release("1.9.12")).length > 0);
  assert.ok(problems('a ALL=CWD="/a b" /x\n', release("1.9.15")).length > 0);
  assert.equal(problems('a ALL=CWD="/a b" /x\n', release("1.9.16")), []);
  assert.ok(problems("a ALL=APPARMOR_PROFILE=p /x\n", release("1.9.13")).length > 0);
  assert.equal(problems("a ALL=APPARMOR_PROFILE=p /x\n"), []);
  assert.equal([release("1.9.2").recovers, release("1.9.3").recovers], [false, true]);
  assert.equal(parseSudoVersion("1:1.9.15p5-3ubuntu5"), [1, 9, 15, 5]);
  assert.equal(parseSudoVersion("2.0"), [2, 0, 0, 0]);
  assert.equal(parseSudoVersion("x"), undefined);
  assert.ok(sinceSudo([1, 9, 5, 2], "1.9.5p2") && !sinceSudo([1, 9, 5, 1], "1.9.5p2"));
});

/** Every span of a tree, with the text it must lie in. */
function spans(value: unknown): readonly { readonly start: number; readonly end: number }[] {
  if (value instanceof Map) return [...value.values()].flatMap(spans);
  if (Array.isArray(value)) return value.flatMap(spans);
  if (typeof value !== "object" || value === null) return [];
  const own =
    "start" in value && "end" in value ? [{ start: Number(value.start), end: Number(value.end) }] : [];
  return [...own, ...Object.values(value).flatMap(spans)];
}

test("no edit leaves every byte, and every span lies in the text", () => {
  fc.assert(
    fc.property(fc.oneof(sudoersFile, fc.string({ unit: "binary", maxLength: 300 })), (text) => {
      const { entries: found, problems: wrong } = parseSudoersText(text, newest);
      for (const { start, end } of spans([found, wrong]))
        assert.ok(0 <= start && start <= end && end <= text.length + 1);
      const edited = applyEdits(text, []);
      assert.is(edited.state === "ok" ? edited.text : "", text);
    }),
    { numRuns: 400 },
  );
});

test("a tag is where its span says", () => {
  for (const text of sudoersCorpus)
    for (const entry of entries(text))
      if (entry.kind === "rule")
        for (const { tags } of entry.privileges.flatMap(({ commands }) => commands))
          for (const { word } of tags.values())
            assert.is(text.slice(word.span.start, word.span.end), word.text);
});

test("hostile text is read in time", () => {
  const many = 100_000;
  const texts = [
    "^ ".repeat(many),
    `${"^ ".repeat(many)}# $`,
    "(".repeat(many),
    "\\".repeat(many),
    "\\ ".repeat(many),
    `a ALL=${"\\,".repeat(many)}`,
    `a ALL=/x ${"* ".repeat(many)}`,
    `"${"a\\\n".repeat(many)}`,
    "!".repeat(many),
    "a,".repeat(many),
    `a ALL=${"NOPASSWD:".repeat(50_000)}/x`,
    "\0".repeat(many),
    "\n".repeat(many),
    ":".repeat(many),
    "a".repeat(4 * many),
    `User_Alias ${"A=a:".repeat(50_000)}B=b`,
    "Defaults ".repeat(50_000),
    "#include ".repeat(50_000),
    "0:".repeat(many),
  ];
  for (const text of texts) {
    const started = performance.now();
    parseSudoersText(text, newest);
    const took = performance.now() - started;
    assert.ok(took < 30_000, `${text.slice(0, 20)}: ${took} ms`);
  }
});

test.run();
