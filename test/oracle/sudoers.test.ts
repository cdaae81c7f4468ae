// Do we read sudoers as sudo does? The same thousands of files to us, to visudo and to cvtsudoers: acceptance, place of
// the first error, and structure have to agree.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseSudoVersion, sinceSudo, sudoersDialect } from "../../src/formats/sudoers-dialect.js";
import { parseSudoersText } from "../../src/formats/sudoers-parser.js";
import { settingProblem } from "../../src/formats/sudoers-settings.js";
import type { SudoersEntry } from "../../src/formats/sudoers-tree.js";
import { sudoersCorpus } from "../support/sudoers-corpus.js";
import { sudoersFile } from "../support/sudoers-grammar.js";
import { repairedJson, sudoersJson } from "../support/sudoers-json.js";

const generated = 2400;

/** Files on which we differ from 1.9.13, and why. One that no longer differs fails. */
const knownDifferences: readonly (readonly [string, string])[] = [
  ["a ALL=^[{300}]$\n", "sudo looks for bounds inside brackets too"],
];

const said = spawnSync("visudo", ["--version"], { encoding: "utf8" });
const version = parseSudoVersion(/version (\S+)/.exec(said.stdout ?? "")?.[1] ?? "");
// Messages and JSON are those of this series; others differ in ways of their own.
const usable = version !== undefined && sinceSudo(version, "1.9.13") && !sinceSudo(version, "1.9.14");
const dialect = sudoersDialect(version ?? [1, 9, 13, 3]);

interface Verdict {
  readonly accepted: boolean;
  /** `line:column` of the first error, in bytes; undefined where it is not to be compared. */
  readonly first: string | undefined;
}

/** What visudo and cvtsudoers say of each file, with `inc` and `incd` beside it. */
function ask(folder: string, count: number): void {
  mkdirSync(join(folder, "incd"));
  writeFileSync(join(folder, "inc"), "# nothing\n");
  const script =
    'for f in "$@"; do visudo -c -f "$f" >/dev/null 2>"$f.err"; echo $? >"$f.rc"; ' +
    'cvtsudoers -f json -o "$f.json" "$f" >/dev/null 2>&1; done; true';
  const names = Array.from({ length: count }, (_, index) => join(folder, `f${index}`));
  execFileSync("xargs", ["-P2", "-n100", "sh", "-c", script, "sh"], {
    input: names.join("\n"),
    env: environment,
  });
}

const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" };
const warning = /unused|referenced but not defined|cycle in/;
/**
 * visudo alone minds patterns, where it meets them: to sudo the first error is another. In a string that goes on over a
 * line's end it counts columns from the line before.
 */
const misplaced =
  /line break in string|regular expression|nmatched|nvalid range|back reference|character class|content of/i;

function theirs(file: string): Verdict {
  const errors = readFileSync(`${file}.err`, "utf8").split("\n");
  const message = errors.find((line) => line.startsWith(`${file}:`) && !warning.test(line)) ?? "";
  const [line, column] = message.slice(file.length + 1).split(":");
  const first = misplaced.test(message) ? undefined : `${line}:${column}`;
  return { accepted: readFileSync(`${file}.rc`, "utf8").trim() === "0", first };
}

function aliasTwice(entries: readonly SudoersEntry[]): boolean {
  const names = entries
    .flatMap((entry) => (entry.kind === "aliases" ? entry.definitions : []))
    .map(({ kind, name }) => `${kind} ${name}`);
  return new Set(names).size < names.length;
}

function missing(entries: readonly SudoersEntry[]): boolean {
  return entries.some(
    (entry) => entry.kind === "include" && !entry.directory && !/^(?:\.\/)?inc$/.test(entry.path),
  );
}

function ours(text: string): Verdict & { readonly entries: readonly SudoersEntry[] } {
  const { entries, problems } = parseSudoersText(text, dialect);
  const settings = entries
    .flatMap((entry) => (entry.kind === "defaults" ? entry.settings : []))
    .filter((setting) => settingProblem(setting, dialect.version) !== undefined);
  const accepted = problems.length + settings.length === 0 && !aliasTwice(entries) && !missing(entries);
  const [one] = problems;
  // Where an alias or an include is at fault the place is judged in the facts' tests.
  const elsewhere = one === undefined || aliasTwice(entries) || missing(entries);
  const line = text.split("\n")[(one?.line ?? 1) - 1] ?? "";
  const column = Buffer.byteLength(line.slice(0, (one?.column ?? 1) - 1)) + 1;
  const first = elsewhere ? undefined : `${one.line}:${column}`;
  return { accepted, first, entries };
}

/** What differs for one file; undefined when nothing does. */
function difference(file: string, text: string): string | undefined {
  const [they, we] = [theirs(file), ours(text)];
  if (they.accepted !== we.accepted) return `visudo ${they.accepted ? "accepts" : "refuses"} it`;
  const incomparable = we.first === undefined || they.first === undefined;
  if (!they.accepted)
    return incomparable || we.first === they.first ? undefined : `${we.first} for ${they.first}`;
  const json = readFileSync(`${file}.json`, "utf8");
  const theirTree: unknown = JSON.parse(json === "" ? "{}" : repairedJson(json));
  const ourTree: unknown = JSON.parse(JSON.stringify(sudoersJson(we.entries, dialect)));
  return isDeepStrictEqual(theirTree, ourTree)
    ? undefined
    : `structure: ${JSON.stringify(ourTree)} for ${json}`;
}

function differences(texts: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-sudoers-"));
  try {
    texts.forEach((text, index) => {
      writeFileSync(join(folder, `f${index}`), text);
    });
    ask(folder, texts.length);
    return texts.map((text, index) => {
      const found = difference(join(folder, `f${index}`), text);
      return found === undefined ? "" : `${JSON.stringify(text)}: ${found}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (!usable) {
  test("visudo of sudo 1.9.13", () => {
    console.log("SKIPPED no visudo and cvtsudoers of sudo 1.9.13 on this machine");
  });
} else {
  test(`${generated} generated files`, () => {
    const texts = fc.sample(sudoersFile, { numRuns: generated, seed: 20260101 });
    const found = differences(texts).filter((one) => one !== "");
    assert.equal(found, []);
    const accepted = texts.filter((text) => ours(text).accepted).length;
    assert.ok(accepted > generated / 3, `${accepted} of ${generated} files are accepted`);
  });

  test(`a corpus of ${sudoersCorpus.length} files`, () => {
    assert.equal(
      differences(sudoersCorpus).filter((one) => one !== ""),
      [],
    );
  });

  test("the known differences are still there", () => {
    const found = differences(knownDifferences.map(([text]) => text));
    const gone = knownDifferences.filter((_, index) => found[index] === "");
    assert.equal(gone, []);
  });
}

test.run();
