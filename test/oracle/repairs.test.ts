// Every check that says that it repairs brings about a repair in one of its cases, and no other does. That each of these
// repairs makes its check pass, changes nothing the second time and is undone byte for byte is proven case by case in
// the tests of the checks (test/support/round-trip.ts).
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../src/checks/index.js";
import type { Ending } from "../support/round-trip.js";

const script = fileURLToPath(new URL("../support/repairs-inside.ts", import.meta.url));

function repairs(): ReadonlyMap<string, ReadonlySet<Ending>> {
  const out = execFileSync(process.execPath, ["--import", "tsx", script], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const found = new Map<string, Set<Ending>>();
  const all: readonly { readonly check: string; readonly ending: Ending }[] = JSON.parse(out);
  for (const { check, ending } of all) found.set(check, (found.get(check) ?? new Set()).add(ending));
  return found;
}

const found = repairs();

test("every check that repairs shows in a case that its repair makes it pass", () => {
  const wanting = checks.filter(({ id, fixable }) => fixable && found.get(id)?.has("passes") !== true);
  assert.equal(
    wanting.map(({ id }) => `${id}: ${[...(found.get(id) ?? ["no steps"])].join(", ")}`),
    [],
  );
});

test("no other check brings steps", () => {
  const others = checks.filter(({ id, fixable }) => !fixable && found.has(id));
  assert.equal(
    others.map(({ id }) => id),
    [],
  );
});

test.run();
