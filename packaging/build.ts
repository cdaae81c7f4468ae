// Bundles src/main.ts and the shipped data into one executable file. Usage: build.ts [FILE], dist/nodeward.js unless told.
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "yaml";

const top = fileURLToPath(new URL("..", import.meta.url));
const folders = ["profiles", "profiles/references", "profiles/data", "schema", "seccomp", "apparmor"];

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

const { version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
const data: Record<string, string> = { "package.json": JSON.stringify({ version }) };
for (const path of folders.flatMap(filesOf).sort()) data[path] = embedded(path);

const outfile = process.argv[2] ?? join(top, "dist", "nodeward.js");
mkdirSync(dirname(outfile), { recursive: true });
await build({
  entryPoints: [join(top, "src", "main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  minifyIdentifiers: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  define: { NODEWARD_DATA: JSON.stringify(data) },
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: 'import { createRequire as nodewardCreateRequire } from "node:module";\nconst require = nodewardCreateRequire(import.meta.url);',
  },
});
chmodSync(outfile, 0o755);
