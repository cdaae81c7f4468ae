// `nodeward secrets`: where secret material lies on this machine and who can read it; never the content.
import { asker } from "../engine/gather.js";
import { secrets } from "../facts/secrets.js";
import { secretsJson, secretsText } from "../report/secrets.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export type SecretsOptions = Pick<ReadingOptions, "root" | "output" | "color" | "verbose" | "quiet">;

/** 3 when not everything could be seen, as without root: the list says what. */
export async function secretsCommand(
  options: SecretsOptions,
  format: "text" | "json",
  context: Context,
): Promise<ExitCode> {
  const host = open(context, options.root);
  try {
    const fact = await asker(host)(secrets);
    if (fact.state !== "known") throw new CommandError(exit.incomplete, fact.reason);
    const view = viewFor(context, options);
    deliver(
      context,
      options.output,
      format === "json" ? secretsJson(fact.value) : secretsText(fact.value, view),
    );
    return fact.value.unread.length > 0 ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
