// Do we read apt.conf files as apt-config does? Generated files under the temporary folder; apt's own are left out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseAptConf } from "../../src/formats/apt-conf.js";
import { AptTree } from "../../src/formats/apt-tree.js";

const program = "/usr/bin/apt-config";

interface Read {
  readonly refused: boolean;
  readonly values: readonly string[];
}

/** The names of the generated files all begin with `T`; what apt sets itself does not. */
function mine(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => /^T\d?(?:::| )/.test(line));
}

function theirs(file: string): Read {
  const result = spawnSync(program, ["dump"], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", APT_CONFIG: file },
  });
  // A refused file is not dumped at all.
  return { refused: result.status !== 0, values: mine(result.stdout.split("\n")) };
}

function ours(text: string): Read {
  const { statements, problem } = parseAptConf(text);
  const tree = new AptTree<number>();
  for (const statement of statements) {
    if (statement.kind === "set") tree.set(statement.name, statement.value, statement.line);
    if (statement.kind === "clear") tree.clear(statement.name);
  }
  const lines = tree.dump().map(([name, value]) => `${name} "${value}";`);
  return problem === undefined ? { refused: false, values: mine(lines) } : { refused: true, values: [] };
}

const name = fc.constantFrom("T", "T::A", "t::a", "T1", "T::L", "T::L::", "T1::B::C", "T::A::L::");
const value = fc.constantFrom(
  '"1"',
  "1",
  '"a b"',
  '"a" "b"',
  "a%20b",
  '"http://x/#y"',
  '"/*no*/"',
  '""',
  "[x y]",
  '"q\tr"',
);
const comment = fc.constantFrom(
  "",
  "",
  "",
  " // c",
  " # c",
  " /* c */ ",
  "\n",
  "\n// c\n",
  "/* a\nb */",
  " #c\n",
  "\t",
);
const simple = fc.tuple(comment, name, value, comment).map(([a, n, v, b]) => `${a}\n${n} ${v}${b};`);
const list = fc
  .tuple(name, fc.array(value, { maxLength: 3 }), comment)
  .map(([n, values, c]) => `${n} {${c}\n${values.map((one) => `${one};`).join(" ")}\n};`);
const nested = fc
  .tuple(name, fc.array(fc.oneof(simple, list), { maxLength: 3 }))
  .map(([n, parts]) => `${n} {\n${parts.join("\n")}\n}${parts.length % 2 === 0 ? ";" : ""}\n`);
const clear = fc.tuple(fc.constantFrom("#clear ", "\n#clear "), name).map(([word, n]) => `\n${word}${n};`);
const broken = fc.constantFrom("}", "{", '"', ";", "T x y;", "\nT", "/*", "*/", "#clear;", "T::A [", "\r\n");
const file = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: simple },
      { weight: 3, arbitrary: list },
      { weight: 3, arbitrary: nested },
      { weight: 1, arbitrary: clear },
      { weight: 1, arbitrary: broken },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

if (existsSync(program))
  test("400 generated files: the same values, the same refused", () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-apt-conf-"));
    try {
      const path = join(folder, "apt.conf");
      for (const text of fc.sample(file, { numRuns: 400, seed: 43 })) {
        writeFileSync(path, text);
        assert.equal(ours(text), theirs(path), text);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
else console.log(`SKIPPED apt.conf: ${program} is not installed`);

test.run();
