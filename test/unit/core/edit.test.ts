import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";

const at = (start: number, end: number, text: string) => ({ span: { start, end }, text });

test("no edits, same text", () => {
  assert.equal(applyEdits("a\r\nb", []), { state: "ok", text: "a\r\nb" });
});

test("edits apply to offsets of the original text, in any order", () => {
  assert.equal(applyEdits("0123456789", [at(8, 9, "E"), at(0, 2, "ab"), at(4, 4, "-")]), {
    state: "ok",
    text: "ab23-4567E9",
  });
});

test("equal edits count once, insertions at one place keep their order", () => {
  assert.equal(applyEdits("xy", [at(0, 1, "a"), at(0, 1, "a"), at(2, 2, "1"), at(2, 2, "2")]), {
    state: "ok",
    text: "ay12",
  });
});

test("overlapping and out-of-range edits are refused and named", () => {
  const [first, second] = [at(0, 3, "a"), at(2, 4, "b")];
  assert.equal(applyEdits("01234", [second, first]), { state: "overlap", first, second });
  assert.is(applyEdits("01", [at(1, 9, "")]).state, "out-of-range");
});

test.run();
