import { test } from "uvu";
import * as assert from "uvu/assert";
import { addTo } from "../../../src/core/add-to.js";

test("lists keep the order in which they grew, and a key of a prototype is one like any other", () => {
  const lists = new Map<string, number[]>();
  for (const [key, value] of [
    ["a", 1],
    ["__proto__", 2],
    ["a", 3],
  ] as const)
    addTo(lists, key, value);
  assert.equal(
    [...lists],
    [
      ["a", [1, 3]],
      ["__proto__", [2]],
    ],
  );
});

test("a list is not copied for every value", () => {
  const lists = new Map<string, number[]>();
  addTo(lists, "a", 0);
  const list = lists.get("a");
  for (let value = 1; value < 400_000; value++) addTo(lists, "a", value);
  assert.is(lists.get("a"), list);
  assert.is(list?.length, 400_000);
});

test.run();
