// How far an unattended repair brings a worker as it is installed: nearly all of what applies passes, the operator gets in,
// the kubelet is well; repaired again nothing changes; and it is still so after a restart.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { asRoot } from "./lockout.js";
import { ownChecks } from "./nodes/prepared.js";
import { kubeletAnswers, makeWorker } from "./nodes/worker.js";

const wanted = 95;
const long = { timeoutMs: 500_000 };

interface Report {
  readonly summary: { readonly score: number };
  readonly results: readonly { readonly id: string; readonly status: string }[];
}

async function scored(bed: Bed): Promise<void> {
  const { stdout } = await bed.nodeward(["audit", "--format", "json", ...ownChecks(bed)], long);
  const { summary, results }: Report = JSON.parse(stdout);
  const failing = results.filter(({ status }) => status === "fail" || status === "error").map(({ id }) => id);
  assert.ok(summary.score >= wanted, `${summary.score}: ${failing.join(", ")}`);
}

test("a worker as it is installed, repaired: nearly all passes, also after a restart", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await makeWorker(bed);
    await bed.sh("ufw --force reset >/dev/null; ufw allow 22/tcp >/dev/null; ufw allow 10250/tcp >/dev/null");
    const fix = ["audit", "--fix", "--yes", "--max-risk", "reboot", "--confirm-timeout", "900"];
    const first = await bed.nodeward([...fix, "--format", "json", ...ownChecks(bed)], long);
    const fixed: { readonly report: Report; readonly ended: string } = JSON.parse(first.stdout);
    assert.match(fixed.ended, /unless it is confirmed/);
    assert.ok(
      fixed.report.summary.score >= wanted,
      `the report is of the node as it is: ${fixed.report.summary.score}`,
    );
    const kept = await asRoot(bed, `${nodePath} ${program.inside} confirm`);
    assert.is(kept.code, 0, kept.stderr);
    await kubeletAnswers(bed);
    const again = await bed.nodeward([...fix, "--format", "json", ...ownChecks(bed)], long);
    const { runs }: { readonly runs: readonly { readonly groups: readonly { readonly state: string }[] }[] } =
      JSON.parse(again.stdout);
    assert.equal(
      runs.flatMap(({ groups }) => groups).filter(({ state }) => state === "done"),
      [],
    );
    await bed.reboot();
    await kubeletAnswers(bed);
    assert.is((await bed.ssh(operator.name, "true")).code, 0);
    await scored(bed);
  }));

test.run();
