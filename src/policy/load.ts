// Profiles and site file -> one policy: what is extended, in which order, and what is wrong in which file. Selects nothing.
import { posix } from "node:path";
import { didYouMean } from "../core/nearest.js";
import { type DocumentResult, type PolicyDocument, type PolicyProblem, parsePolicy } from "./document.js";
import { type Framework, parseFramework } from "./references.js";

/** Reading of policy files, given by the caller: shipped ones by name, others by path. */
export interface PolicyFiles {
  shipped(name: string): string | undefined;
  readonly profileNames: readonly string[];
  /** The text of a file of the machine, or why it may not be used. */
  open(path: string): Promise<{ readonly text: string } | { readonly reason: string } | undefined>;
}

/** Files of the machine by path, as they were when they were opened; null where there was none. */
export type PolicyTexts = Readonly<Record<string, string | null>>;

export interface LoadedPolicy {
  /** Base first: a later document overrides an earlier one. */
  readonly documents: readonly PolicyDocument[];
  /** The profiles asked for, joined by `+`. */
  readonly name: string;
}

export type LoadResult =
  | { readonly state: "ok"; readonly policy: LoadedPolicy }
  | { readonly state: "error"; readonly problems: readonly PolicyProblem[] };

/** Levels of `extends`. */
const depthLimit = 16;

/** A name is a file when it looks like a path. */
function isPath(name: string): boolean {
  return name.includes("/") || /\.ya?ml$/.test(name);
}

/** A relative name is meant from the folder of the file that writes it. */
function beside(file: string, name: string): string {
  return file.startsWith("/") ? posix.resolve(posix.dirname(file), name) : name;
}

class Loader {
  readonly documents: PolicyDocument[] = [];
  readonly problems: PolicyProblem[] = [];
  private readonly loaded = new Set<string>();

  constructor(private readonly files: PolicyFiles) {}

  /** Loads a profile by name or path, and before it what it extends. */
  async profile(name: string, from: Omit<PolicyProblem, "message">, chain: readonly string[]): Promise<void> {
    const path = isPath(name) ? beside(from.file, name) : undefined;
    const key = path ?? name;
    if (chain.includes(key)) {
      this.problems.push({
        ...from,
        message: `${[...chain, key].join(" extends ")}: profiles extend each other`,
      });
      return;
    }
    if (chain.length > depthLimit) {
      this.problems.push({ ...from, message: `extends goes deeper than ${depthLimit} levels` });
      return;
    }
    if (this.loaded.has(key)) return;
    this.loaded.add(key);
    const result = path === undefined ? this.byName(name, from) : await this.byPath(path, from);
    if (result !== undefined) await this.add(result, [...chain, key]);
  }

  async add(result: DocumentResult, chain: readonly string[]): Promise<void> {
    if (result.state === "error") {
      this.problems.push(...result.problems);
      return;
    }
    for (const base of result.document.extends) {
      const { file, line, column } = base;
      await this.profile(base.value, { file, line, column }, chain);
    }
    this.documents.push(result.document);
  }

  private byName(name: string, from: Omit<PolicyProblem, "message">): DocumentResult | undefined {
    const known = this.files.profileNames.includes(name) ? this.files.shipped(name) : undefined;
    if (known !== undefined) return parsePolicy(`profiles/${name}.yaml`, known, true);
    const hint = didYouMean(name, this.files.profileNames);
    this.problems.push({
      ...from,
      message: `no profile ${name}${hint}: ${this.files.profileNames.join(", ")}`,
    });
    return undefined;
  }

  private async byPath(
    path: string,
    from: Omit<PolicyProblem, "message">,
  ): Promise<DocumentResult | undefined> {
    const opened = await this.files.open(path);
    if (opened !== undefined && "text" in opened) return parsePolicy(path, opened.text);
    this.problems.push({ ...from, message: opened?.reason ?? `no such file: ${path}` });
    return undefined;
  }
}

export interface PolicyRequest {
  /** The site file; `required` when it was named on the command line. */
  readonly config: { readonly path: string; readonly required: boolean };
  /** Profiles named on the command line; empty: what the site file extends, else `fallback`. */
  readonly profiles: readonly string[];
  readonly fallback: readonly string[];
}

/** Loads profiles and site file in the order in which they override each other: bases, profiles, site. */
export async function loadPolicy(request: PolicyRequest, files: PolicyFiles): Promise<LoadResult> {
  const loader = new Loader(files);
  const { path, required } = request.config;
  const opened = await files.open(path);
  const here = { file: path, line: 1, column: 1 };
  let site: DocumentResult | undefined;
  if (opened === undefined) {
    if (required) return { state: "error", problems: [{ ...here, message: `no such file: ${path}` }] };
  } else if ("reason" in opened) return { state: "error", problems: [{ ...here, message: opened.reason }] };
  else site = parsePolicy(path, opened.text);
  const extended = site?.state === "ok" ? site.document.extends.map(({ value }) => value) : [];
  const names = request.profiles.length > 0 ? request.profiles : extended.length > 0 ? [] : request.fallback;
  const commandLine = { file: "--profile", line: 0, column: 0 };
  for (const name of names) await loader.profile(name, commandLine, []);
  if (site !== undefined) {
    // Profiles named on the command line take the place of those the site file extends.
    const own: DocumentResult =
      site.state === "ok" && request.profiles.length > 0
        ? { state: "ok", document: { ...site.document, extends: [] } }
        : site;
    await loader.add(own, [path]);
  }
  if (loader.problems.length > 0) return { state: "error", problems: loader.problems };
  return {
    state: "ok",
    policy: {
      documents: loader.documents,
      name: [...names, ...(names.length > 0 ? [] : extended)].join("+"),
    },
  };
}

/** All shipped benchmark references; a broken shipped file is a bug and throws. */
export function shippedFrameworks(
  read: (name: string) => string | undefined,
  names: readonly string[],
): readonly Framework[] {
  return names
    .filter((name) => name.endsWith(".yaml"))
    .map((name): Framework => {
      const result = parseFramework(name, read(name) ?? "");
      if ("problem" in result) throw new Error(`${name}:${result.problem.line}: ${result.problem.message}`);
      return result.framework;
    });
}
