// The first boot of a node: repaired, accepted, watched over; and doing it again changes nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { operator, withBed } from "./bed.js";
import { program, top } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";

/** The kernel's settings are the test machine's. */
const notOurs = [
  "sysctl.*",
  "kmod.*",
  "services.auditd",
  "services.apparmor",
  "services.time-sync",
  "auditd.*",
];
const bootstrap = ["bootstrap", "--fail-on", "none", "--skip", ...notOurs];

test("bootstrap repairs, accepts and enables; the operator gets in; again it changes nothing", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    for (const name of ["nodeward-drift.service", "nodeward-drift.timer", "nodeward-recover.service"]) {
      const text = readFileSync(join(top, "packaging/systemd", name), "utf8");
      await bed.put(
        `/etc/systemd/system/${name}`,
        text.replace("/usr/bin/nodeward ", `${nodePath} ${program.inside} `),
      );
    }
    await bed.put("/etc/ssh/sshd_config.d/50-cloud-init.conf", "MaxAuthTries 20\nX11Forwarding yes\n");
    await bed.sh("systemctl daemon-reload; systemctl reload ssh");
    const first = await bed.nodeward(bootstrap, { timeoutMs: 400_000 });
    assert.ok(
      [0, 4, 5].includes(first.code ?? -1),
      `${first.code}: ${first.stdout.slice(-2000)}${first.stderr}`,
    );
    assert.match(first.stdout, /Accepted: \d+ things/);
    assert.match(first.stdout, "Enabled nodeward-drift.timer.");
    assert.is((await bed.sh("systemctl is-active nodeward-drift.timer")).trim(), "active");
    assert.match(await bed.sh("sshd -T"), /^maxauthtries 4$/m);
    assert.is((await bed.ssh(operator.name, "true")).code, 0);
    const before = await bed.sh("find /etc -xdev -type f -exec sha256sum {} + | sort");
    const again = await bed.nodeward(bootstrap, { timeoutMs: 400_000 });
    assert.equal(await bed.sh("find /etc -xdev -type f -exec sha256sum {} + | sort"), before);
    assert.ok(
      [0, 4, 5].includes(again.code ?? -1),
      `${again.code}: ${again.stdout.slice(-2000)}${again.stderr}`,
    );
  }));

test.run();
