// login.defs and its kin: what the tools take from a line, and edits that leave the rest alone.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { parseKeyValue, setKeyValue } from "../../../src/formats/key-value.js";
import { parseLoginDefs, setLoginDef } from "../../../src/formats/login-defs.js";

test("login.defs: comments, quotes, blanks, what follows", () => {
  const text = '# C 1\n A\t 1 \nB  "x y" z\nC 1 # no comment\nD\n__proto__ 1\r\nA 2';
  assert.equal(
    parseLoginDefs("/f", text).map(({ key, value, source }) => [source.line, key, value]),
    [
      [2, "A", "1"],
      [3, "B", "x y"],
      [4, "C", "1 # no comment"],
      [6, "__proto__", "1"],
      [7, "A", "2"],
    ],
  );
});

test("key and value: with and without sign, bare keys, comments anywhere", () => {
  const text = "# a = 1\nminlen = 14 # x\n deny=5\r\naudit\nucredit -1\nEMPTY=\n= 3";
  assert.equal(
    parseKeyValue("/f", text).map(({ key, value, source }) => [source.line, key, value]),
    [
      [2, "minlen", "14"],
      [3, "deny", "5"],
      [4, "audit", ""],
      [5, "ucredit", "-1"],
      [6, "EMPTY", ""],
    ],
  );
});

const line = fc.constantFrom(
  "A 1",
  " A\t2 # c",
  "A=3",
  "A",
  "#A 4",
  "B = 5",
  "",
  "A = 6\r",
  'A "7"',
  "\0 x",
  "=",
);
const anyText = fc.oneof(
  fc.string(),
  fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n")),
);

test("setting a key makes it hold, changes one place, and twice is once", () => {
  const style = { equals: " = " };
  fc.assert(
    fc.property(anyText, (text) => {
      const after = (edit: Parameters<typeof applyEdits>[1][number], from = text) => {
        const result = applyEdits(from, [edit]);
        return result.state === "ok" ? result.text : result.state;
      };
      const lastDef = (from: string) => parseLoginDefs("/f", from).findLast(({ key }) => key === "A");
      const defs = after(setLoginDef(text, lastDef(text), "A", "9"));
      assert.is(lastDef(defs)?.value, "9");
      assert.is(after(setLoginDef(defs, lastDef(defs), "A", "9"), defs), defs);
      const lastKey = (from: string) => parseKeyValue("/f", from).findLast(({ key }) => key === "A");
      const values = after(setKeyValue(text, lastKey(text), "A", "9", style));
      assert.is(lastKey(values)?.value, "9");
      assert.is(after(setKeyValue(values, lastKey(values), "A", "9", style), values), values);
    }),
    { numRuns: 300 },
  );
});

test.run();
