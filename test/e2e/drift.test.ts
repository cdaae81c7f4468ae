// The timer's unit on a running node: what changes is told once, to the journal, to node_exporter's folder and to a webhook,
// with who did it; what is put back is told as resolved. The sandbox of the unit hides nothing of the node.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withBed } from "./bed.js";
import { nodePath } from "./beds/recipe.js";
import { install, journal, known, look, messages, textfile } from "./watched.js";

test("each change is told once and by whom; what is put back is resolved; a webhook that was down misses nothing", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await install(bed);
    await look(bed);
    assert.equal(await messages(bed), [], "the first look compares with nothing");
    assert.match((await bed.get(textfile)) ?? "", 'nodeward_drift_changes{kind="file"} 0');

    await bed.put("/etc/ssh/sshd_config.d/10-open.conf", "PermitEmptyPasswords yes\n");
    await bed.sh("useradd --create-home mallory");
    await bed.sh(`systemd-run --unit=backdoor ${nodePath} -e 'require("net").createServer().listen(4444)'`);
    await bed.sh("sleep 1");
    await look(bed);
    const [first] = await messages(bed);
    assert.ok(known(first).includes("file /etc/ssh/sshd_config.d/10-open.conf"), known(first).join(", "));
    assert.ok(known(first).includes("file /etc/passwd"), JSON.stringify(first?.drifts[0]?.bundles));
    assert.ok(
      known(first).some((one) => /^listener tcp .*:4444$/.test(one)),
      known(first).join(", "),
    );
    assert.ok(
      first?.drifts[0]?.verdicts.some(
        (one) => one.id === "sshd.permit-empty-passwords" && one.change === "new",
      ),
    );
    assert.match(await journal(bed, "sshd.permit-empty-passwords"), '"NODEWARD_CHANGE":"new"');
    assert.match((await bed.get(textfile)) ?? "", /nodeward_drift_changes\{kind="listener"\} 1/);

    await look(bed);
    assert.is((await messages(bed)).length, 1, "told once");

    await bed.sh("touch /root/hook/down; rm /etc/ssh/sshd_config.d/10-open.conf");
    await look(bed);
    assert.is((await messages(bed)).length, 1);
    await bed.sh("rm /root/hook/down");
    await look(bed);
    const [, second, ...more] = await messages(bed);
    assert.equal(more, []);
    assert.ok(
      second?.drifts[0]?.verdicts.some(
        (one) => one.id === "sshd.permit-empty-passwords" && one.change === "resolved",
      ),
    );
  }));

test("an upgrade is dpkg's, and one line however many files it changes", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    const pack = (version: string) => `
      rm -rf /root/pack; mkdir -p /root/pack/DEBIAN /root/pack/etc/ssh/many
      printf 'Package: many-files\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n' >/root/pack/DEBIAN/control
      for i in $(seq 50); do echo "${version} $i" >/root/pack/etc/ssh/many/$i; done
      dpkg-deb --build /root/pack /root/many.deb >/dev/null; dpkg -i /root/many.deb >/dev/null`;
    await install(bed);
    await bed.sh(pack("1"));
    await look(bed);
    await bed.sh(`sleep 2; ${pack("2")}`);
    await look(bed);
    const [message] = await messages(bed);
    const [bundle, ...others] = message?.drifts[0]?.bundles ?? [];
    assert.equal(others, []);
    assert.match(bundle?.by ?? "", "dpkg (upgrade of many-files:all 1 -> 2)");
    assert.is(bundle?.changes.length, 51, JSON.stringify(message?.drifts[0]?.changes.slice(0, 3)));
  }));

test("the unit's sandbox falsifies nothing: its look differs in nothing from root's own", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await install(bed);
    await look(bed);
    const own = await bed.nodeward(["drift", "--format", "json"], { timeoutMs: 120_000 });
    const { drifts } = JSON.parse(own.stdout);
    // What comes and goes by itself: the units and the sockets of this very test.
    const things = drifts[0].changes.filter(({ kind }: { readonly kind: string }) => kind !== "unit");
    // The audit daemon has no kernel in a container: it fails and is started again.
    const verdicts = drifts[0].verdicts.filter(
      ({ message }: { readonly message: string }) => !/auditd/.test(message),
    );
    assert.equal([things, verdicts, drifts[0].notCompared], [[], [], []]);
  }));

test.run();
