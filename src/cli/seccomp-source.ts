// Where the seccomp commands take profiles and the node they are judged for: files of this machine, names of shipped ones,
// the facts of the node and the options that override them.
import { resolve } from "node:path";
import type { Filter } from "../confine/filter.js";
import type { Target } from "../confine/finding.js";
import { defaultFor } from "../confine/lint.js";
import { engines } from "../confine/runtime-default.js";
import { didYouMean } from "../core/nearest.js";
import { asker } from "../engine/gather.js";
import { seccompNode } from "../facts/seccomp-node.js";
import { shippedProfiles } from "../facts/seccomp-profiles.js";
import { architectures } from "../formats/syscall-table.js";
import type { Host } from "../host/host.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { Values } from "./options.js";
import { open } from "./prepare.js";

export interface ProfileText {
  readonly name: string;
  readonly text: string;
}

/** A larger file is no profile; recordings may be larger by far. */
const profileLimit = 1024 * 1024;

/** What stands for the default of the node's engine, where a profile is asked for. */
export const defaultWord = "runtime-default";

export async function fileText(
  context: Context,
  machine: Host,
  name: string,
  limit: number,
): Promise<string> {
  if (name === "-") return await context.input();
  const read = await machine.read(resolve(name), { limit });
  if (read.state !== "ok") throw new CommandError(exit.usage, read.reason);
  return read.text;
}

/** A file, `-`, or the name of a profile that nodeward ships. */
export async function profileText(context: Context, machine: Host, name: string): Promise<ProfileText> {
  const shipped = shippedProfiles();
  const found = shipped.find((one) => one.name === name);
  if (found !== undefined) return { name: `${name} (shipped)`, text: found.text };
  if (/^[a-z-]+$/.test(name) && name !== "-" && (await machine.stat(resolve(name))).state === "absent") {
    const names = shipped.map((one) => one.name);
    throw new CommandError(
      exit.usage,
      `${name}: neither a file nor a shipped profile (${names.join(", ")})${didYouMean(name, names)}`,
    );
  }
  return {
    name: name === "-" ? "standard input" : name,
    text: await fileText(context, machine, name, profileLimit),
  };
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the options say of the runtimes below the engine; undefined where they say nothing. */
function lowOf(values: Values): Target["low"] | undefined {
  const found = (["runc", "crun"] as const).flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    return [{ name, version: typeof value === "string" ? value : undefined }];
  });
  return found.length === 0 ? undefined : found;
}

/** The node of --root (or this one), with what options say instead. */
export async function targetOf(context: Context, values: Values): Promise<Target> {
  const host = open(context, String(values.root ?? "/"));
  try {
    const fact = await asker(host)(seccompNode);
    if (fact.state !== "known") throw new CommandError(exit.incomplete, fact.reason);
    const node = fact.value;
    const engine = engines.find((name) => name === values.engine) ?? node.engine;
    const same = engine === node.engine;
    return {
      architecture: architectures.find((one) => one === values.arch) ?? node.architecture,
      kernel: text(values, "kernel") ?? node.kernel,
      libseccomp: text(values, "libseccomp") ?? node.libseccomp,
      engine,
      engineVersion: text(values, "engineVersion") ?? (same ? node.engineVersion : undefined),
      low: lowOf(values) ?? node.low,
      noNewPrivileges: values.newPrivileges === false,
    };
  } finally {
    await host.close();
  }
}

/** Does something with files of this machine, for the node that the options name. */
export async function forTarget(
  context: Context,
  values: Values,
  work: (target: Target, machine: Host) => Promise<ExitCode>,
): Promise<ExitCode> {
  const target = await targetOf(context, values);
  const machine = open(context, "/");
  try {
    return await work(target, machine);
  } finally {
    await machine.close();
  }
}

export function engineName({ engine, engineVersion }: Target): string {
  return [engine ?? "containerd", engineVersion].filter((part) => part !== undefined).join(" ");
}

export function filterOfDefault(target: Target): Filter {
  return defaultFor(target);
}
