// `nodeward checks`: the list of checks, or what of a benchmark they answer.
import { didYouMean } from "../core/nearest.js";
import { type CatalogueFormat, catalogue } from "../report/catalogue.js";
import { coverageOf, coverageText } from "../report/coverage.js";
import type { View } from "../report/view.js";
import { selectedCatalogue } from "./catalogue.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { OutputOptions, SelectionOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";

export interface ChecksOptions extends SelectionOptions, Omit<OutputOptions, "format"> {
  readonly format: CatalogueFormat;
  readonly framework?: string;
}

/** A line a check where no terminal limits it: grep and sort are used on such lists. */
function listView(context: Context, options: ChecksOptions): View {
  const view = viewFor(context, options);
  const toTerminal = options.output === "-" && context.out.isTerminal;
  return toTerminal ? view : { ...view, columns: 10_000 };
}

export async function checksCommand(options: ChecksOptions, context: Context): Promise<ExitCode> {
  const { entries, references } = await selectedCatalogue(context, options);
  const { framework: name, format, output } = options;
  if (name === undefined) {
    deliver(context, output, catalogue(entries, format, listView(context, options)));
    return exit.done;
  }
  const framework = references.named(name);
  if (framework === undefined)
    throw new CommandError(
      exit.usage,
      `no framework ${name}${didYouMean(name, references.names)}: ${references.frameworks.map((one) => one.name).join(", ")}`,
    );
  const selected = new Set(entries.map(({ check }) => check.id));
  const view = viewFor(context, options);
  deliver(context, output, coverageText(coverageOf(framework, selected), format, view));
  return exit.done;
}
