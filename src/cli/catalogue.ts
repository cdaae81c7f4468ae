// The catalogue of checks as commands show it: each check with the profiles that choose it and what they set. Reads
// profiles and references; prints nothing.
import { resolve } from "node:path";
import type { Check } from "../checks/define.js";
import { checks } from "../checks/index.js";
import { factSources } from "../facts/index.js";
import type { PolicyDocument } from "../policy/document.js";
import { type LoadedPolicy, loadPolicy, type PolicyFiles, type PolicyRequest } from "../policy/load.js";
import { parsePattern } from "../policy/pattern.js";
import type { References } from "../policy/references.js";
import { type Patterns, type Selected, select } from "../policy/select.js";
import type { CatalogueEntry } from "../report/catalogue.js";
import { CommandError, type Context, exit } from "./context.js";
import type { SelectionOptions } from "./options.js";
import { policyFiles } from "./policy-files.js";
import { open, problemText, references } from "./prepare.js";

/** In place of a site file. */
const noConfig = { path: "", required: false };

async function loaded(
  files: PolicyFiles,
  profiles: readonly string[],
  config: PolicyRequest["config"] = noConfig,
): Promise<LoadedPolicy> {
  const open: PolicyFiles["open"] = async (path) =>
    path === noConfig.path ? undefined : await files.open(path);
  const result = await loadPolicy({ config, profiles, fallback: ["baseline"] }, { ...files, open });
  if (result.state === "error") throw new CommandError(exit.usage, problemText(result.problems));
  return result.policy;
}

function chosen(policy: LoadedPolicy, patterns: Patterns, known: References): readonly Selected[] {
  const result = select(policy, patterns, checks, known);
  if (result.state === "error") throw new CommandError(exit.usage, problemText(result.problems));
  return result.selected;
}

/** A profile that switches everything on. */
function everything(): LoadedPolicy {
  const at = { file: "", line: 0, column: 0 };
  const document: PolicyDocument = {
    file: "",
    title: "",
    extends: [],
    checks: [{ ...at, value: { pattern: "*", on: true } }],
    params: [],
    waivers: [],
    sections: new Map(),
  };
  return { documents: [document], name: "" };
}

/** What a profile gives a parameter when that is not the default. */
function overrides({ check, params }: Selected): Readonly<Record<string, unknown>> {
  const differing = Object.entries(params).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(check.params[name]?.default),
  );
  return Object.fromEntries(differing);
}

interface Membership {
  readonly profile: string;
  readonly params: Readonly<Record<string, unknown>>;
}

async function memberships(
  files: PolicyFiles,
  known: References,
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const found = new Map<string, Membership[]>();
  for (const profile of files.profileNames)
    for (const one of chosen(await loaded(files, [profile]), { only: [], skip: [] }, known)) {
      const before = found.get(one.check.id) ?? [];
      found.set(one.check.id, [...before, { profile, params: overrides(one) }]);
    }
  return found;
}

async function entryOf(
  check: Check,
  profiles: readonly Membership[],
  known: References,
): Promise<CatalogueEntry> {
  const facts = [...check.needs, ...check.optional];
  return {
    check,
    profiles,
    references: known.of(check.id),
    reads: await Promise.all(facts.map(async (name) => (await factSources[name]()).title)),
  };
}

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly references: References;
}

/** Entries of `wanted`, which is told all that can be chosen from. */
async function catalogueOf(
  context: Context,
  wanted: (files: PolicyFiles, known: References) => Promise<readonly Check[]>,
): Promise<Catalogue> {
  const known = references(context);
  const host = open(context, "/");
  try {
    const files = policyFiles(host, context);
    const list = await wanted(files, known);
    const members = await memberships(files, known);
    return {
      references: known,
      entries: await Promise.all(list.map((check) => entryOf(check, members.get(check.id) ?? [], known))),
    };
  } finally {
    await host.close();
  }
}

/** All checks, or those of --profile and --config, narrowed by --only and --skip. */
export async function selectedCatalogue(context: Context, options: SelectionOptions): Promise<Catalogue> {
  return await catalogueOf(context, async (files, known) => {
    const { config, profile } = options;
    const site = config === undefined ? noConfig : { path: resolve(config), required: true };
    const asked = profile.length > 0 || config !== undefined;
    const names = profile.map((name) => (/\/|\.ya?ml$/.test(name) ? resolve(name) : name));
    const policy = asked ? await loaded(files, names, site) : everything();
    return chosen(policy, options, known).map(({ check }) => check);
  });
}

/** The checks that ids, globs, tags or benchmark numbers name, in the order of the catalogue. */
export async function namedCatalogue(context: Context, patterns: readonly string[]): Promise<Catalogue> {
  return await catalogueOf(context, async (_files, known) => {
    const parsed = patterns.map((pattern) => parsePattern(pattern, checks, known));
    const problems = parsed.flatMap((one) => (one.state === "error" ? [one.message] : []));
    if (problems.length > 0) throw new CommandError(exit.usage, problems.join("\n"));
    return checks.filter((check) => parsed.some((one) => one.state === "ok" && one.matches(check)));
  });
}
