// A control plane made good by hand passes; made weak, every weakness is found where it is, and nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, type Start, withBed } from "./bed.js";
import { makeControlPlane } from "./nodes/control-plane.js";
import { makeGood, notOfContainers } from "./nodes/good.js";
import { assertFound, audit, those } from "./nodes/verdicts.js";
import { weakenControlPlane } from "./nodes/weak-control-plane.js";
import { makeWorker } from "./nodes/worker.js";

async function goodThenWeak(bed: Bed): Promise<void> {
  const skip = bed.kind === "container" ? ["--skip", ...notOfContainers] : [];
  const ca = await makeWorker(bed);
  await makeGood(bed, ca);
  await makeControlPlane(bed, ca);
  const good = await audit(bed, skip);
  assert.equal([those(good, "fail"), those(good, "error")], [[], []]);
  assert.ok(good.has("apiserver.anonymous-auth"), "the control plane's profile chooses itself");
  const planted = await weakenControlPlane(bed);
  assertFound(await audit(bed, skip), planted, []);
}

const beds: readonly Start[] = [
  { image: "debian-12", kind: "container" },
  { image: "debian-13", kind: "container" },
];

for (const bed of beds)
  test(`a control plane, good and weak, as a ${bed.kind} of ${bed.image}`, () => withBed(bed, goodThenWeak));

test.run();
