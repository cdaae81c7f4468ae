import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { aptLine, aptValueEdit, parseAptConf } from "../../../src/formats/apt-conf.js";
import { AptTree } from "../../../src/formats/apt-tree.js";

function dump(text: string): readonly string[] {
  const tree = new AptTree<number>();
  for (const statement of parseAptConf(text).statements) {
    if (statement.kind === "set") tree.set(statement.name, statement.value, statement.line);
    if (statement.kind === "clear") tree.clear(statement.name);
  }
  return tree.dump().map(([name, value]) => `${name}=${value}`);
}

test("scalars, blocks and lists", () => {
  assert.equal(dump('A::B "1"; A { C "x"; L { "p"; "q r"; }; }; a::b 2;'), [
    "A=",
    "A::B=2",
    "A::C=x",
    "A::L=",
    "A::L::=p",
    "A::L::=q r",
  ]);
});

test("#clear takes a value and all below it, and is refused in a block", () => {
  assert.equal(dump('A::L { "p"; }; #clear A::L; A::L:: "q";'), ["A=", "A::L=", "A::L::=q"]);
  assert.match(parseAptConf("A { #clear B; };").problem?.message ?? "", /inside a block/);
  assert.match(parseAptConf("#clear;").problem?.message ?? "", /without a name/);
});

test("comments of three kinds, also around what looks like one in quotes", () => {
  assert.equal(dump('// A 1;\n# A 2;\n/* A 3;\nA 4; */ A "http://x/#y/*z"; // more\n'), ["A=http://x/#y/*z"]);
});

test("a statement may run over lines, and says where it began", () => {
  const { statements } = parseAptConf('\nA\n  "x"\n ;\n');
  assert.is(statements[0]?.line, 4);
  assert.equal(statements[0]?.span, { start: 1, end: 8 });
});

for (const [name, text, message] of [
  ["an open statement", 'A "1"; B "2"', /after the last statement/],
  ["an open quote", 'A "1;', /after the last statement/],
  ["words after the value", 'A "1" b;', /after the value/],
  ["a block without a name", '{ "x"; };', /without a name/],
  ["an unknown directive", "#clearly A;", /unknown directive/],
  ["blocks without end", "A {".repeat(1000), /too deep/],
] as const)
  test(`apt refuses ${name}`, () => assert.match(parseAptConf(text).problem?.message ?? "", message));

test("what stands before a mistake has taken effect", () => {
  assert.equal(dump('A "1";\nB "2" c;\nD "3";\n'), ["A=1"]);
  assert.is(parseAptConf('A "1";\nB "2" c;\n').problem?.line, 2);
});

test("an edit replaces the value alone", () => {
  const text = "// policy\nAPT::Periodic { Enable   0 ; }; // off\n";
  const [statement] = parseAptConf(text).statements;
  assert.ok(statement?.kind === "set");
  const edited = applyEdits(text, [aptValueEdit(statement, "1")]);
  assert.equal(edited, { state: "ok", text: '// policy\nAPT::Periodic { Enable   "1" ; }; // off\n' });
  assert.is(aptLine("A::B", "1"), 'A::B "1";\n');
});

test("names from the node reach no prototype", () => {
  assert.equal(dump('__proto__::x "1"; constructor "2";'), ["__proto__=", "__proto__::x=1", "constructor=2"]);
});

test("CRLF, BOM and NUL do not throw", () => {
  assert.equal(dump('A "1";\r\nB "2";\r\n'), ["A=1", "B=2"]);
  assert.equal(dump('\ufeffA "1";'), ["\ufeffA=1"]);
  assert.equal(dump('A "1\0";'), ["A=1\0"]);
});

const pieces = fc.constantFrom(
  "A",
  "::",
  "{",
  "}",
  ";",
  '"',
  " ",
  "\n",
  "/*",
  "*/",
  "//",
  "#",
  "#clear ",
  "x",
  "[",
  "]",
);

test("statements lie in the text, and no edit changes no byte", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      for (const { span } of parseAptConf(text).statements)
        assert.ok(span.start >= 0 && span.start < span.end && span.end <= text.length);
      assert.equal(applyEdits(text, []), { state: "ok", text });
    }),
    { numRuns: 500 },
  );
});

test("a hostile file is read in linear time", () => {
  const started = performance.now();
  for (const piece of ["/*", '"', "#", "A {", "A::", "// ", "[", "A 1;", "\t"])
    parseAptConf(piece.repeat(100_000));
  assert.ok(performance.now() - started < 30_000);
});

test.run();
