// Do we read modprobe.d and the kernel's command line as kmod does? Generated texts to us and to `modprobe --showconfig`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dropIns } from "../../src/facts/drop-in-files.js";
import { parseModprobeParameters } from "../../src/formats/kernel-command-line.js";
import { type ModprobeStatement, parseModprobe, softDependencies } from "../../src/formats/modprobe.js";
import type { Tree } from "../support/kmod-bed.js";
import * as bed from "../support/kmod-bed.js";

const { installed, folders, release, top, program, tree, hostOf, lay, run, theirConfig } = bed;
if (!installed) console.log("SKIPPED modprobe: kmod is not installed");
test.before(() => bed.makeKernel());
test.after(() => bed.removeKernel());

function shown(statement: ModprobeStatement): string {
  const { command: verb, name: module, argument } = statement;
  if (verb === "blacklist") return `blacklist ${module}`;
  if (verb === "options") return `options ${module} ${argument.replaceAll("\t", " ")}`;
  if (verb !== "softdep") return `${verb} ${module} ${argument}`;
  // --showconfig prints such a line wrong, although kmod reads it right (softdep_to_char).
  if (/\spost:(?:\s.*)?\spre:/s.test(argument)) return `softdep ${module} …`;
  const { pre, post } = softDependencies(argument);
  // No blank between the two: so it is printed.
  const part = (label: string, list: readonly string[]) =>
    list.length > 0 ? `${label}: ${list.join(" ")}` : "";
  return `softdep ${module} ${part("pre", pre)}${part("post", post)}`;
}

const order = ["blacklist", "install", "remove", "alias", "options", "softdep"];

// As the fact has it, which modprobe-decisions.test.ts asks.
const names = Number(bed.version) < 33 ? /^[^.].*\.(?:conf|alias)$/s : /^[^.].*\.conf$/s;

type Ranked = readonly [number, string];

/** What kmod takes from the kernel's command line, as it prints it. */
function fromCommandLine(cmdline: string): readonly Ranked[] {
  return parseModprobeParameters(cmdline).flatMap(({ module, option }): readonly Ranked[] => {
    if (module === "modprobe" && option.startsWith("blacklist="))
      return option
        .slice(10)
        .split(",")
        .map((one) => [0, `blacklist ${one}`]);
    return [[4, `options ${module.replaceAll("-", "_")} ${option.replaceAll("\t", " ")}`]];
  });
}

async function ourConfig(files: Tree, cmdline: string): Promise<readonly string[]> {
  const found = await dropIns(hostOf(files), {
    directories: folders.map((folder) => `/${folder}`),
    accepts: (one) => names.test(one),
    directoriesHide: false,
  });
  const statements = found.files.flatMap(({ path, read }) =>
    read === undefined ? [] : parseModprobe(path, read.text).statements,
  );
  const lines = statements.map((statement): Ranked => [order.indexOf(statement.command), shown(statement)]);
  return [...lines, ...fromCommandLine(cmdline)].sort(([a], [b]) => a - b).map(([, text]) => text);
}

test("600 trees: the same statements in the same order as modprobe --showconfig", async () => {
  if (!installed) return;
  const cmdline = readFileSync("/proc/cmdline", "utf8");
  for (const files of fc.sample(tree, { numRuns: 600, seed: 1 })) {
    const ours = await ourConfig(files, cmdline);
    const theirs = theirConfig(run([...lay(files), "--showconfig"])).map((text, index) =>
      ours[index]?.endsWith("…") ? text.replace(/^(softdep \S+) .*$/s, "$1 …") : text,
    );
    assert.equal(ours, theirs, JSON.stringify(files));
  }
});
const word = fc.array(
  fc.constantFrom(
    "modprobe",
    ".",
    "=",
    "blacklist",
    ",",
    '"',
    "sctp",
    "usb-storage",
    "a",
    " ",
    "\t",
    "--",
    "quiet",
  ),
  { maxLength: 14 },
);
const commandLines = fc.sample(
  fc.array(word, { maxLength: 4 }).map((all) => `${all.map((one) => one.join("")).join(" ")}\n`),
  { numRuns: 150, seed: 4 },
);

test("150 command lines: the same words for modprobe as kmod finds in /proc/cmdline", () => {
  if (!installed) return;
  const fake = join(top, "cmdline");
  const script = `mount --bind "$1" /proc/cmdline && shift && "$@"`;
  const config = join(top, "empty");
  mkdirSync(config, { recursive: true });
  writeFileSync(fake, "");
  const show = (text: string) => {
    writeFileSync(fake, text);
    const args = [
      "-m",
      "sh",
      "-c",
      script,
      "sh",
      fake,
      program,
      "-C",
      config,
      "-d",
      top,
      "-S",
      release,
      "--showconfig",
    ];
    return spawnSync("unshare", args, { encoding: "utf8", env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } });
  };
  if (show("").status !== 0) return console.log("SKIPPED /proc/cmdline: no mount namespace (root is needed)");
  for (const text of commandLines) {
    const ours = [...fromCommandLine(text)].sort(([a], [b]) => a - b).map(([, one]) => one);
    assert.equal(ours, theirConfig(show(text).stdout), JSON.stringify(text));
  }
});

test.run();
