// `nodeward explain`: all there is to know of one check or several.
import type { CatalogueFormat } from "../report/catalogue.js";
import { explain } from "../report/explain.js";
import { namedCatalogue } from "./catalogue.js";
import type { Context, ExitCode } from "./context.js";
import { exit } from "./context.js";
import { deliver, viewFor } from "./output.js";

export interface ExplainOptions {
  readonly format: CatalogueFormat;
  readonly output: string;
  readonly color: boolean;
}

export async function explainCommand(
  patterns: readonly string[],
  options: ExplainOptions,
  context: Context,
): Promise<ExitCode> {
  const { entries } = await namedCatalogue(context, patterns);
  const view = viewFor(context, { ...options, verbose: false, quiet: false });
  deliver(context, options.output, explain(entries, options.format, view));
  return exit.done;
}
