// A worker made good by hand passes; made weak, every weakness is found where it is, and nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, type Start, withBed } from "./bed.js";
import { makeGood, notOfContainers } from "./nodes/good.js";
import { assertFound, audit, those } from "./nodes/verdicts.js";
import { undecided, weaken } from "./nodes/weak-worker.js";
import { makeWorker } from "./nodes/worker.js";

async function goodThenWeak(bed: Bed): Promise<void> {
  const skip = bed.kind === "container" ? ["--skip", ...notOfContainers] : [];
  await makeGood(bed, await makeWorker(bed));
  const good = await audit(bed, skip);
  assert.equal([those(good, "fail"), those(good, "error")], [[], []]);
  const planted = await weaken(bed);
  assertFound(await audit(bed, skip), planted, undecided);
}

const beds: readonly Start[] = [
  { image: "debian-12", kind: "container" },
  { image: "debian-13", kind: "container" },
  { image: "debian-12", kind: "machine" },
  { image: "debian-13", kind: "machine" },
];

for (const bed of beds)
  test(`a worker, good and weak, as a ${bed.kind} of ${bed.image}`, () => withBed(bed, goodThenWeak));

test.run();
