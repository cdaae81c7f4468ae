import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits, type Edit } from "../../../src/core/edit.js";
import {
  appendLine,
  insertLine,
  lineSource,
  lowerCase,
  parseSshdConfig,
  replaceWords,
} from "../../../src/formats/sshd-config.js";
import { argumentWords, delimitedWords } from "../../../src/formats/sshd-words.js";

function settings(text: string, dialect: "arguments" | "delimited" = "arguments") {
  return parseSshdConfig(text, dialect).lines.map(({ line, keyword, rest }) => [
    line,
    keyword,
    text.slice(rest.start, rest.end),
  ]);
}

test("keywords, white space and one equals sign", () => {
  assert.equal(settings("Port 22\n\tport\t2222  \n X11Forwarding=no\nUsePAM = yes\nBanner =none\r\n"), [
    [1, "Port", "22"],
    [2, "port", "2222"],
    [3, "X11Forwarding", "no"],
    [4, "UsePAM", "yes"],
    [5, "Banner", "none"],
  ]);
  assert.equal(settings("Port = = 22"), [[1, "Port", "= 22"]]);
});

test("a keyword in quotes, and one whose quote is never closed", () => {
  assert.equal(settings('"Port" 22\nPo"rt"22\n"Port 22\n'), [
    [1, "Port", "22"],
    [2, "Port", "22"],
  ]);
});

test("blank lines and comments set nothing; text without a line end counts", () => {
  assert.equal(settings("# Port 1\n\n  # x\n\t \nPort 22"), [[5, "Port", "22"]]);
  assert.equal(settings(""), []);
});

test("a line of a keyword alone has an empty rest", () => {
  assert.equal(settings("PermitRootLogin\n"), [[1, "PermitRootLogin", ""]]);
});

test("up to 8.6 a comment starts at any #, since 8.7 not in the middle of a word", () => {
  assert.equal(settings('Banner "/a#b" # c', "delimited"), [[1, "Banner", '"/a']]);
  assert.equal(settings('Banner "/a#b" # c'), [[1, "Banner", '"/a#b" # c']]);
});

test("no byte order mark and no other white space is skipped", () => {
  assert.equal(settings("\ufeffPort 22\n\u00a0Port 22"), [
    [1, "\ufeffPort", "22"],
    [2, "\u00a0Port", "22"],
  ]);
});

test("letters beyond ASCII keep their case", () => {
  assert.is(lowerCase("PERMITTUNNEL\u212a\u0130"), "permittunnel\u212a\u0130");
});

test("lines with a NUL byte are told", () => {
  assert.equal(parseSshdConfig("Port 22\0\nPort 2\n\0").nul, [1, 3]);
});

test("argv_split: quotes of both kinds, escapes, comments", () => {
  const words = (text: string) => {
    const split = argumentWords(text, { start: 0, end: text.length });
    return [split.words.map((word) => word.text), split.closed];
  };
  assert.equal(words(`a "b c" 'd "e' f\\ g`), [["a", "b c", 'd "e', "f g"], true]);
  assert.equal(words(`a"b"c '' \\"x \\n`), [["abc", "", '"x', "\\n"], true]);
  assert.equal(words("a # b"), [["a"], true]);
  assert.equal(words("a#b #c"), [["a#b"], true]);
  assert.equal(words('a "b'), [["a"], false]);
  assert.equal(words(" \t"), [[], true]);
});

test("strdelim: equals signs separate, a quote ends its word", () => {
  const words = (text: string, equals = true) => {
    const split = delimitedWords(text, { start: 0, end: text.length }, equals);
    return [split.words.map((word) => word.text), split.closed];
  };
  assert.equal(words("a=b c"), [["a", "b", "c"], true]);
  assert.equal(words("a=b c", false), [["a=b", "c"], true]);
  assert.equal(words('"a b"c'), [["a b", "c"], true]);
  assert.equal(words('x"a b" c'), [["xa b", "c"], true]);
  assert.equal(words('"a"'), [["a", ""], true]);
  assert.equal(words('a "b'), [["a"], false]);
});

test("a value is replaced, and nothing beside it", () => {
  const text = '# top\n\tPermitRootLogin =  "yes"   # why\nPort 22';
  const [line] = parseSshdConfig(text).lines;
  if (line === undefined) throw new Error("no line");
  const [word] = argumentWords(text, line.rest).words;
  if (word === undefined) throw new Error("no word");
  const edited = applyEdits(text, [replaceWords(word.span, word.span, "no")]);
  assert.equal(edited, { state: "ok", text: "# top\n\tPermitRootLogin =  no   # why\nPort 22" });
  assert.equal(lineSource("/f", text, line), {
    file: "/f",
    line: 2,
    span: line.span,
    text: text.split("\n")[1],
  });
});

test("new lines keep the kind of line end, and go together", () => {
  const both = (text: string, ...edits: readonly Edit[]) => {
    const edited = applyEdits(text, edits);
    return edited.state === "ok" ? edited.text : edited.state;
  };
  assert.is(both("A 1\n", appendLine("A 1\n", "B 2"), appendLine("A 1\n", "C 3")), "A 1\nB 2\nC 3\n");
  assert.is(both("A 1", appendLine("A 1", "B 2"), appendLine("A 1", "C 3")), "A 1\nB 2\nC 3");
  assert.is(both("A 1\r\n", insertLine("A 1\r\n", 0, "B 2")), "B 2\r\nA 1\r\n");
  assert.is(both("", appendLine("", "B 2"), appendLine("", "C 3")), "B 2\nC 3\n");
});

const odd = fc.string({
  unit: fc.constantFrom("a", "P", " ", "\t", "\n", "\r", '"', "'", "\\", "=", "#", "\0", "\f", "é", "\ud800"),
  maxLength: 60,
});

test("any text: spans lie in order within it, and no edit leaves every byte", () => {
  fc.assert(
    fc.property(odd, fc.constantFrom("arguments", "delimited"), (text, dialect) => {
      const { lines } = parseSshdConfig(text, dialect);
      let last = 0;
      for (const { line, span, rest } of lines) {
        assert.ok(span.start >= last && rest.start >= span.start && rest.end <= span.end);
        assert.is(text.slice(0, span.start).split("\n").length, line);
        for (const split of [argumentWords(text, rest), delimitedWords(text, rest, true)]) {
          let at = rest.start;
          for (const word of split.words) {
            assert.ok(word.span.start >= at && word.span.end >= word.span.start && word.span.end <= rest.end);
            at = word.span.end;
          }
        }
        last = span.end;
      }
      assert.equal(applyEdits(text, []), { state: "ok", text });
    }),
    { numRuns: 500, seed: 7 },
  );
});

test("hostile sizes take no longer than their length", () => {
  const started = performance.now();
  parseSshdConfig(`${"=".repeat(200_000)}\n${'"'.repeat(200_000)}\n${" ".repeat(200_000)}x`);
  const long = `X ${"'\\".repeat(100_000)}`;
  argumentWords(long, { start: 2, end: long.length });
  delimitedWords(`${'"" '.repeat(50_000)}`, { start: 0, end: 150_000 }, true);
  parseSshdConfig("Port 22\n".repeat(50_000), "delimited");
  assert.ok(performance.now() - started < 30_000);
});

test.run();
