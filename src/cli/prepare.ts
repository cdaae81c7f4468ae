// From options to what a run needs: the opened host and the checks selected by profile, site file and patterns.
import { resolve } from "node:path";
import { checks } from "../checks/index.js";
import { asker } from "../engine/gather.js";
import { roles } from "../facts/roles.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import type { PolicyProblem } from "../policy/document.js";
import { type DriftSettings, driftSettings } from "../policy/drift-settings.js";
import { loadPolicy, type PolicyRequest, type PolicyTexts, shippedFrameworks } from "../policy/load.js";
import { indexName, type References, referencesBy, referencesOf } from "../policy/references.js";
import { type Selected, select } from "../policy/select.js";
import { CommandError, type Context, exit } from "./context.js";
import { sayCutOff } from "./cut-off.js";
import { defaultConfig, type ReadingOptions } from "./options.js";
import { notedFiles, policyFiles } from "./policy-files.js";
import { type Progress, progressLine } from "./progress.js";

export interface Prepared {
  readonly host: Host;
  readonly ask: Ask;
  readonly selected: readonly Selected[];
  readonly references: References;
  readonly profile: string;
  readonly drift: DriftSettings;
  readonly documents: PolicyTexts;
}

/** `file:line:column: message`, one a line. */
export function problemText(problems: readonly PolicyProblem[]): string {
  return problems
    .map(({ file, line, column, message }) =>
      line > 0 ? `${file}:${line}:${column}: ${message}` : `${file}: ${message}`,
    )
    .join("\n");
}

export function open(context: Context, root: string, progress?: Progress): Host {
  const opened = context.openHost(root, progress);
  if (opened.state === "ok") return opened.host;
  throw new CommandError(exit.usage, `--root: ${opened.reason}`);
}

export function references({ data }: Pick<Context, "data">): References {
  const folder = "profiles/references";
  const read = () => shippedFrameworks((name) => data.read(`${folder}/${name}`), data.list(folder));
  const index = data.read(indexName);
  return index === undefined ? referencesOf(read()) : referencesBy(JSON.parse(index), read);
}

async function fallbackProfiles(ask: Ask): Promise<readonly string[]> {
  const role = await ask(roles);
  const control = role.state === "known" && role.value.roles.includes("control-plane");
  return control ? ["baseline", "control-plane"] : ["baseline"];
}

/** Opens the host and selects checks; a wrong option, profile or site file is exit code 2. */
export async function prepare(context: Context, options: ReadingOptions): Promise<Prepared> {
  const host = open(context, options.root, options.quiet ? undefined : progressLine(context.err));
  const machine = options.root === "/" ? host : open(context, "/");
  const known = references(context);
  const ask = asker(host);
  const request: PolicyRequest = {
    config: { path: resolve(options.config ?? defaultConfig), required: options.config !== undefined },
    profiles: options.profile.map((name) => (/\/|\.ya?ml$/.test(name) ? resolve(name) : name)),
    fallback: await fallbackProfiles(ask),
  };
  const files = notedFiles(policyFiles(machine, context), options.documents);
  const loaded = await loadPolicy(request, files);
  if (loaded.state === "error") throw new CommandError(exit.usage, problemText(loaded.problems));
  const chosen = select(loaded.policy, options, checks, known);
  if (chosen.state === "error") throw new CommandError(exit.usage, problemText(chosen.problems));
  const drift = driftSettings(loaded.policy);
  if (drift.state === "error") throw new CommandError(exit.usage, problemText(drift.problems));
  if (machine !== host) await machine.close();
  await sayCutOff(context, host);
  for (const warning of chosen.warnings) context.err.write(`nodeward: ${warning}\n`);
  return {
    host,
    ask,
    selected: chosen.selected,
    references: known,
    profile: loaded.policy.name,
    drift: drift.settings,
    documents: files.texts(),
  };
}
