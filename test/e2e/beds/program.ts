// nodeward as it is built from this tree, for putting on a node. Built once a run.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./process.js";

const top = fileURLToPath(new URL("../../..", import.meta.url));

async function build(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-built-"));
  try {
    const file = join(folder, "nodeward.js");
    const built = await runProgram([
      process.execPath,
      "--import",
      "tsx",
      join(top, "packaging/build.ts"),
      file,
    ]);
    if (built.code !== 0) throw new Error(built.stderr);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let built: Promise<Uint8Array> | undefined;

export const program = {
  /** Where README.md installs it. */
  inside: "/usr/local/sbin/nodeward",
  text(): Promise<Uint8Array> {
    built ??= build();
    return built;
  },
} as const;
