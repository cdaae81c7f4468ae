// Are the floors, the homes of packages, the registries and the house rules of the source kept? Reads the imports.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../src/checks/index.js";
import { idForm } from "../src/core/report.js";

const top = fileURLToPath(new URL("..", import.meta.url));

/** Floor of each folder of src; a file at the top of src is the highest. */
const floors: Readonly<Record<string, number>> = {
  core: 0,
  formats: 1,
  host: 1,
  facts: 2,
  confine: 2,
  checks: 3,
  policy: 4,
  report: 4,
  state: 4,
  engine: 5,
  remedy: 6,
  daemon: 6,
  cli: 7,
};

/** Packages and the only folders that may import them. */
const homes: Readonly<Record<string, readonly string[]>> = {
  commander: ["src/cli"],
  execa: ["src/host"],
  yaml: ["src/formats", "packaging", "test/e2e"],
  "smol-toml": ["src/formats"],
  uvu: ["test"],
  "fast-check": ["test"],
  ajv: ["test", "packaging"],
  esbuild: ["packaging", "test/e2e", "test/faults"],
  zx: ["packaging", "test/e2e"],
};

/** Node's own modules that only the door to the machine may use. */
const hostOnly = [
  "node:fs",
  "node:fs/promises",
  "node:child_process",
  "node:net",
  "node:tls",
  "node:http",
  "node:https",
];

const folders = ["src", "test", "packaging"];

function files(folder: string): readonly string[] {
  return readdirSync(join(top, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
    .sort();
}

const texts = new Map(folders.flatMap(files).map((file) => [file, readFileSync(join(top, file), "utf8")]));
const sources = [...texts].filter(([file]) => file.startsWith("src/"));

/** What a file imports: `{ from, typeOnly }`. */
function importsOf(text: string): readonly { readonly from: string; readonly typeOnly: boolean }[] {
  const statics = [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)";/gm)];
  const dynamics = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)];
  return [
    ...statics.map((match) => ({ from: match[2] ?? "", typeOnly: match[1] !== undefined })),
    ...dynamics.map((match) => ({ from: match[1] ?? "", typeOnly: false })),
  ];
}

function folderOf(file: string): string {
  return file.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}

function resolved(file: string, from: string): string {
  return normalize(join(dirname(file), from)).replace(/\.js$/, ".ts");
}

test("a folder imports from lower floors and from itself", () => {
  const wrong = sources.flatMap(([file, text]) =>
    importsOf(text)
      .filter(({ from }) => from.startsWith("."))
      .map(({ from }) => resolved(file, from))
      .filter((target) => {
        const [mine, theirs] = [folderOf(file), folderOf(target)];
        if (mine === "main" || mine === theirs) return false;
        return (floors[theirs] ?? 99) >= (floors[mine] ?? -1);
      })
      .map((target) => `${file} imports ${target}`),
  );
  assert.equal(wrong, []);
});

test("no two files import each other, directly or round about", () => {
  const graph = new Map(
    sources.map(([file, text]) => [
      file,
      importsOf(text)
        .filter(({ from, typeOnly }) => from.startsWith(".") && !typeOnly)
        .map(({ from }) => resolved(file, from)),
    ]),
  );
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  assert.equal(cycles, []);
});

test("every package has one home", () => {
  const wrong = [...texts].flatMap(([file, text]) =>
    importsOf(text)
      .filter(({ from }) => !from.startsWith(".") && !from.startsWith("node:"))
      .map(({ from }) => from.split("/", 1)[0] ?? from)
      .filter((name) => !(homes[name] ?? []).some((home) => file.startsWith(`${home}/`)))
      .map((name) => `${file} imports ${name}`),
  );
  assert.equal(wrong, []);
});

test("only the host opens files, programs and sockets", () => {
  const wrong = sources.flatMap(([file, text]) =>
    importsOf(text)
      .filter(({ from }) => hostOnly.includes(from) && !file.startsWith("src/host/"))
      .map(({ from }) => `${file} imports ${from}`),
  );
  assert.equal(wrong, []);
});

test("process only in main, console nowhere, no way round the types", () => {
  const wrong = sources.flatMap(([file, text]) => {
    const code = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
    const found: string[] = [];
    if (file !== "src/main.ts" && /(?<![.\w])process\.\w/.test(code)) found.push(`${file} uses process`);
    if (/(?<![.\w])console\./.test(code)) found.push(`${file} uses console`);
    if (/(?::|<|as)\s*any\b|@ts-(?:ignore|expect-error|nocheck)|biome-ignore/.test(text))
      found.push(`${file} switches types off`);
    return found;
  });
  assert.equal(wrong, []);
});

test("`as` only where types are erased", () => {
  const allowed = ["src/checks/define.ts", "src/engine/", "src/host/ops.ts"];
  const wrong = sources
    .filter(([file]) => !allowed.some((prefix) => file.startsWith(prefix)))
    .filter(([, text]) => {
      const code = text
        .replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "")
        .replace(/`(?:[^`\\]|\\.)*`/g, "``")
        .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
        .replace(/^(?:import|export)[^;]*;/gm, "");
      return /\bas\s+(?!const\b)[A-Za-z{[(]/.test(code.replace(/\/\/.*$/gm, ""));
    })
    .map(([file]) => file);
  assert.equal(wrong, []);
});

test("checks are pure: not async, no host, no format, no package", () => {
  const wrong = sources
    .filter(([file]) => file.startsWith("src/checks/"))
    .flatMap(([file, text]) => [
      ...importsOf(text)
        .filter(({ from }) => !from.startsWith(".") || /\/(?:host|formats)\//.test(from))
        .map(({ from }) => `${file} imports ${from}`),
      ...(/\basync\b|\bawait\b|\bPromise\b/.test(text) ? [`${file} is async`] : []),
    ]);
  assert.equal(wrong, []);
});

test("files are kebab-case, say in the first line what they are, and have at most 250 lines", () => {
  const wrong = [...texts].flatMap(([file, text]) => {
    const lines = text.split("\n");
    const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
    const found: string[] = [];
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/.test(file.split("/").at(-1) ?? ""))
      found.push(`${file}: name`);
    if (/(?:^|\/)(?:utils?|helpers?|manager|common)(?:\.ts|\/)/.test(file))
      found.push(`${file}: says nothing`);
    if (file.startsWith("src/") && !first?.startsWith("// ")) found.push(`${file}: first line`);
    if (lines.length - 1 > 250) found.push(`${file}: ${lines.length - 1} lines`);
    return found;
  });
  assert.equal(wrong, []);
});

test("named exports, a check the one default export", () => {
  const wrong = sources
    .filter(([file, text]) => /^export default/m.test(text) && !file.startsWith("src/checks/"))
    .map(([file]) => file);
  assert.equal(wrong, []);
});

test("check ids are unique and stable in form", () => {
  const ids = checks.map(({ id }) => id);
  assert.equal(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
  assert.equal(
    ids.filter((id) => !idForm.test(id)),
    [],
  );
});

test.run();
