// A worker made good by hand passes; made weak, every weakness is found where it is, and nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, type Start, withBed } from "./bed.js";
import { makeGood, notOfContainers } from "./nodes/good.js";
import { assertFound, audit, those } from "./nodes/verdicts.js";
import { undecided, weaken } from "./nodes/weak-worker.js";
import { makeWorker } from "./nodes/worker.js";

const skipped = (bed: Bed) => (bed.kind === "container" ? ["--skip", ...notOfContainers] : []);

async function good(bed: Bed): Promise<void> {
  await makeGood(bed, await makeWorker(bed));
  const found = await audit(bed, skipped(bed));
  assert.equal([those(found, "fail"), those(found, "error")], [[], []]);
}

async function goodThenWeak(bed: Bed): Promise<void> {
  await good(bed);
  const planted = await weaken(bed);
  assertFound(await audit(bed, skipped(bed)), planted, undecided);
}

const beds: readonly Start[] = [
  { image: "debian-12", kind: "container" },
  { image: "debian-13", kind: "container" },
  { image: "debian-12", kind: "machine" },
];

for (const bed of beds)
  test(`a worker, good and weak, as a ${bed.kind} of ${bed.image}`, () => withBed(bed, goodThenWeak));

// What is weak is found on its files as in its container, and in its kernel, which is the other machine's, as in that one.
test("a worker, good, as a machine of debian-13", () =>
  withBed({ image: "debian-13", kind: "machine" }, good));

test.run();
