// Who holds the state directory: a look is waited for, a run that changes the node is not.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { noon, runIn } from "../../support/context.js";
import { stateOnly } from "../../support/state-only.js";

/** `nodeward undo last` while somebody holds the lock and lets go of it when it has been waited for so often. */
async function undoWhile(holder: string, waits: number) {
  const { state, writer } = stateOnly();
  const held = state.lock(holder);
  let waited = 0;
  const sleep = async () => {
    waited += 1;
    if (waited === waits && held.state === "ok") held.release();
  };
  const hands = { openWriter: () => ({ state: "ok" as const, writer }), sleep };
  const { code, err } = await runIn(["undo", "last"], { files: {}, uid: 0, now: noon, hands });
  return { code, err: err.replace(/\s+/g, " "), waited };
}

for (const holder of ["nodeward daemon", "nodeward drift", "nodeward baseline accept 20261121"])
  test(`the end of a look is waited for: ${holder}`, async () => {
    const { err, waited } = await undoWhile(holder, 3);
    assert.is(waited, 3);
    assert.not.match(err, "another run");
  });

test("a look that does not end is not waited for for ever", async () => {
  const { code, err, waited } = await undoWhile("nodeward drift", 1_000);
  assert.is(code, 3);
  assert.match(err, "another run is changing this node: nodeward drift");
  assert.is(waited, 120);
});

test("another run is not waited for", async () => {
  const { code, err, waited } = await undoWhile("nodeward audit --fix, since noon", 3);
  assert.equal([code, waited], [3, 0]);
  assert.match(err, "another run is changing this node: nodeward audit --fix, since noon");
});

test.run();
