// Beds with a node on them, ready for a scenario: `good`, made good by hand, or `weak`, made bad after that.
import { type Bed, type Start, withBed } from "../bed.js";
import { makeGood, notOfContainers } from "./good.js";
import { type Planted, weaken } from "./weak-worker.js";
import { makeWorker } from "./worker.js";

/** Arguments that leave out what, in a container, is the test machine's. */
export function ownChecks(bed: Bed): readonly string[] {
  return bed.kind === "container" ? ["--skip", ...notOfContainers] : [];
}

export function withGoodWorker(what: Start, scenario: (bed: Bed) => Promise<void>): Promise<void> {
  return withBed(what, async (bed) => {
    await makeGood(bed, await makeWorker(bed));
    await scenario(bed);
  });
}

export function withWeakWorker(
  what: Start,
  scenario: (bed: Bed, planted: Planted) => Promise<void>,
): Promise<void> {
  return withGoodWorker(what, async (bed) => scenario(bed, await weaken(bed)));
}
