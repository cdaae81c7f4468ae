import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseEnvironmentFile } from "../../../src/formats/systemd-environment.js";
import { expandSpecifiers, expandVariables } from "../../../src/formats/systemd-expand.js";
import { parseUnit } from "../../../src/formats/systemd-unit.js";
import { splitCommands, splitWords } from "../../../src/formats/systemd-words.js";
import { traceOf } from "../../../src/formats/traced.js";

function pairs(text: string): readonly string[] {
  return parseUnit(text).assignments.map(
    ({ section, key, value, line }) => `${section}/${key}=${value}@${line}`,
  );
}

const units: readonly (readonly [string, string, readonly string[]])[] = [
  ["plain", "[Service]\nExecStart=/bin/x -a\n", ["Service/ExecStart=/bin/x -a@2"]],
  ["white space around", "  [Service]  \n Key \t=  v  \n", ["Service/Key=v@2"]],
  ["empty value", "[Service]\nExecStart=\n", ["Service/ExecStart=@2"]],
  ["continued", "[S]\nA=b \\\n  c\nD=e\n", ["S/A=b    c@2", "S/D=e@4"]],
  ["comment within a continuation", "[S]\nA=b \\\n# no\n  c\n", ["S/A=b    c@2"]],
  ["two backslashes do not continue", "[S]\nA=b\\\\\nC=d\n", ["S/A=b\\\\@2", "S/C=d@3"]],
  ["an empty line ends a continuation", "[S]\nA=b \\\n\nC=d\n", ["S/A=b@2", "S/C=d@4"]],
  ["continued at the end of the file", "[S]\nA=b \\", ["S/A=b@2"]],
  ["CRLF", "[S]\r\nA=b \\\r\n c\r\nD=e\r\n", ["S/A=b   c@2", "S/D=e@4"]],
  ["byte order mark", "\ufeff[S]\nA=b\n", ["S/A=b@2"]],
  ["comments", "# x\n; y\n[S]\n #A=b\nC=d # not a comment\n", ["S/C=d # not a comment@5"]],
  ["value with equals", "[S]\nA=b=c\n", ["S/A=b=c@2"]],
  ["outside a section", "A=b\n[S]\n=x\nword\nC=d\n", ["S/C=d@5"]],
  ["NUL ends a line", "[S]\nA=b\0C=d\n", ["S/A=b@2", "S/C=d@2"]],
  ["keys that objects have", "[__proto__]\nconstructor=x\n", ["__proto__/constructor=x@2"]],
  ["a broken header ends the reading", "[S]\nA=b\n[T\nC=d\n", ["S/A=b@2"]],
];
for (const [name, text, expected] of units) test(`unit: ${name}`, () => assert.equal(pairs(text), expected));

test("unit: a broken section header is fatal, a line without '=' is not", () => {
  const problems = parseUnit("[S]\nword\n[T\n").problems;
  assert.equal(
    problems.map(({ line, fatal }) => [line, fatal]),
    [
      [2, false],
      [3, true],
    ],
  );
});

test("unit: every character of a value has its place in the file", () => {
  const text = "[S]\r\nA=one \\\r\n  # no\r\n  two\r\n";
  const { traced } = parseUnit(text).assignments[0] ?? { traced: traceOf("") };
  for (const word of ["one", "two"]) assert.is(traced.at[traced.text.indexOf(word)], text.indexOf(word));
});

function words(text: string): readonly string[] | string {
  const split = splitWords(traceOf(text));
  return split.state === "ok" ? split.words.map((word) => word.text) : split.message;
}

const quoting: readonly (readonly [string, readonly string[] | string])[] = [
  ["a b\tc", ["a", "b", "c"]],
  ["\"a b\" 'c d'", ["a b", "c d"]],
  ['e"f g"h', ["ef gh"]],
  ["'' \"\"", ["", ""]],
  ["'a\\'b'", ["a'b"]],
  ["a\\x20b \\t \\101 \\u00e9 \\s", ["a b", "\t", "A", "é", " "]],
  ["\\q", ["\\q"]],
  ['"open', "a quote is not closed"],
  ["end\\", ["end\\"]],
  ['"end\\', "a quote is not closed"],
];
for (const [text, expected] of quoting) test(`words: ${text}`, () => assert.equal(words(text), expected));

test("commands: prefixes, separators and an escaped semicolon", () => {
  const split = splitCommands(traceOf("-@/bin/a b c ; :/bin/d \\; ;e"));
  assert.is(split.state, "ok");
  if (split.state === "ok")
    assert.equal(
      split.commands.map((one) => [one.prefix, ...one.words.map((word) => word.text)]),
      [
        ["-@", "/bin/a", "b", "c"],
        [":", "/bin/d", ";", ";e"],
      ],
    );
});

