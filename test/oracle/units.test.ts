// Do we find units, drop-ins and enablement as systemd does? The same trees to us, to systemctl and to systemd-analyze.
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../src/host/memory.js";
import { oracle, put, unitsOf } from "../support/systemd.js";

const etc = "/etc/systemd/system";
const lib = "/usr/lib/systemd/system";
const service = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias=z.service\n";
const small = "[Service]\nExecStart=\nExecStart=/bin/true\n";

type Tree = readonly [string, string, MemoryFiles];

const version = Number(
  /^systemd (\d+)/.exec(spawnSync("systemctl", ["--version"], { encoding: "utf8" }).stdout)?.[1],
);
/** From 255 on systemd takes /lib for a part of /usr, and has no look at it of its own. */
const inLib: readonly Tree[] =
  version < 255 ? [["in /lib", "a.service", { "/lib/systemd/system/a.service": service }]] : [];

const trees: readonly Tree[] = [
  ["plain", "a.service", { [`${lib}/a.service`]: service }],
  ["shadowed", "a.service", { [`${lib}/a.service`]: service, [`${etc}/a.service`]: small }],
  [
    "in /usr/local/lib",
    "a.service",
    { "/usr/local/lib/systemd/system/a.service": service, [`${lib}/a.service`]: small },
  ],
  ...inLib,
  ["masked", "a.service", { [`${lib}/a.service`]: service, [`${etc}/a.service`]: { link: "/dev/null" } }],
  ["empty", "a.service", { [`${lib}/a.service`]: service, [`${etc}/a.service`]: "" }],
  [
    "masked in /run",
    "a.service",
    { [`${lib}/a.service`]: service, "/run/systemd/system/a.service": { link: "/dev/null" } },
  ],
  [
    "wanted",
    "a.service",
    {
      [`${lib}/a.service`]: service,
      [`${etc}/multi-user.target.wants/a.service`]: { link: `${lib}/a.service` },
    },
  ],
  [
    "required",
    "a.service",
    { [`${lib}/a.service`]: service, [`${etc}/x.target.requires/a.service`]: { link: `${lib}/a.service` } },
  ],
  [
    "wanted in /run",
    "a.service",
    {
      [`${lib}/a.service`]: service,
      "/run/systemd/system/x.target.wants/a.service": { link: `${lib}/a.service` },
    },
  ],
  [
    "wanted by the distribution",
    "a.service",
    { [`${lib}/a.service`]: service, [`${lib}/x.target.wants/a.service`]: { link: "../a.service" } },
  ],
  ["static", "a.service", { [`${lib}/a.service`]: small }],
  ["indirect", "a.service", { [`${lib}/a.service`]: `${small}[Install]\nAlso=b.socket\n` }],
  [
    "enabled by its alias",
    "a.service",
    { [`${lib}/a.service`]: service, [`${etc}/z.service`]: { link: `${lib}/a.service` } },
  ],
  [
    "asked by its alias",
    "z.service",
    { [`${lib}/a.service`]: service, [`${etc}/z.service`]: { link: `${lib}/a.service` } },
  ],
  [
    "[Install] in a drop-in",
    "a.service",
    { [`${lib}/a.service`]: small, [`${etc}/a.service.d/i.conf`]: "[Install]\nWantedBy=x.target\n" },
  ],
  ["linked", "a.service", { "/opt/a.service": service, [`${etc}/a.service`]: { link: "/opt/a.service" } }],
  [
    "instance",
    "t@x.service",
    { [`${lib}/t@.service`]: service, [`${etc}/x.target.wants/t@x.service`]: { link: `${lib}/t@.service` } },
  ],
  [
    "template",
    "t@.service",
    { [`${lib}/t@.service`]: service, [`${etc}/x.target.wants/t@x.service`]: { link: `${lib}/t@.service` } },
  ],
  [
    "template with its default instance",
    "t@.service",
    {
      [`${lib}/t@.service`]: `${service}DefaultInstance=x\n`,
      [`${etc}/x.target.wants/t@x.service`]: { link: `${lib}/t@.service` },
    },
  ],
  ["instance not wanted", "t@y.service", { [`${lib}/t@.service`]: service }],
  [
    "drop-ins everywhere",
    "foo-bar-baz.service",
    {
      [`${lib}/foo-bar-baz.service`]: service,
      [`${lib}/foo-bar-baz.service.d/10.conf`]: small,
      [`${lib}/foo-bar-baz.service.d/20.conf`]: small,
      "/usr/local/lib/systemd/system/foo-bar-baz.service.d/20.conf": small,
      [`${etc}/foo-.service.d/10.conf`]: small,
      [`${etc}/foo-bar-.service.d/10.conf`]: small,
      [`${etc}/foo-bar-.service.d/15.conf`]: small,
      [`${etc}/service.d/05.conf`]: small,
      [`${etc}/service.d/20.conf`]: small,
      [`${etc}/foo-bar-baz.service.d/.hidden.conf`]: small,
      [`${etc}/foo-bar-baz.service.d/no.txt`]: small,
      "/run/systemd/system/foo-bar-baz.service.d/Z.conf": small,
    },
  ],
  [
    "drop-ins of templates and instances",
    "t@x.service",
    {
      [`${lib}/t@.service`]: service,
      [`${lib}/t@.service.d/b.conf`]: small,
      [`${etc}/t@x.service.d/a.conf`]: small,
      [`${etc}/t@.service.d/a.conf`]: small,
    },
  ],
  [
    "drop-ins of an alias",
    "a.service",
    {
      [`${lib}/a.service`]: service,
      [`${etc}/z.service`]: { link: `${lib}/a.service` },
      [`${etc}/z.service.d/10.conf`]: small,
      [`${etc}/a.service.d/20.conf`]: small,
    },
  ],
];

for (const [name, unit, files] of trees)
  oracle(`enablement and drop-ins: ${name}`, async (folder) => {
    put(folder, files);
    const asked = spawnSync("systemctl", [`--root=${folder}`, "is-enabled", unit], { encoding: "utf8" });
    const ours = await (await unitsOf(files)).get(unit);
    assert.is(ours?.state, asked.stdout.trim(), "is-enabled");
    // A template cannot be loaded; with --root neither an alias nor a file outside the folders is found.
    if (
      ours === undefined ||
      ours.masked ||
      ours.state === "linked" ||
      unit.includes("@.") ||
      unit !== ours.name
    )
      return;
    const verified = spawnSync("systemd-analyze", [`--root=${folder}`, "--man=no", "verify", unit], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", SYSTEMD_LOG_LEVEL: "debug" },
    });
    const dump =
      verified.stdout.slice(verified.stdout.indexOf(`-> Unit ${unit}:`)).split(/\n\t*-> Unit /)[0] ?? "";
    const dropIns = [...dump.matchAll(/^\t*DropIn Path: (.*)$/gm)].map(([, path]) =>
      path?.slice(folder.length),
    );
    assert.equal(ours.dropIns, dropIns, "drop-ins");
    assert.is(ours.fragment, /Fragment Path: (.*)$/m.exec(dump)?.[1]?.slice(folder.length), "fragment");
  });

test.run();
