// Bundles src/main.ts and the shipped data into one executable file, and beside it what V8 makes of it, for a faster start.
// Usage: build.ts [FILE], dist/nodeward.js unless told.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { parse } from "yaml";
import { shippedFrameworks } from "../src/policy/load.js";
import { indexName, itemsByCheck } from "../src/policy/references.js";
import { bundled, late, options, outputOf, top } from "./bundle.js";
import { cacheFile, mark, type PartName, packed, partNames } from "./parts.js";

const folders = ["profiles", "profiles/references", "profiles/data", "schema", "seccomp", "apparmor"];
const outfile = process.argv[2] ?? join(top, "dist", "nodeward.js");

/** YAML becomes JSON here, so that the program starts without reading YAML. */
function embedded(path: string): string {
  const text = readFileSync(join(top, path), "utf8");
  return path.endsWith(".yaml") ? JSON.stringify(parse(text)) : text;
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(join(top, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${folder}/${entry.name}`);
  } catch {
    return [];
  }
}

/**
 * One line of ASCII, which V8 reads fastest. The line feeds that minifying leaves are those of template literals, and what is
 * not ASCII stands in patterns: both mean the same when they are escaped.
 */
function oneLine(text: string): string {
  return text
    .replaceAll("\n", "\\n")
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A part as the loader finds it: its name, its hash and its text, packed. */
function part(name: PartName, text: string): string {
  const given = name === "first" ? "nodewardPart" : "nodewardModule";
  const source = `(function(require,module,${given}){${oneLine(text)}})`;
  return `${mark(name)}${createHash("sha256").update(source).digest("hex")} ${packed(source)}`;
}

/** One file for `node FILE`, as a script or as a module, whichever the package.json above it makes of it. */
async function oneFile(texts: Readonly<Record<PartName, string>>): Promise<string> {
  const result = await build({
    ...options,
    entryPoints: [join(top, "packaging", "loader.ts")],
    plugins: [late],
  });
  const file = 'typeof __filename==="string"?__filename:process.argv[1]';
  const require =
    'typeof require==="function"?require:process.getBuiltinModule("node:module").createRequire(nodewardFile)';
  return [
    "#!/usr/bin/env node",
    // In parentheses V8 compiles it as it reads the file, and does not read all of it again when it is called.
    "const nodeward=(function(nodewardFile){",
    `((nodewardRequire)=>((require,module)=>{${outputOf(result)}\n})(nodewardRequire,{}))(${require});`,
    partNames
      .map((name) => part(name, texts[name]))
      .join("")
      .slice(1),
    `});nodeward(${file});`,
  ].join("\n");
}

const { version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
const data: Record<string, string> = {};
for (const path of folders.flatMap(filesOf).sort()) data[path] = embedded(path);
const references = "profiles/references/";
const names = Object.keys(data).filter((path) => path.startsWith(references));
data[indexName] = JSON.stringify(itemsByCheck(shippedFrameworks((name) => data[name], names)));
mkdirSync(dirname(outfile), { recursive: true });
rmSync(cacheFile(outfile), { force: true });
writeFileSync(outfile, await oneFile(await bundled(version, data)));
chmodSync(outfile, 0o755);
// Without it the package.json above would make the file a module, which Node starts more slowly.
if (process.argv[2] === undefined)
  writeFileSync(join(dirname(outfile), "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);

/** Adds what a run of the program compiles to its code cache. */
function warmUp(...args: readonly string[]): boolean {
  const warmed = spawnSync(
    process.execPath,
    ["--import", "tsx", join(top, "packaging", "warm-up.ts"), outfile, ...args],
    { cwd: top, stdio: ["ignore", "ignore", "inherit"], timeout: 60_000 },
  );
  return warmed.status === 0;
}

// A node with all there can be, and a running machine: this one, of which nothing is changed.
const node = join(top, "test", "fixtures", "nodes", "kubeadm-weak", "root");
if (!warmUp("audit", "--root", node, "--profile", "strict"))
  throw new Error("the program did not run on a test node");
warmUp("audit", "--skip", "tag:files.walk", "kubernetes.binaries");
