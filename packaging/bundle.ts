// The modules of src put together to the parts of the program: each module is in one part, and the others come to it by the
// door. Writes no file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { checks } from "../src/checks/index.js";
import { dataName } from "./door.js";
import type { PartName } from "./parts.js";

const nodeRequire = createRequire(import.meta.url);
export const top = fileURLToPath(new URL("..", import.meta.url));

export const options = {
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

/** Modules by their paths from the top. */
type Names = ReadonlySet<string>;

interface Bundled {
  readonly text: string;
  readonly modules: Names;
  /** What it imports of other parts. */
  readonly wanted: Names;
}

/** Which modules are in which part. */
interface Division {
  /** In parts that are loaded before this one. */
  readonly earlier: Names;
  /** Of what is imported on demand, that which is in this part nevertheless. */
  readonly mine: (name: string) => boolean;
  /** How this part calls the door. */
  readonly door: string;
}

export function outputOf(result: Awaited<ReturnType<typeof build>>): string {
  const text = result.outputFiles?.[0]?.text;
  if (text === undefined) throw new Error("esbuild made no file");
  return text.trimEnd();
}

async function exportsOf(name: string): Promise<readonly string[]> {
  const entryPoints = [join(top, name)];
  const { metafile } = await build({ ...options, bundle: false, format: "esm", metafile: true, entryPoints });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

/** Leaves to the other parts what is theirs, and notes it. */
function elsewhere({ earlier, mine, door }: Division, wanted: Set<string>): Plugin {
  const from = (name: string) => `${door}(${JSON.stringify(name)})`;
  return {
    name: "elsewhere",
    setup(bundle) {
      bundle.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const name = relative(top, join(resolveDir, path.replace(/\.js$/, ".ts")));
        if (kind === "dynamic-import" || !earlier.has(name)) return undefined;
        wanted.add(name);
        return { path: name, namespace: "earlier" };
      });
      bundle.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === "resolving" || path.startsWith("node:"))
          return undefined;
        const resolved = await bundle.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
        if (resolved.errors.length > 0) return { errors: resolved.errors };
        const name = relative(top, resolved.path);
        if (!earlier.has(name) && mine(name)) return undefined;
        wanted.add(name);
        return { path: name, namespace: "on-demand" };
      });
      // Its names become variables of this part: nothing is asked of the door when they are used.
      bundle.onLoad({ filter: /.*/, namespace: "earlier" }, async ({ path }) => {
        const names = (await exportsOf(path)).join(", ");
        return { contents: `export const { ${names} } = ${from(path)};`, resolveDir: top };
      });
      bundle.onLoad({ filter: /.*/, namespace: "on-demand" }, ({ path }) => ({
        contents: `module.exports = ${from(path)};`,
        resolveDir: top,
      }));
    },
  };
}

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
export const late: Plugin = {
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
      // What esbuild makes for each importer copies own properties, and shares a prototype.
      return { contents: `module.exports = Object.create({ ${getters.join(", ")} });`, loader: "js" };
    });
  },
};

async function bundle(contents: string, division: Division, more: BuildOptions = {}): Promise<Bundled> {
  const wanted = new Set<string>();
  const result = await build({
    ...options,
    ...more,
    stdin: { contents, resolveDir: top, sourcefile: "part.js" },
    plugins: [elsewhere(division, wanted), late],
    metafile: true,
  });
  return { text: outputOf(result), modules: new Set(Object.keys(result.metafile.inputs)), wanted };
}

/** The modules of a part that others come to. */
function rows(names: Iterable<string>): string {
  return [...names]
    .sort()
    .map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(join(top, name))}),`)
    .join("\n");
}

/** The files of what the checks of a domain ask for. */
function factsOf(domains: readonly string[]): readonly string[] {
  const registry = readFileSync(join(top, "src/facts/index.ts"), "utf8");
  const files = new Map(
    [...registry.matchAll(/(\w+): async \(\) => \(await import\("\.\/([\w-]+)\.js"\)\)/g)].map(
      ([, name = "", file = ""]) => [name, `src/facts/${file}.ts`],
    ),
  );
  return checks
    .filter(({ domain }) => domains.includes(domain))
    .flatMap(({ needs, optional }) => [...needs, ...optional])
    .flatMap((name) => files.get(name) ?? []);
}

/** An audit of the domains that are asked for most needs no more. */
const auditEntries = [
  "src/cli/audit.ts",
  ...["text", "fleet-text", "json", "fleet"].map((format) => `src/report/${format}.ts`),
  "src/host/http.ts",
  ...factsOf(["sshd", "kubelet"]),
];

function only(names: Names, of: Names): readonly string[] {
  return [...names].filter((name) => of.has(name));
}

/** The text of each part: the command line and the door to the machine, what most audits need, everything else. */
export async function bundled(
  version: string,
  data: Readonly<Record<string, string>>,
): Promise<Readonly<Record<PartName, string>>> {
  const firstPart = (offered: Iterable<string>, mine: Names) =>
    bundle(
      `require("./packaging/door.ts").offer({${rows(offered)}}); require("./src/main.ts");`,
      { earlier: new Set(), mine: (name) => mine.has(name), door: 'require("./packaging/door.ts").moduleOf' },
      {
        define: {
          NODEWARD_PACKAGE: JSON.stringify(JSON.stringify({ version })),
          NODEWARD_DATA: "nodewardData",
        },
        // Only where the program runs from source is asked where the source is.
        logOverride: { "empty-import-meta": "silent" },
        inject: [join(top, "packaging", "door.ts")],
      },
    );
  const door = "nodewardModule";
  const shipped = `${JSON.stringify(dataName)}: () => (${JSON.stringify(data)}),`;
  const auditPart = (offered: Iterable<string>, mine: Names, earlier: Names) =>
    bundle(`module.exports = {${rows(offered)}${shipped}};`, {
      earlier,
      mine: (name) => mine.has(name),
      door,
    });
  // What is in a part is known when it was put together once; what it has to offer, when those after it were.
  const { modules: inFirst, wanted: demanded } = await firstPart([], new Set());
  const entries = new Set(auditEntries);
  const { modules: inAudit, wanted: wantedByAudit } = await auditPart(entries, entries, inFirst);
  const earlier = new Set([...inFirst, ...inAudit]);
  const left = [...demanded, ...wantedByAudit].filter((name) => !earlier.has(name));
  const rest = await bundle(`module.exports = {${rows(new Set(left))}};`, {
    earlier,
    mine: () => true,
    door,
  });
  const audit = await auditPart(
    new Set([...only(demanded, inAudit), ...only(rest.wanted, inAudit)]),
    inAudit,
    inFirst,
  );
  const offered = new Set([...only(audit.wanted, inFirst), ...only(rest.wanted, inFirst)]);
  const first = await firstPart(offered, inFirst);
  return { first: first.text, audit: audit.text, rest: rest.text };
}
