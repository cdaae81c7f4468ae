// ufw switched on over ssh: the operator stays in, a new login confirms, and an undo leaves the files and an open machine.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";

const fix = ["audit", "--fix", "--yes", "--max-risk", "workload", "--only", "ufw.*", "--format", "json"];
const files =
  "find /etc/ufw /etc/default/ufw -type f -exec sha256sum {} + | sort; systemctl is-enabled ufw || true";
/** What ufw filters and what is decided where it does not. */
const filtering = "iptables -S | grep -c '^-A ufw-before-input ' || true; iptables -S INPUT | head -n 1";

async function nodeward(bed: Bed, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await bed.nodeward(argv, { timeoutMs: 300_000 });
  assert.equal([code, stderr], [0, ""], stdout);
  return stdout;
}

async function confirm(bed: Bed): Promise<void> {
  const input = `${operator.password}\n`;
  const confirmed = await bed.ssh(operator.name, "sudo -S nodeward confirm", { input });
  assert.is(confirmed.code, 0, confirmed.stderr);
}

test("ufw is switched on, confirmed by a new login, and switched off again", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await bed.sh("ufw --force reset >/dev/null; ufw allow 22/tcp >/dev/null; ufw disable >/dev/null");
    const before = await bed.sh(files);
    for (let round = 1; round <= 2; round++) {
      const { stdout } = await bed.nodeward(fix, { timeoutMs: 300_000 });
      const { runs } = JSON.parse(stdout);
      assert.equal(
        runs.flatMap((run: { result: string }) => run.result),
        ["done"],
      );
      assert.match(await bed.sh(filtering), /^[1-9]\d*\n-P INPUT DROP/);
      await confirm(bed);
      assert.match(await nodeward(bed, "undo", runs[0].run), "unless it is confirmed");
      assert.is(await bed.sh(files), before);
      assert.match(await bed.sh(filtering), /^0\n-P INPUT ACCEPT/);
      await confirm(bed);
    }
  }));

test.run();
