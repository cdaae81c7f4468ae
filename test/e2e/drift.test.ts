// The timer's unit on a running node: what changes is told once, to the journal, to node_exporter's folder and to a webhook,
// with who did it; what is put back is told as resolved. The sandbox of the unit hides nothing of the node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, withBed } from "./bed.js";
import { program, top } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";

const textfile = "/var/lib/prometheus/node-exporter/nodeward.prom";
const site = `drift:
  notify:
    - journald
    - prometheus
    - webhook: {url: 'http://127.0.0.1:9000/hook', secretFile: /etc/nodeward/hook.key}
`;
/** Keeps each message as a file, unless /tmp/hook/down is there. */
const receiver = `
const fs = require("fs");
let count = 0;
require("http").createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => {
    if (fs.existsSync("/root/hook/down")) return response.writeHead(503).end();
    fs.writeFileSync("/root/hook/" + String(count++).padStart(3, "0") + ".json", Buffer.concat(parts));
    response.end();
  });
}).listen(9000, "127.0.0.1");
`;

async function install(bed: Bed): Promise<void> {
  await bed.put("/etc/nodeward/nodeward.yaml", site);
  await bed.put("/etc/nodeward/hook.key", "secret\n", { mode: 0o600 });
  await bed.put("/root/receiver.js", receiver);
  for (const name of ["nodeward-drift.service", "nodeward-drift.timer"]) {
    const text = readFileSync(join(top, "packaging/systemd", name), "utf8");
    // The bed has the program where README's manual installation would put it, and Node.js beside it.
    await bed.put(
      `/etc/systemd/system/${name}`,
      text.replace("/usr/bin/nodeward ", `${nodePath} ${program.inside} `),
    );
  }
  await bed.sh(
    `mkdir -p ${textfile.replace(/\/[^/]*$/, "")} /root/hook; systemctl daemon-reload; systemd-run --unit=receiver ${nodePath} /root/receiver.js`,
  );
}

/** Starts the unit as the timer does and waits for its end. */
async function look(bed: Bed): Promise<void> {
  const done = await bed.run(["systemctl", "start", "nodeward-drift.service"], { timeoutMs: 120_000 });
  const log = await bed.sh("journalctl -u nodeward-drift.service -n 40 --no-pager -o cat");
  assert.is(done.code, 0, `${done.stderr}${log}`);
}

interface Message {
  readonly drifts: readonly {
    readonly against: string;
    readonly verdicts: readonly { readonly id: string; readonly change: string }[];
    readonly changes: readonly { readonly kind: string; readonly key: string; readonly by: string }[];
    readonly bundles: readonly {
      readonly by: string;
      readonly changes: readonly { readonly key: string }[];
    }[];
  }[];
}

async function messages(bed: Bed): Promise<readonly Message[]> {
  const names = (await bed.sh("ls /root/hook")).split("\n").filter((name) => name.endsWith(".json"));
  return await Promise.all(
    names.map(async (name): Promise<Message> => JSON.parse((await bed.get(`/root/hook/${name}`)) ?? "")),
  );
}

const known = (message: Message | undefined) =>
  (message?.drifts[0]?.changes ?? []).map(({ kind, key }) => `${kind} ${key}`);

async function journal(bed: Bed, field: string): Promise<string> {
  return await bed.sh(`journalctl -t nodeward -o json --no-pager | grep -F '${field}' || true`);
}

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
