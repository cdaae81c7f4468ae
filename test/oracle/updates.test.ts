// Do we name the same pending updates as apt does? Fabricated lists and databases in a folder of their own; no network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { updates } from "../../src/facts/updates.js";
import { type Installed, listed } from "../support/apt-node.js";
import { openTree } from "../support/tree.js";

const program = "/usr/bin/apt";
const lists = "var/lib/apt/lists";

const names = ["aa", "bb", "cc-dev", "libd1"] as const;
const version = fc.constantFrom(
  "1.0-1",
  "1.0-1+deb12u1",
  "1.0-1+deb12u10",
  "1.0-1+deb12u9",
  "1:0.9-1",
  "1.0~rc1-1",
  "1.1-1",
);
const architecture = fc.constantFrom("amd64", "amd64", "all", "i386");
const one: fc.Arbitrary<Installed> = fc.record({
  name: fc.constantFrom(...names),
  version,
  architecture,
  want: fc.constantFrom("install", "install", "hold"),
});

/** A database and a list hold a package once an architecture. */
function distinct(packages: readonly Installed[]): readonly Installed[] {
  return [...new Map(packages.map((each) => [`${each.name}:${each.architecture}`, each])).values()];
}
/** dpkg installs one of `all` and `amd64`. */
function installable(packages: readonly Installed[]): readonly Installed[] {
  return [
    ...new Map(
      packages.filter((each) => each.architecture !== "i386").map((each) => [each.name, each]),
    ).values(),
  ];
}
const world = fc.record({
  installed: fc.array(one, { minLength: 1, maxLength: 4 }).map(installable),
  security: fc.array(one, { maxLength: 6 }).map(distinct),
  main: fc.array(one, { maxLength: 4 }).map(distinct),
});

function header(label: string, suite: string): string {
  return `Origin: Debian\nLabel: ${label}\nSuite: ${suite}\nCodename: ${suite}\nDate: Thu, 08 Jan 2026 10:00:00 UTC\nArchitectures: all amd64\nComponents: main\n`;
}

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function make(
  root: string,
  {
    installed,
    security,
    main,
  }: {
    readonly installed: readonly Installed[];
    readonly security: readonly Installed[];
    readonly main: readonly Installed[];
  },
): void {
  put(
    root,
    "etc/apt/sources.list",
    "deb http://s.invalid/s x-security main\ndeb http://m.invalid/m x main\n",
  );
  const status = installed
    .map(
      ({ name, version: has, architecture: arch, want }) =>
        `Package: ${name}\nStatus: ${want} ok installed\nPriority: optional\nSection: misc\nMaintainer: x <x@x>\nArchitecture: ${arch}\nVersion: ${has}\nDescription: x\n`,
    )
    .join("\n");
  const self =
    "Package: dpkg\nStatus: install ok installed\nMaintainer: x <x@x>\nArchitecture: amd64\nVersion: 1\nDescription: x\n";
  put(root, "var/lib/dpkg/status", `${self}\n${status}`);
  for (const [uri, label, suite, packages] of [
    ["s.invalid_s", "Debian-Security", "x-security", security],
    ["m.invalid_m", "Debian", "x", main],
  ] as const) {
    put(root, `${lists}/${uri}_dists_${suite}_InRelease`, header(label, suite));
    const text = packages.map((each) =>
      listed(each).replace(
        "Description",
        "Maintainer: x <x@x>\nFilename: p.deb\nSize: 1\nSHA256: 00\nDescription",
      ),
    );
    put(root, `${lists}/${uri}_dists_${suite}_main_binary-amd64_Packages`, text.join("\n"));
  }
}

/** `name version` of what apt could upgrade, with the archives that offer it. */
function theirs(root: string): ReadonlyMap<string, string> {
  const options = {
    Dir: `${root}/`,
    "Dir::State::status": join(root, "var/lib/dpkg/status"),
    "Dir::Etc::trustedparts": "/nonexistent",
    "APT::Architecture": "amd64",
    "APT::Architectures": "amd64",
    "Acquire::Languages": "none",
  };
  const words = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", APT_CONFIG: join(root, "apt.conf") };
  const { stdout, stderr } = spawnSync(program, ["list", "--upgradable", ...words], {
    encoding: "utf8",
    env,
  });
  const found = [...stdout.matchAll(/^([^/\s]+)\/(\S+) (\S+) (\S+) \[upgradable from/gm)];
  assert.not.match(stderr, /^E:/m);
  return new Map(found.map((match) => [`${match[1]} ${match[3]}`, match[2] ?? ""]));
}

async function ours(root: string): Promise<readonly string[]> {
  const fact = await asker(openTree(root))(updates);
  if (fact.state !== "known") throw new Error(fact.reason);
  assert.equal(fact.value.unread, []);
  return fact.value.pending.map(({ name, available }) => `${name} ${available}`);
}

if (existsSync(program))
  test("60 nodes: what waits in the security archive, and nothing else", async () => {
    const root = mkdtempSync(join(tmpdir(), "nodeward-updates-"));
    try {
      put(root, "apt.conf", 'Dir::Etc::parts "/dev/null"; Dir::Etc::main "/dev/null";\n');
      for (const path of [`${lists}/partial`, "var/cache/apt/archives/partial", "etc/apt/preferences.d"])
        mkdirSync(join(root, path), { recursive: true });
      for (const each of fc.sample(world, { numRuns: 60, seed: 47 })) {
        const shown = JSON.stringify(each);
        make(root, { ...each, main: [] });
        // The same version built otherwise (for all architectures instead of one) is an upgrade to apt; no fix is in it.
        const same = new Set(each.installed.map(({ name, version: has }) => `${name} ${has}`));
        const alone = new Map([...theirs(root)].filter(([key]) => !same.has(key)));
        assert.equal([...(await ours(root))].sort(), [...alone.keys()].sort(), shown);
        // With a second archive apt takes the newest of both; what waits for security is the same.
        make(root, each);
        const both = [...theirs(root).keys()].map((key) => key.split(" ")[0]);
        const waiting = await ours(root);
        assert.equal([...waiting].sort(), [...alone.keys()].sort(), shown);
        for (const key of waiting) assert.ok(both.includes(key.split(" ")[0]), `${shown}: ${key}`);
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
else console.log(`SKIPPED updates: ${program} is not installed`);

test.run();
