// Puts the built program, its units and a site file into place, or takes them away again. Usage, as root:
//   install-node.ts install|uninstall   (DESTDIR=/mnt/image for another root directory)
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";

const top = fileURLToPath(new URL("..", import.meta.url));
const destination = process.env.DESTDIR ?? "";
const place = (path: string) => join(destination, path) || path;

const program = "/usr/lib/nodeward/nodeward.js";
const command = "/usr/bin/nodeward";
const site = "/etc/nodeward/nodeward.yaml";
const unitFolder = "/usr/lib/systemd/system";
const units = [
  "nodeward-bootstrap.service",
  "nodeward-daemon.service",
  "nodeward-drift.service",
  "nodeward-drift.timer",
  "nodeward-prove.service",
  "nodeward-recover.service",
  "nodeward-repair.service",
];
const enabled = ["nodeward-drift.timer", "nodeward-recover.service"];

/** Source in the tree, target on the node, mode. */
const files: readonly (readonly [string, string, number])[] = [
  ["dist/nodeward.js", program, 0o755],
  ["dist/nodeward.cache", program.replace(/\.js$/, ".cache"), 0o644],
  ...units.map((name): readonly [string, string, number] => [
    `packaging/systemd/${name}`,
    `${unitFolder}/${name}`,
    0o644,
  ]),
];

const siteText = `# What this node is asked for: see "Configuration" of nodeward's README.
extends: [baseline]
drift: {interval: 1h, notify: [journald]}
`;

/** systemd runs here and this is its root directory (sd_booted(3)). */
const booted = destination === "" && existsSync("/run/systemd/system");

async function install(): Promise<void> {
  for (const [source, target, mode] of files) {
    mkdirSync(dirname(place(target)), { recursive: true, mode: 0o755 });
    // Beside and then over it: whoever runs it meanwhile has the old or the new one.
    const beside = `${place(target)}.new`;
    copyFileSync(join(top, source), beside);
    chmodSync(beside, mode);
    await $`mv -T -- ${beside} ${place(target)}`;
  }
  mkdirSync(dirname(place(command)), { recursive: true });
  rmSync(place(command), { force: true });
  symlinkSync("../lib/nodeward/nodeward.js", place(command));
  if (!existsSync(place(site))) {
    mkdirSync(dirname(place(site)), { recursive: true, mode: 0o755 });
    writeFileSync(place(site), siteText, { mode: 0o644 });
  }
  if (booted) await $`systemctl daemon-reload`;
  console.log(`Installed ${command}, ${units.join(", ")}, ${site}.`);
  console.log(`Next: nodeward audit; systemctl enable --now ${enabled.join(" ")}`);
  console.log("nodeward-daemon.service looks at every change at once, in place of the timer.");
}

async function uninstall(): Promise<void> {
  if (booted) await $`systemctl disable --now ${enabled} nodeward-daemon.service`.nothrow().quiet();
  for (const [, target] of files) rmSync(place(target), { force: true });
  rmSync(place(command), { force: true });
  rmSync(dirname(place(program)), { recursive: true, force: true });
  if (booted) await $`systemctl daemon-reload`;
  console.log(
    `Removed. ${site} and /var/lib/nodeward stay: what nodeward changed can be undone only with them.`,
  );
}

$.verbose = false;
const [action] = process.argv.slice(2);
if (destination === "" && process.geteuid?.() !== 0) {
  console.error("install-node: only root may install; DESTDIR=… puts it under another directory");
  process.exitCode = 3;
} else if (action === "install" && !existsSync(join(top, "dist/nodeward.js"))) {
  console.error("install-node: dist/nodeward.js is missing: npm run build");
  process.exitCode = 3;
} else if (action === "install") await install();
else if (action === "uninstall") await uninstall();
else {
  console.error("usage: install-node.ts install|uninstall");
  process.exitCode = 2;
}
