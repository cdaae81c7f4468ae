import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hang, pad, padLeft, widthOf, wrap } from "../../../src/report/wrap.js";

test("width: combining marks take none, East Asian wide characters and pictures two", () => {
  assert.is(widthOf("abc"), 3);
  assert.is(widthOf("e\u0301"), 1);
  assert.is(widthOf("節点"), 4);
  assert.is(widthOf("ノード"), 6);
  assert.is(widthOf("한국"), 4);
  assert.is(widthOf("Ａ"), 2);
  assert.is(widthOf("ｱ"), 1);
  assert.is(widthOf("🔒"), 2);
  assert.is(widthOf("─│·…"), 4);
  assert.is(widthOf("ﷺ"), 1);
});

test("padding counts columns, not characters", () => {
  assert.is(pad("節", 4), "節  ");
  assert.is(padLeft("e\u0301", 3), "  e\u0301");
  assert.is(pad("longer", 2), "longer");
});

test("wraps between words and keeps the space inside a line", () => {
  assert.equal(wrap("one two three", 7), ["one two", "three"]);
  assert.equal(wrap("a   b", 9), ["a   b"]);
  assert.equal(wrap("", 9), [""]);
  assert.equal(wrap("  \t ", 9), [""]);
});

test("a long path stays whole, a long list breaks after commas, wide text between characters", () => {
  const path = "/etc/ssh/sshd_config.d/50-cloud-init.conf:2";
  assert.equal(wrap(`set in ${path} now`, 20), ["set in", path, "now"]);
  assert.equal(wrap("aes128-ctr,aes192-ctr,aes256-ctr", 12), ["aes128-ctr,", "aes192-ctr,", "aes256-ctr"]);
  assert.equal(wrap("節点節点節点", 4), ["節点", "節点", "節点"]);
  assert.equal(wrap("節\u0301節\u0301節\u0301", 2), ["節\u0301", "節\u0301", "節\u0301"]);
});

test("hanging lines stand under the first", () => {
  assert.equal(hang("To fix  ", "one two three four five six", 28), [
    "To fix  one two three four",
    "        five six",
  ]);
});

test("no text is lost, and only what may not be broken is too long", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "/", ",", "節", "\u0301", "é"),
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 2, max: 40 }), (words, columns) => {
      const text = words.join(" ");
      const lines = wrap(text, columns);
      assert.is(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      for (const line of lines)
        if (widthOf(line) > columns) assert.not.match(line, / /, `${JSON.stringify(line)} in ${columns}`);
    }),
    { numRuns: 300 },
  );
});

test.run();
