// Does the next boot set what we say? Generated files to our fact, to systemd-sysctl and to `sysctl --system`, which
// write into a /proc/sys that is only a directory (a mount namespace: nothing of this machine is changed).
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { kernelNumber } from "../../src/core/kernel-number.js";
import { asker } from "../../src/engine/gather.js";
import { type SysctlKey, sysctl } from "../../src/facts/sysctl.js";
import { sysctlPath } from "../../src/formats/sysctl-conf.js";
import { memoryHost } from "../../src/host/memory.js";
import { applied } from "../support/check.js";
import { openBed } from "../support/sysctl-bed.js";

type Tree = Readonly<Record<string, string>>;
type Program = "systemd" | "procps";

const programs = { systemd: "/lib/systemd/systemd-sysctl", procps: "/sbin/sysctl" } as const;
const folders = ["etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d"];
const keys: readonly SysctlKey[] = [
  "kernel.dmesg_restrict",
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.rp_filter",
  "net.ipv4.conf.default.rp_filter",
  "net.ipv4.conf.all.log_martians",
];
const top = mkdtempSync(join(tmpdir(), "nodeward-sysctl-"));
const unset = "unset";

for (const folder of [...folders, "etc", "sys"]) mkdirSync(join(top, folder), { recursive: true });
for (const key of keys) mkdirSync(dirname(join(top, "sys", sysctlPath(key))), { recursive: true });

const bed = openBed(top, programs);
const ready = existsSync(programs.systemd) && existsSync(programs.procps) && (await bed.line()) === "ready";
if (!ready) console.log("SKIPPED sysctl: systemd-sysctl, sysctl or a mount namespace (root) is missing");

test.after(() => {
  bed.end();
  rmSync(top, { recursive: true, force: true });
});

function lay(files: Tree): void {
  // The folders stay: they are mounted where the programs look.
  for (const folder of folders)
    for (const one of readdirSync(join(top, folder))) rmSync(join(top, folder, one), { recursive: true });
  rmSync(join(top, "etc/sysctl.conf"), { force: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(top, path), text);
  for (const key of keys) writeFileSync(join(top, "sys", sysctlPath(key)), unset);
}

async function theirs(program: Program, files: Tree): Promise<readonly string[]> {
  lay(files);
  await bed.run(program);
  // systemd-sysctl does not cut what stood there: as with the kernel, the first line is what was written.
  return keys.map((key) => readFileSync(join(top, "sys", sysctlPath(key)), "utf8").split("\n", 1)[0] ?? "");
}

const said = spawnSync(programs.procps, ["--version"], { encoding: "utf8" }).stdout;
const installed = {
  "/var/lib/dpkg/status": `Package: procps\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2:${/\d+\.\d+\.\d+/.exec(said ?? "")?.[0]}-1\n`,
};

function factOf(program: Program, files: Tree) {
  const systemd = program === "systemd" ? { "/lib/systemd/systemd-sysctl": "" } : {};
  return asker(
    memoryHost({ ...inMemory(files), ...systemd, ...installed, "/proc/sys/kernel/dmesg_restrict": unset }),
  )(sysctl);
}

async function settings(program: Program, files: Tree) {
  const fact = await factOf(program, files);
  if (fact.state !== "known") throw new Error(fact.reason);
  const { of } = fact.value;
  return keys.map((key) => of(key));
}

const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...keys) },
  { weight: 2, arbitrary: fc.constantFrom(...keys).map((one) => one.replaceAll(".", "/")) },
  fc.constantFrom(
    "net.ipv4.conf.*.rp_filter",
    "net/ipv4/conf/[ad]*/rp_filter",
    "net.ipv4.*",
    "net.ipv4.conf.all.*",
  ),
  fc.constantFrom(
    "net.ipv4.conf.al?.rp_filter",
    "*.dmesg_restrict",
    "kernel.nosuch",
    "net//ipv4/ip_forward",
    "/kernel/dmesg_restrict",
  ),
  fc.constantFrom(
    "net.ipv4/ip_forward",
    "kernel.dmesg_restrict.",
    "kernel/./dmesg_restrict",
    "net/ipv4/../ipv4/ip_forward",
  ),
);
const sign = fc.constantFrom("=", " = ", "\t=\t", " =", "= ", "==");
const value = fc.constantFrom("0", "1", "2", "1 # why", "a b\tc", "", "  ", "=1", "0x1");
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom("", "", "", "-", " ", "\t-", "- ", "--"), key, sign, value),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("-", " -", "- ", ""), key) },
  fc.constantFrom(["# kernel.dmesg_restrict=1"], ["; x"], [" #y"], ["x"], ["="], ["-"], ["\v"]),
);
const ending = fc.constantFrom("\n", "\n", "\n", "\n", "\r\n", "\r", "", "\0\n", "\n\n");
const file = fc
  .array(fc.tuple(line, ending), { maxLength: 6 })
  .map((lines) => lines.map(([parts, end]) => parts.join("") + end).join(""));
