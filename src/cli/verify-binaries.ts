// `nodeward verify-binaries`: platform binaries against checksum lists, else against the package that installed them.
import { resolve } from "node:path";
import { asker } from "../engine/gather.js";
import { compare } from "../facts/binaries.js";
import { type Manifest, nodeManifest, readManifest } from "../facts/checksum-lists.js";
import type { Host } from "../host/host.js";
import { binariesJson, binariesText } from "../report/binaries.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export interface VerifyOptions {
  readonly root: string;
  /** Lists or folders of lists on this machine; empty: the node's own folder. */
  readonly manifests: readonly string[];
  readonly format: "text" | "json";
  readonly output: string;
  readonly strict: boolean;
}

async function manifestOf(node: Host, machine: Host, paths: readonly string[]): Promise<Manifest> {
  if (paths.length === 0) return await nodeManifest(node);
  const manifests = await Promise.all(
    paths.map(async (path) => {
      const absolute = resolve(path);
      const stat = await machine.stat(absolute);
      if (stat.state !== "ok") throw new CommandError(exit.usage, `--manifest: ${stat.reason}`);
      return await readManifest(machine, absolute);
    }),
  );
  const merged = {
    entries: manifests.flatMap(({ entries }) => entries),
    problems: manifests.flatMap(({ problems }) => problems),
  };
  if (merged.entries.length === 0)
    throw new CommandError(
      exit.usage,
      `--manifest: no checksum in ${paths.join(", ")}: ${merged.problems.join("; ")}`,
    );
  return merged;
}

/** 1 when a file differs; with --strict also when nothing says what it should be, or something could not be read. */
export async function verifyBinariesCommand(options: VerifyOptions, context: Context): Promise<ExitCode> {
  const host = open(context, options.root);
  const machine = options.root === "/" ? host : open(context, "/");
  try {
    const manifest = await manifestOf(host, machine, options.manifests);
    const found = await compare(host, asker(host), manifest);
    const { columns } = viewFor(context, {
      output: options.output,
      color: false,
      verbose: false,
      quiet: false,
    });
    deliver(
      context,
      options.output,
      options.format === "json" ? binariesJson(found) : binariesText(found, columns),
    );
    const states = found.binaries.map(({ verdict }) => verdict.state);
    const unsure = states.includes("unknown") || found.problems.length > 0;
    return states.includes("differs") || (options.strict && unsure) ? exit.failed : exit.done;
  } finally {
    await host.close();
    if (machine !== host) await machine.close();
  }
}
