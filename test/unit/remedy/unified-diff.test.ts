// Does a diff say what has changed, no more, and so that patch(1) would make the one text the other?
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unifiedDiff } from "../../../src/remedy/unified-diff.js";

function diff(before: string, after: string): string {
  return unifiedDiff({ name: "a/x", text: before }, { name: "b/x", text: after });
}

/** Applies a diff the plain way: every hunk at the line it names, every line of it checked. */
function patched(before: string, text: string): string {
  const lines = before === "" ? [] : before.split(/(?<=\n)/);
  const out: string[] = [];
  let at = 0;
  const rows = text.split("\n").slice(2, -1);
  for (const [index, row] of rows.entries()) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+/.exec(row);
    const end = rows[index + 1]?.startsWith("\\") ? "" : "\n";
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === "0" ? 0 : 1);
      out.push(...lines.slice(at, start));
      at = start;
    } else if (row.startsWith("+")) out.push(row.slice(1) + end);
    else if (!row.startsWith("\\")) {
      assert.is(lines[at], row.slice(1) + end);
      if (row.startsWith(" ")) out.push(row.slice(1) + end);
      at++;
    }
  }
  return [...out, ...lines.slice(at)].join("");
}

test("one line changed in the middle, with three lines around it", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  assert.is(
    diff(before, before.replace("5", "five")),
    "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("a new file, a file emptied, a missing newline at the end", () => {
  assert.is(diff("", "a\nb\n"), "--- a/x\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  assert.is(diff("a\n", ""), "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n");
  assert.is(
    diff("a", "a\nb\n"),
    "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n",
  );
  assert.is(diff("a\n", "a\n"), "");
});

test("distant changes are two hunks, near ones one", () => {
  const before = Array.from({ length: 30 }, (_, index) => `${index}\n`).join("");
  const far = before.replace("\n3\n", "\nthree\n").replace("\n25\n", "\ntwentyfive\n");
  assert.is(diff(before, far).match(/^@@/gm)?.length, 2);
  const near = before.replace("\n3\n", "\nthree\n").replace("\n8\n", "\neight\n");
  assert.is(diff(before, near).match(/^@@/gm)?.length, 1);
});

test("property: the diff makes the one text the other, and is empty for equal ones", () => {
  const text = fc
    .array(fc.constantFrom("a\n", "b\n", "c\n", "d\n"), { maxLength: 40 })
    .chain((lines) => fc.constantFrom(lines.join(""), lines.join("").replace(/\n$/, "")));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const made = diff(before, after);
      assert.is(made === "", before === after);
      if (made !== "") assert.is(patched(before, made), after);
    }),
    { numRuns: 500 },
  );
});

test("texts that differ in everything are shown as one block, in a moment", () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, index) => `${word}${index}\n`).join("");
  const made = diff(lines("a"), lines("b"));
  assert.is(made.split("\n").length, 10_000 + 4);
});

test.run();
