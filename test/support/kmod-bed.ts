// Generated modprobe.d trees and a place where the real modprobe reads them: for the comparisons in test/oracle.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { memoryHost } from "../../src/host/memory.js";

export const program = "/sbin/modprobe";
export const release = "6.1.0-oracle";
export const folders = ["etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d", "lib/modprobe.d"];
export const modules = ["sctp", "sctp_diag", "usb-storage", "overlay", "udf", "n_hdlc"];
export const installed = existsSync(program) && existsSync("/sbin/depmod");

/** The number that `modprobe --version` gives; undefined where there is none. */
export const version = installed
  ? /\d+/.exec(spawnSync(program, ["--version"], { encoding: "utf8" }).stdout)?.[0]
  : undefined;

/** Files by path, without the leading slash. */
export type Tree = Readonly<Record<string, string>>;

export const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...modules) },
  fc.constantFrom("s*", "*", "usb?storage", "[st]ctp", "[!s]*", "o[a-z-]erlay", "bad]", "bad[x", "sctp-diag"),
  fc.constantFrom("sctp_", "US*", "x\r", "n\\_hdlc", "[[:alpha:]]*", "\\sctp", "s\\\\*"),
);
const blank = fc.constantFrom(" ", "\t", "  ", " \t ", "\\\n", " \\\n ", "");
export const command = fc.constantFrom(
  "/bin/false",
  "/bin/true",
  "/sbin/modprobe -i x",
  " /bin/false # c",
  "a\\b",
  "\t",
);
const some = fc.array(fc.constantFrom("udf", "overlay", "nosuch", "sctp", "Pre:"), { maxLength: 2 });
const words = fc
  .tuple(some, fc.constantFrom([], ["pre:"]), some, fc.constantFrom([], ["post:"]), some)
  .map((parts) => parts.flat());
const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constant("blacklist"), blank, name, blank) },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("install", "remove"), blank, name, blank, command) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("alias"), blank, name, blank, name, blank, name) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant("options"), blank, name, blank, fc.constantFrom("a=b", "", "a=b\tc")),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constant("softdep "), name, blank, words)
      .map(([verb, module, gap, list]) => [verb, module, gap, list.join(" ")]),
  },
  fc.constantFrom(
    [""],
    ["#blacklist sctp"],
    [" # x"],
    ["  blacklist udf"],
    ["include x"],
    ["Blacklist udf"],
    ["\\"],
  ),
);
const ending = fc.constantFrom("\n", "\n", "\n", "\n", "\r\n", "\\\n", "", "\0 x\n");
const file = fc
  .array(fc.tuple(line, ending), { maxLength: 6 })
  .map((lines) => lines.map(([parts, end]) => parts.join("") + end).join(""));
const fileName = fc.constantFrom(
  "a.conf",
  "b.conf",
  "A.conf",
  "z.conf",
  "nodeward-sctp.conf",
  "x.alias",
  ".h.conf",
  "c.txt",
  "é.conf",
  "modules.softdep",
);
export const tree: fc.Arbitrary<Tree> = fc.dictionary(
  fc.tuple(fc.constantFrom(...folders), fileName).map((parts) => parts.join("/")),
  file,
  { maxKeys: 6 },
);

export const top = installed ? mkdtempSync(join(tmpdir(), "nodeward-modprobe-")) : "";
export const kernel = `lib/modules/${release}`;

/** Makes the installed kernel whose modules are asked for. */
export function makeKernel(): void {
  for (const module of modules) {
    const path = join(top, kernel, "kernel", `${module}.ko`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  for (const list of ["order", "builtin", "builtin.modinfo"])
    writeFileSync(join(top, kernel, `modules.${list}`), "");
  spawnSync("/sbin/depmod", ["-b", top, release]);
}

export function removeKernel(): void {
  rmSync(top, { recursive: true, force: true });
}

/** Writes the files and nothing else; answers the arguments that make modprobe read them. */
export function lay(files: Tree): readonly string[] {
  for (const folder of folders) rmSync(join(top, folder), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return [...folders.flatMap((folder) => ["-C", join(top, folder)]), "-d", top, "-S", release];
}

export function run(args: readonly string[]): string {
  return spawnSync(program, [...args], { encoding: "latin1", env: { LC_ALL: "C" } }).stdout;
}

/** The same files and kernel for our side. */
export function hostOf(files: Tree, extra: Tree = {}) {
  const text = (path: string) => readFileSync(join(top, kernel, path), "utf8");
  return memoryHost({
    ...Object.fromEntries(Object.entries({ ...files, ...extra }).map(([path, one]) => [`/${path}`, one])),
    "/var/lib/dpkg/status": `Package: kmod\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}+1-1\n`,
    "/proc/sys/kernel/osrelease": `${release}\n`,
    [`/${kernel}/modules.dep`]: text("modules.dep"),
    [`/${kernel}/modules.builtin`]: text("modules.builtin"),
    [`/${kernel}/modules.softdep`]: text("modules.softdep"),
  });
}

/** The statements that `modprobe --showconfig` printed. */
export function theirConfig(output: string): readonly string[] {
  const text = Buffer.from(output, "latin1").toString("utf8");
  return text
    .slice(0, text.indexOf("\n# End of configuration files."))
    .split("\n")
    .filter((one) => one !== "");
}