const variables: Readonly<Record<string, string>> = { ONE: "1", TWO: "a  'b c' \"d\"", EMPTY: "" };
const lookup = (name: string) =>
  Object.hasOwn(variables, name) ? traceOf(variables[name] ?? "") : undefined;
const expansions: readonly (readonly [string, readonly string[]])[] = [
  ["$TWO", ["a", "b c", "d"]],
  ["${TWO}", ["a  'b c' \"d\""]],
  ["x${ONE}y${ONE}", ["x1y1"]],
  ["x$ONE", ["x$ONE"]],
  ["$NO", []],
  ["${NO}", [""]],
  ["$EMPTY", []],
  ["$$ONE", ["$ONE"]],
  ["$", []],
  ["a$", ["a$"]],
  ["$__proto__", []],
];
for (const [word, expected] of expansions)
  test(`variables: ${word}`, () =>
    assert.equal(
      expandVariables(word, lookup).map(({ text }) => text),
      expected,
    ));

test("specifiers: %% and known ones are replaced, others stay", () => {
  const word = { ...traceOf("%%i %i %z %"), start: 0, end: 0 };
  const expanded = expandSpecifiers(word, (letter) => (letter === "i" ? "tty1" : undefined));
  assert.is(expanded.text, "%i tty1 %z %");
  assert.equal(expandSpecifiers({ ...traceOf("%b"), start: 0, end: 0 }, () => null).unknown, ["%b"]);
});

function environment(text: string, continued = false): readonly string[] {
  return parseEnvironmentFile(text, continued).map(({ name, value }) => `${name}=${value.text}`);
}

const files: readonly (readonly [string, string, readonly string[]])[] = [
  ["plain", "A=b\nC=d e\n", ["A=b", "C=d e"]],
  ["quotes", "A=\"b c\" d\nE='f\\g'\n", ["A=b cd", "E=f\\g"]],
  ["spaces", " A = b  \n", ["A=b"]],
  ["escapes", 'A=b\\ \\$c\nD="\\$e\\x\\\\"\n', ["A=b $c", "D=$e\\x\\"]],
  ["continued", 'A=b \\\nc\nD="e\\\nf\ng"\n', ["A=b c", "D=ef\ng"]],
  ["comments", "# A=b\n;C=d\nE=f # g\n", ["E=f # g"]],
  ["no name", "=a\nexport B=c\n1D=e\n", []],
  ["no line end", "A=b", ["A=b"]],
  ["repeated", "A=1\nA=2\n", ["A=1", "A=2"]],
  ["CRLF", "A=b\r\nC=d\r\n", ["A=b", "C=d"]],
  ["NUL ends the file", "A=b\0\nC=d\n", ["A=b"]],
  ["open quote", 'A="b\nC=d\n', ["A=b\nC=d\n"]],
  ["a comment ends with its line", "# x \\\nA=b\n", ["A=b"]],
];
for (const [name, text, expected] of files)
  test(`environment file: ${name}`, () => assert.equal(environment(text), expected));
test("environment file: up to systemd 253 a backslash carries a comment on", () =>
  assert.equal(environment("# x \\\nA=b\nC=d\n", true), ["C=d"]));

test("never throws, and every place is inside the text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."[]SA= \\\n\r\0#;\"'$%{}x\ufeff"), maxLength: 80 }),
      (text) => {
        for (const { traced, span } of parseUnit(text).assignments) {
          assert.ok(span.end <= text.length);
          assert.is(traced.at.length, traced.text.length);
          for (const word of splitWords(traced).words) assert.is(word.at.length, word.text.length);
          splitCommands(traced);
        }
        for (const { value } of parseEnvironmentFile(text))
          for (const [index, at] of value.at.entries()) assert.is(text[at], value.text[index]);
      },
    ),
    { numRuns: 500 },
  );
});

test("hostile sizes take linear time", () => {
  const long = "a ".repeat(200_000);
  parseUnit(`[S]\nA=${long}\n${"x=y\\\n".repeat(50_000)}`);
  splitWords(traceOf(long));
  parseEnvironmentFile(`A${" ".repeat(400_000)}B=1\n${"#\\\n".repeat(50_000)}`);
  assert.is(parseUnit(`[S]\nA=${"b".repeat(1024 * 1024)}\n`).problems[0]?.fatal, true);
});

test.run();
