// modprobe.d, depmod's lists and /proc/modules: every byte accounted for, statements as kmod finds them, edits that hold.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import {
  appendLines,
  parseModprobe,
  replaceArgument,
  softDependencies,
  withUnderscores,
} from "../../../src/formats/modprobe.js";
import {
  moduleName,
  modulesThatNeed,
  parseModulesAlias,
  parseModulesBuiltin,
  parseModulesDep,
} from "../../../src/formats/modules-dep.js";
import { parseProcModules } from "../../../src/formats/proc-modules.js";

const parse = (text: string) => parseModprobe("/f", text);
const summary = (text: string) =>
  parse(text).statements.map(({ command, name, argument, source }) => [command, name, argument, source.line]);

test("statements, with what kmod makes of blanks, comments, hyphens and continued lines", () => {
  assert.equal(
    summary(
      "#blacklist a\n # blacklist b\n\tblacklist  c-d x\ninstall e\t /bin/f \\\n  g\\h\nalias i-* j-k l\noptions m n=o",
    ),
    [
      ["blacklist", "c_d", "", 3],
      ["install", "e", " /bin/f   gh", 4],
      ["alias", "i_*", "j_k", 6],
      ["options", "m", "n=o", 7],
    ],
  );
});

test("lines that kmod passes over are named", () => {
  const text = "blacklist\ninstall a\ninstall a \nalias b\nBlacklist c\ninclude d\nblacklist e]\n# f\n\n";
  assert.equal(parse(text).statements.length, 0);
  assert.equal(
    parse(text).ignored.map(({ line }) => line),
    [1, 2, 3, 4, 5, 6, 7],
  );
});

test("a carriage return is a letter, a NUL ends the line, a BOM makes another word", () => {
  assert.equal(summary("blacklist a\r\nblacklist b\0 c\n"), [
    ["blacklist", "a\r", "", 1],
    ["blacklist", "b", "", 2],
  ]);
  assert.equal(summary("\ufeffblacklist a\n"), []);
});

test("hyphens inside brackets stay", () => {
  assert.is(withUnderscores("a-[b-c]-d"), "a_[b-c]_d");
  assert.is(withUnderscores("a[b"), undefined);
});

test("soft dependencies: a single blank before the first word hides it", () => {
  assert.equal(softDependencies("pre: a b post: c\tpre: d"), { pre: ["a", "b", "d"], post: ["c"] });
  assert.equal(softDependencies(" pre: a"), { pre: [], post: [] });
  assert.equal(softDependencies("  pre: a "), { pre: ["a"], post: [] });
  assert.equal(softDependencies("a b"), { pre: [], post: [] });
});

function edited(text: string, edits: Parameters<typeof applyEdits>[1]): string {
  const result = applyEdits(text, edits);
  if (result.state !== "ok") throw new Error(result.state);
  return result.text;
}

test("an argument is replaced where it stands", () => {
  for (const [text, after] of [
    ["install a   /sbin/x  # y\nblacklist b\n", "install a   /bin/false\nblacklist b\n"],
    ["install a \\\n  /sbin/x \\\n y\nz\n", "install a \\\n  /bin/false\nz\n"],
    ["install a x", "install a /bin/false"],
  ] as const) {
    const [statement] = parse(text).statements;
    assert.ok(statement);
    if (statement !== undefined) assert.is(edited(text, [replaceArgument(statement, "/bin/false")]), after);
  }
});

const piece = fc.constantFrom(
  "blacklist ",
  "install ",
  "a-b",
  "\\",
  "\n",
  "\r\n",
  " ",
  "\t",
  "#",
  "[",
  "]",
  "\0",
  "é",
  "alias x y",
  "softdep ",
);
const anyText = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
  fc.string(),
);

test("every statement's text is the file's, in order, and what is left out is comment or blank", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { statements, ignored } = parse(text);
      const sources = [...statements.map(({ source }) => source), ...ignored].sort(
        (a, b) => a.span.start - b.span.start,
      );
      let end = 0;
      for (const { span, text: shown, line } of sources) {
        assert.ok(span.start >= end);
        assert.is(text.slice(span.start, span.end), shown);
        assert.is(line, text.slice(0, span.start).split("\n").length);
        end = span.end;
      }
      for (const { argumentSpan, source } of statements)
        assert.ok(argumentSpan.start >= source.span.start && argumentSpan.end <= source.span.end);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("lines that are appended are statements, whatever the file ends with, and nothing else changes", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const after = edited(text, [appendLines(text, ["blacklist zz"])]);
      assert.ok(after.startsWith(text));
      const before = parse(text).statements.map(({ command, name, argument }) => [command, name, argument]);
      const found = parse(after).statements.map(({ command, name, argument }) => [command, name, argument]);
      assert.equal(found, [...before, ["blacklist", "zz", ""]]);
    }),
    { numRuns: 500, seed: 2 },
  );
});

test("a large file takes no longer than its size", () => {
  const started = performance.now();
  assert.is(parse("blacklist a\n".repeat(30_000)).statements.length, 30_000);
  assert.is(parse(`${"blacklist a\n".repeat(10_000)}\\`).statements.length, 10_000);
  assert.is(parse("\\\n".repeat(100_000)).statements.length, 0);
  assert.ok(performance.now() - started < 30_000);
});

test("modules.dep, modules.builtin, modules.alias", () => {
  const text =
    "kernel/a-b.ko.xz: kernel/c.ko kernel/d-e.ko.zst\nkernel/c.ko:\nkernel/d-e.ko.zst: kernel/c.ko\nx\n:y\n";
  assert.equal(
    [...parseModulesDep(text).values()].map(({ name, path }) => `${name} ${path}`),
    ["a_b kernel/a-b.ko.xz", "c kernel/c.ko", "d_e kernel/d-e.ko.zst"],
  );
  assert.equal(modulesThatNeed(text, "kernel/c.ko"), ["a_b", "d_e"]);
  assert.equal(modulesThatNeed(text, "kernel/a-b.ko.xz"), []);
  assert.equal(modulesThatNeed("a.ko: kernel/c.ko.xz", "kernel/c.ko"), []);
  assert.equal([...parseModulesBuiltin("/b", "kernel/fs/ext4.ko\n\nkernel/x-y.ko").keys()], ["ext4", "x_y"]);
  assert.is(moduleName("__proto__.ko"), "__proto__");
  const alias = "# Aliases\nalias net-pf-21 rds\nalias fs-cramfs cramfs\nalias pci:v* rds\nalias x\n";
  assert.equal(parseModulesAlias(alias, "rds"), ["net-pf-21", "pci:v*"]);
  assert.equal(parseModulesAlias("alias a rds", "rds"), ["a"]);
});

test("/proc/modules: users, holders, taints, what cannot be unloaded, what no kernel writes", () => {
  const { modules, unread } = parseProcModules(
    "/proc/modules",
    "a 1 2 b,c, Live 0x0\nb 1 0 - Live 0x0 (OE)\nc 1 0 [permanent], Live 0x0\nd 1 - - Live 0x0\n\nbad\ne x 0 - Live 0\n",
  );
  assert.equal(unread, [6, 7]);
  assert.equal(
    [...modules.values()].map(({ name, users, usedBy, permanent, taints }) => [
      name,
      users,
      usedBy,
      permanent,
      taints,
    ]),
    [
      ["a", 2, ["b", "c"], false, ""],
      ["b", 0, [], false, "OE"],
      ["c", 0, [], true, ""],
      ["d", undefined, [], false, ""],
    ],
  );
});

test.run();
