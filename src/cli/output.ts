// Puts rendered text where -o says: standard output, or a file that is whole or not there.
import type { View } from "../report/view.js";
import { CommandError, type Context, exit } from "./context.js";
import type { ReadingOptions } from "./options.js";

/** A report tells an attacker where to look: nobody but its owner reads the file. */
const reportMode = 0o600;

export function viewFor(
  context: Context,
  options: Pick<ReadingOptions, "output" | "color" | "verbose" | "quiet">,
  closing?: string,
): View {
  const toTerminal = options.output === "-" && context.out.isTerminal;
  const noColour = (context.env.NO_COLOR ?? "") !== "";
  return {
    columns: toTerminal ? context.out.columns : 80,
    colour: toTerminal && options.color && !noColour,
    verbose: options.verbose,
    quiet: options.quiet,
    ...(closing === undefined ? {} : { closing }),
  };
}

/** Writes `text` to the file of -o or to standard output; a file that cannot be written is exit code 3. */
export function deliver(context: Context, output: string, text: string): void {
  if (output === "-") {
    context.out.write(text);
    return;
  }
  const written = context.writer.replace(output, text, reportMode);
  if (written.state === "failed")
    throw new CommandError(exit.incomplete, `cannot write the report: ${written.reason}`);
}
