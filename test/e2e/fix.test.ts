// A repair of a running node: do its services take the change up, does the operator still get in, and is everything as it
// was after an undo? Judged from outside and by the programs' own words.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";

/** The kernel's settings are the test machine's: only those of the network namespace may be written. */
const notOurs = [
  "sysctl.kernel.*",
  "sysctl.fs.*",
  "sysctl.vm.*",
  "sysctl.dev.*",
  "sysctl.user.*",
  "sysctl.kubelet-defaults",
];
const fix = (...more: readonly string[]) => [
  "audit",
  "--fix",
  "--yes",
  "--format",
  "json",
  ...more,
  "--skip",
  ...notOurs,
];

interface Fixed {
  readonly runs: readonly {
    readonly run: string;
    readonly groups: readonly { readonly name: string; readonly state: string; readonly reason: string }[];
  }[];
  readonly report: { readonly results: readonly { readonly id: string; readonly status: string }[] };
}

async function fixed(bed: Bed, ...more: readonly string[]): Promise<Fixed> {
  const { stdout, stderr } = await bed.nodeward(fix(...more), { timeoutMs: 300_000 });
  assert.is(stderr, "");
  return JSON.parse(stdout);
}

/** Services that a container has no kernel for: their repair is tried, has no effect, and is put back. */
const cannotRun = /apparmor|timesyncd|auditd/;

const digests = `find /etc -xdev -type f -printf '%p %m %U:%G ' -exec sha256sum {} \\; | sort; find /etc -xdev -type l -printf '%p -> %l\\n' | sort`;

async function weaken(bed: Bed): Promise<void> {
  await bed.put("/etc/ssh/sshd_config.d/50-cloud-init.conf", "MaxAuthTries 20\nX11Forwarding yes # why\n");
  await bed.put("/etc/systemd/journald.conf", "[Journal]\nStorage=volatile\n");
  await bed.put("/etc/crontab", "# empty\n", { mode: 0o644 });
  await bed.sh(
    "systemctl reload ssh; systemctl restart systemd-journald; ufw --force reset >/dev/null; ufw allow 22/tcp >/dev/null",
  );
}

test("a weak node: repaired, reachable, in force; repaired again: nothing; undone: as it was", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await weaken(bed);
    const before = await bed.sh(digests);
    const tries = async () => /^maxauthtries (\d+)$/m.exec(await bed.sh("sshd -T"))?.[1];
    const first = await fixed(bed);
    const failed = first.runs.flatMap(({ groups }) => groups.filter(({ state }) => state !== "done"));
    assert.equal(
      failed.filter(({ reason }) => !cannotRun.test(reason)),
      [],
    );
    assert.ok(failed.every(({ state }) => state === "rolled-back"));
    assert.is(await tries(), "4");
    assert.match(await bed.sh("cat /etc/systemd/journald.conf"), "Storage=persistent");
    assert.match(await bed.sh("ls /var/log/journal"), /^[0-9a-f]{32}$/m);
    assert.is((await bed.ssh(operator.name, "true")).code, 0);
    const second = await fixed(bed);
    assert.equal(
      second.runs.flatMap(({ groups }) => groups.filter(({ state }) => state === "done")),
      [],
    );
    for (const { run } of [...first.runs].reverse()) {
      const undone = await bed.nodeward(["undo", run], { timeoutMs: 300_000 });
      assert.equal([undone.code, undone.stderr], [0, ""]);
    }
    assert.is(await bed.sh(digests), before);
    assert.is(await tries(), "20");
    assert.is((await bed.ssh(operator.name, "true")).code, 0);
  }));

test.run();
