// Bundles src/main.ts and the shipped data into one executable file, and beside it what V8 makes of it, for a faster start.
// Usage: build.ts [FILE], dist/nodeward.js unless told.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { parse } from "yaml";
import { cacheFile, mark, type PartName } from "./parts.js";
import { dataName } from "./rest.js";

const nodeRequire = createRequire(import.meta.url);
const top = fileURLToPath(new URL("..", import.meta.url));
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

const options = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  minifyIdentifiers: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // Nothing is imported at run time but Node's own modules, which require gives as well.
  supported: { "dynamic-import": false },
  absWorkingDir: top,
  write: false,
} satisfies BuildOptions;

/** Modules of which there is one for both parts: commands throw what the first part catches, and the data is loaded once. */
const sharedModules = ["src/cli/context.ts", "src/host/data.ts"].map((path) => join(top, path));

function outputOf(result: Awaited<ReturnType<typeof build>>): string {
  const text = result.outputFiles?.[0]?.text;
  if (text === undefined) throw new Error("esbuild made no file");
  return text.trimEnd();
}

/** Leaves what is imported on demand to the rest, and notes it. */
function onDemand(found: Set<string>): Plugin {
  return {
    name: "on-demand",
    setup(bundle) {
      bundle.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === "resolving" || path.startsWith("node:"))
          return undefined;
        const resolved = await bundle.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
        if (resolved.errors.length > 0) return { errors: resolved.errors };
        found.add(resolved.path);
        return { path: resolved.path, namespace: "rest" };
      });
      bundle.onLoad({ filter: /.*/, namespace: "rest" }, ({ path }) => ({
        contents: `module.exports = require("./packaging/rest.ts").rest(${JSON.stringify(relative(top, path))});`,
        resolveDir: top,
      }));
    },
  };
}

const sharing: Plugin = {
  name: "sharing",
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path.replace(/\.js$/, ".ts"));
      return sharedModules.includes(file) ? { path: file, namespace: "shared" } : undefined;
    });
    bundle.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
      contents: `module.exports = nodewardShared[${JSON.stringify(relative(top, path))}];`,
    }));
  },
};

/** Modules of Node's that cost milliseconds to load, and that many commands never use. */
const heavy = [
  "child_process",
  "crypto",
  "dgram",
  "http",
  "https",
  "net",
  "timers/promises",
  "tls",
  "worker_threads",
  "zlib",
];

/** Loads them when one of their functions is first asked for. Their classes must not be extended at the top of a module. */
const late: Plugin = {
  name: "late",
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace !== "late" && heavy.includes(path.slice("node:".length))
        ? { path, namespace: "late" }
        : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: "late" }, ({ path }) => {
      const names = Object.keys(nodeRequire(path)).filter((name) => /^[a-z]\w*$/i.test(name));
      const getters = names.map(
        (name) => `get ${name}() { return require(${JSON.stringify(path)}).${name}; }`,
      );
      return { contents: `module.exports = { ${getters.join(", ")} };`, loader: "js" };
    });
  },
};

/** The command line and the door to the machine. */
async function firstPart(found: Set<string>): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
  const shares = sharedModules.map((path) => {
    const name = JSON.stringify(relative(top, path));
    return `require("./packaging/rest.ts").share(${name}, require(${JSON.stringify(path)}));`;
  });
  const result = await build({
    ...options,
    stdin: {
      contents: [...shares, 'require("./src/main.ts");'].join("\n"),
      resolveDir: top,
      sourcefile: "first.js",
    },
    define: {
      NODEWARD_PACKAGE: JSON.stringify(JSON.stringify({ version })),
      NODEWARD_DATA: "nodewardData",
    },
    plugins: [onDemand(found), late],
    // Only where the program runs from source is asked where the source is.
    logOverride: { "empty-import-meta": "silent" },
    inject: [join(top, "packaging", "rest.ts")],
  });
  return outputOf(result);
}

/** Everything else: what the first part imports on demand, and the shipped data. */
async function restPart(found: ReadonlySet<string>): Promise<string> {
  const data: Record<string, string> = {};
  for (const path of folders.flatMap(filesOf).sort()) data[path] = embedded(path);
  const rows = [...found]
    .sort()
    .map((path) => `${JSON.stringify(relative(top, path))}: () => require(${JSON.stringify(path)}),`);
  const contents = [
    "module.exports = {",
    ...rows,
    `${JSON.stringify(dataName)}: () => (${JSON.stringify(data)}),`,
    "};",
  ];
  const result = await build({
    ...options,
    stdin: { contents: contents.join("\n"), resolveDir: top, sourcefile: "rest.js" },
    plugins: [sharing, late],
  });
  return outputOf(result);
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

/** A part as the loader finds it: its name, its hash and its text. */
function part(name: PartName, text: string): string {
  const source = `(function(require,module,nodewardShared){${oneLine(text)}})`;
  return `${mark(name)}${createHash("sha256").update(source).digest("hex")} ${source}`;
}

/** One file for `node FILE`, as a script or as a module, whichever the package.json above it makes of it. */
async function packed(first: string, rest: string): Promise<string> {
  const result = await build({ ...options, entryPoints: [join(top, "packaging", "loader.ts")] });
  const file = 'typeof __filename==="string"?__filename:process.argv[1]';
  const require =
    'typeof require==="function"?require:process.getBuiltinModule("node:module").createRequire(nodewardFile)';
  return [
    "#!/usr/bin/env node",
    "const nodeward=(nodewardFile)=>{",
    `((nodewardRequire)=>((require,module)=>{${outputOf(result)}\n})(nodewardRequire,{}))(${require});`,
    `${part("first", first).slice(1)}${part("rest", rest)}`,
    `};nodeward(${file});`,
  ].join("\n");
}

const found = new Set<string>();
const first = await firstPart(found);
mkdirSync(dirname(outfile), { recursive: true });
rmSync(cacheFile(outfile), { force: true });
writeFileSync(outfile, await packed(first, await restPart(found)));
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
