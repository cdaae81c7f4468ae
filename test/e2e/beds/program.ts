// nodeward as it is built from this tree, for putting on a node. Built once a run.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./process.js";

/** The source tree that the tests are in. */
export const top = fileURLToPath(new URL("../../..", import.meta.url));

const prefix = "nodeward-built-";

/** Takes away what runs that were killed have built. */
function sweepBuilt(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length).split("-")[0] : undefined;
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Builds the program of a source tree into a file that lasts as long as this process. */
export async function builtFrom(tree: string): Promise<string> {
  sweepBuilt();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "nodeward.js");
  const words = [process.execPath, "--import", "tsx", join(tree, "packaging/build.ts"), file];
  const built = await runProgram(["env", "-C", tree, ...words]);
  if (built.code !== 0) throw new Error(built.stderr);
  return file;
}

let built: Promise<string> | undefined;

export const program = {
  /** Where README.md installs it. */
  inside: "/usr/local/sbin/nodeward",
  /** Where it is on the test machine. */
  file(): Promise<string> {
    built ??= builtFrom(top);
    return built;
  },
  async text(): Promise<Uint8Array> {
    return readFileSync(await program.file());
  },
} as const;