const name = fc.constantFrom(
  "10-a.conf",
  "50-b.conf",
  "99-z.conf",
  "A.conf",
  ".h.conf",
  "b.txt",
  "é.conf",
  "99-zzz.conf",
);
const tree: fc.Arbitrary<Tree> = fc
  .tuple(
    fc.dictionary(
      fc.tuple(fc.constantFrom(...folders), name).map((parts) => parts.join("/")),
      file,
      { maxKeys: 6 },
    ),
    fc.option(file, { nil: undefined }),
  )
  .map(([files, main]) => ({
    "usr/lib/sysctl.d/00-first.conf": "",
    ...files,
    ...(main === undefined ? {} : { "etc/sysctl.conf": main }),
  }));

for (const [program, seed] of [
  ["systemd", 1],
  ["procps", 2],
] as const)
  test(`500 trees: ${programs[program]} sets what we say`, async () => {
    if (!ready) return;
    for (const files of fc.sample(tree, { numRuns: 500, seed })) {
      const ours = (await settings(program, files)).map(({ boot }) => boot[0]?.value ?? unset);
      assert.equal(ours, await theirs(program, files), JSON.stringify(files));
    }
  });

function inMemory(files: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`/${path}`, text]));
}

for (const [program, seed] of [
  ["systemd", 3],
  ["procps", 4],
] as const)
  test(`120 trees: after our step ${programs[program]} sets the value`, async () => {
    if (!ready) return;
    let done = 0;
    for (const files of fc.sample(tree, { numRuns: 120, seed })) {
      const index = done % keys.length;
      const setting = (await settings(program, files))[index];
      const step = setting?.boot[0]?.set("7") ?? setting?.add("7");
      if (step === undefined) continue;
      const fixed = Object.entries(applied(inMemory(files), [step])).map(([path, node]) => [
        path.slice(1),
        typeof node === "string" ? node : (node.text ?? ""),
      ]);
      const after = await theirs(program, Object.fromEntries(fixed));
      assert.is(after[index], "7", `${keys[index]} ${JSON.stringify(fixed)}`);
      done++;
    }
    assert.ok(done > 80, `${done} trees with a step are too few to mean something`);
  });

const digits = fc.constantFrom("0", "1", "2", "07", "08", "0x1", "0X1f", "0x", "10", "-1", "+1", "yes", "");
const behind = fc.constantFrom("", " ", "\t", " # why", "# why", ",", ";", " 3", "\n4", "\v", "\r");

test("300 values: the kernel takes the number that we take (a network namespace of its own)", () => {
  const values = fc.sample(
    fc.tuple(fc.constantFrom("", " ", "\t"), digits, behind).map((parts) => parts.join("")),
    {
      numRuns: 300,
      seed: 5,
    },
  );
  const file = "/proc/sys/net/ipv4/conf/all/rp_filter";
  const loop = `for v; do echo 5 > ${file}; printf '%s\n' "$v" > ${file}; cat ${file}; done`;
  const result = spawnSync("unshare", ["-n", "sh", "-c", loop, "sh", ...values], { encoding: "utf8" });
  const seen = result.stdout.trim().split("\n");
  if (result.status !== 0 || seen.length !== values.length)
    return console.log("SKIPPED sysctl values: no network namespace (root is needed)");
  const ours = values.map((text) => String(kernelNumber(text) ?? 5));
  for (const [index, text] of values.entries()) assert.is(ours[index], seen[index], JSON.stringify(text));
});

test.run();
