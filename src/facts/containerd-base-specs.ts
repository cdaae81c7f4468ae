// The base_runtime_spec files that containerd's runtimes name: each read once, its lines never shown, for a container's
// environment may stand in them. Not what they should give a container.
import type { Source } from "../core/source.js";
import { type BaseRuntimeSpec, parseBaseRuntimeSpec } from "../formats/base-runtime-spec.js";
import type { Host } from "../host/host.js";
import { plainPath } from "./contained.js";
import type { RuntimeSetting, StartProblem } from "./toml-layers.js";

export type { BaseRuntimeSpec } from "../formats/base-runtime-spec.js";

export interface ContainerdBaseSpec {
  readonly path: string;
  /** The runtimes that start their containers from it. */
  readonly runtimes: readonly string[];
  /** The line that names it. */
  readonly source: Source;
  /** Why it could not be judged, in place of what it says. */
  readonly content: BaseRuntimeSpec | { readonly unread: string };
  /** Where a bind mount's source leads. */
  real(path: string): string;
}

export interface ContainerdBaseSpecs {
  readonly all: readonly ContainerdBaseSpec[];
  /** Named files that are not there: the CRI plugin does not load. */
  readonly problems: readonly StartProblem[];
}

interface Named {
  readonly runtimes: readonly string[];
  readonly source: Source;
}

async function realPaths(host: Host, spec: BaseRuntimeSpec): Promise<ReadonlyMap<string, string>> {
  const sources = spec.mounts.map(({ value }) => value.source).filter((path) => path.startsWith("/"));
  const pairs = [...new Set(sources)].map(async (path): Promise<readonly [string, string]> => {
    const stat = await host.stat(path);
    return [path, plainPath(stat.state === "ok" ? stat.realPath : path)];
  });
  return new Map(await Promise.all(pairs));
}

async function readSpec(host: Host, path: string, named: Named): Promise<ContainerdBaseSpec | StartProblem> {
  const unread = (reason: string): ContainerdBaseSpec => ({
    path,
    ...named,
    content: { unread: reason },
    real: plainPath,
  });
  if (!path.startsWith("/"))
    return unread(`base_runtime_spec is ${path}, and from which folder containerd reads it is not known`);
  const read = await host.read(path);
  if (read.state === "absent")
    return {
      message: `${named.source.file} names the base_runtime_spec ${path}, which is not there: the CRI plugin does not start`,
      source: named.source,
    };
  if (read.state !== "ok") return unread(read.reason);
  const parsed = parseBaseRuntimeSpec(read.text);
  if (parsed.state === "error") return unread(`${path}:${parsed.line}: ${parsed.message}`);
  const real = await realPaths(host, parsed.spec);
  return {
    path,
    ...named,
    content: parsed.spec,
    real: (source) => real.get(source) ?? plainPath(source),
  };
}

/** `settings`: the base_runtime_spec of each runtime that has one. */
export async function containerdBaseSpecs(
  host: Host,
  settings: readonly (readonly [runtime: string, setting: RuntimeSetting])[],
): Promise<ContainerdBaseSpecs> {
  const named = new Map<string, Named>();
  for (const [runtime, { value, source }] of settings) {
    const path = String(value);
    const before = named.get(path);
    named.set(path, {
      runtimes: [...(before?.runtimes ?? []), runtime],
      source: before?.source ?? source,
    });
  }
  const found = await Promise.all([...named].map(([path, one]) => readSpec(host, path, one)));
  return {
    all: found.filter((one) => "path" in one),
    problems: found.filter((one) => "message" in one),
  };
}
