// Installed from a checkout on a running node, as README has it: the program and every unit work from where they are put,
// the one that recovers over a power cut, too; uninstalled, nothing is left but the site file and the state.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";
import { runProgram } from "./beds/process.js";
import { top } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { byPassword, getsIn, prepare } from "./lockout.js";

const checkout = "/opt/nodeward";
/** What of a checkout the installation reads; the packages are those of its own two imports. */
const needed = [
  "dist",
  "packaging",
  "package.json",
  "tsconfig.json",
  ...["tsx", "esbuild", "@esbuild", "get-tsconfig", "resolve-pkg-maps", "zx"].map(
    (name) => `node_modules/${name}`,
  ),
];
const units = ["bootstrap.service", "daemon.service", "drift.service", "drift.timer", "recover.service"].map(
  (name) => `nodeward-${name}`,
);

async function layCheckout(bed: Bed): Promise<void> {
  const built = await runProgram([
    "env",
    "-C",
    top,
    process.execPath,
    "--import",
    "tsx",
    "packaging/build.ts",
  ]);
  assert.is(built.code, 0, built.stderr);
  const copy = `mkdir -p "$0${checkout}"; for one in "$@"; do [ ! -e "$one" ] || cp -rL --parents "$one" "$0${checkout}"; done`;
  const laid = await bed.onDisk(["env", "-C", top, "sh", "-euc", copy, "{root}", ...needed], {
    writes: true,
  });
  assert.is(laid.code, 0, laid.stderr);
}

async function script(bed: Bed, action: "install" | "uninstall"): Promise<string> {
  return await bed.sh(`cd ${checkout}; ${nodePath} --import tsx packaging/install-node.ts ${action} 2>&1`);
}

async function unitsWork(bed: Bed): Promise<void> {
  assert.is((await bed.sh(`systemd-analyze verify --man=no ${units.join(" ")} 2>&1`)).trim(), "");
  await bed.sh("systemctl enable --now nodeward-drift.timer nodeward-recover.service");
  assert.is((await bed.sh("systemctl is-active nodeward-drift.timer")).trim(), "active");
  const looked = await bed.run(["systemctl", "start", "nodeward-drift.service"]);
  assert.is(looked.code, 0, await bed.sh("journalctl -u nodeward-drift -n 30 --no-pager -o cat"));
  await bed.sh("systemctl enable --now nodeward-daemon.service");
  assert.is((await bed.sh("systemctl is-active nodeward-daemon.service")).trim(), "active");
}

/** What waits for somebody who never comes is put back by the installed unit at the boot after a power cut. */
async function recovers(bed: Bed): Promise<void> {
  await prepare(bed);
  const fix = "nodeward audit --fix --yes --max-risk lockout --only sshd.password-authentication";
  const made = await bed.ssh(operator.name, `sudo -S -p '' ${fix} --confirm-timeout 600`, {
    input: `${operator.password}\n`,
  });
  assert.match(made.stdout.replace(/\s+/g, " "), "unless it is confirmed", made.stdout + made.stderr);
  assert.not(await getsIn(bed, byPassword));
  await bed.powerCut();
  const log = await bed.sh("journalctl -b -u nodeward-recover --no-pager -o cat");
  assert.ok(await getsIn(bed, byPassword), log);
  assert.match(
    await bed.sh("systemctl show -p FragmentPath nodeward-recover"),
    /=(?:\/usr)?\/lib\/systemd\/system\//,
  );
  assert.is((await bed.sh("systemctl is-active nodeward-daemon.service")).trim(), "active");
}

test("installed, working, recovering, and taken away again", () =>
  withBed({ image: "debian-12", kind: "container", off: true }, async (bed) => {
    await layCheckout(bed);
    await bed.powerOn();
    const before = await bed.sh("find /usr /etc -xdev ! -type d | sort");
    assert.match(await script(bed, "install"), "Installed /usr/bin/nodeward");
    assert.match(await bed.sh("nodeward --version"), /^\d+\.\d+\.\d+/);
    await unitsWork(bed);
    await recovers(bed);
    assert.match(await script(bed, "uninstall"), "Removed.");
    for (const name of units) assert.is.not((await bed.run(["systemctl", "cat", name])).code, 0, name);
    const running = await bed.sh("systemctl list-units --all --plain --no-legend 'nodeward-*'");
    assert.is(running.trim(), "");
    const after = new Set((await bed.sh("find /usr /etc -xdev ! -type d | sort")).split("\n"));
    for (const line of before.split("\n")) after.delete(line);
    assert.equal([...after], ["/etc/nodeward/nodeward.yaml", "/etc/ssh/sshd_config.d/50-cloud-init.conf"]);
  }));

test.run();
