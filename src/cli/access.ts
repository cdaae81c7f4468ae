// `nodeward access`: who and what has root on this machine, and by which way.
import { asker } from "../engine/gather.js";
import { access } from "../facts/access.js";
import { platform } from "../facts/platform.js";
import { accessJson, accessText } from "../report/access.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export type AccessOptions = Pick<ReadingOptions, "root" | "output" | "color" | "verbose" | "quiet">;

/** 3 when not everything could be seen, as without root: the list says what. */
export async function accessCommand(
  options: AccessOptions,
  format: "text" | "json",
  context: Context,
): Promise<ExitCode> {
  const host = open(context, options.root);
  try {
    const ask = asker(host);
    const [fact, os] = await Promise.all([ask(access), ask(platform)]);
    if (fact.state !== "known") throw new CommandError(exit.incomplete, fact.reason);
    const report = {
      hostname: os.state === "known" ? os.value.hostname : "",
      os: os.state === "known" ? os.value.os : "unknown",
      root: options.root,
      time: new Date(context.clock()).toISOString(),
      version: versionOf(context.data),
      access: fact.value,
    };
    const text = format === "json" ? accessJson(report) : accessText(report, viewFor(context, options));
    deliver(context, options.output, text);
    return fact.value.unknown.length > 0 ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
