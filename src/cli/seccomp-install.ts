// `nodeward seccomp install`: puts the shipped profiles and the site's own into the kubelet's seccomp directory. The repair of
// the checks seccomp.profiles.* and seccomp.directory, and nothing beside it: shown before, journalled, undone like any other.
import { didYouMean } from "../core/nearest.js";
import { shippedProfiles, sitePath } from "../facts/seccomp-profiles.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { fixCommand } from "./fix.js";
import { readFixOptions } from "./fix-options.js";
import type { Values } from "./options.js";
import { open } from "./prepare.js";

/** The check that a profile's name stands for: the site's own are one check together. */
async function checkOf(name: string, values: Values, context: Context): Promise<string> {
  const shipped = shippedProfiles().map((one) => one.name);
  if (shipped.includes(name)) return `seccomp.profiles.${name}`;
  const host = open(context, String(values.root ?? "/"));
  const list = await host.list(sitePath);
  await host.close();
  const own = (list.state === "ok" ? list.entries : []).flatMap((entry) =>
    entry.name.endsWith(".json") ? [entry.name.slice(0, -5)] : [],
  );
  if (own.includes(name)) return "seccomp.profiles.site";
  const known = [...shipped, ...own];
  throw new CommandError(
    exit.usage,
    `${name}: neither shipped nor in ${sitePath} (${known.join(", ")})${didYouMean(name, known)}`,
  );
}

export async function installCommand(
  names: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  const checks: string[] = [];
  for (const name of names) checks.push(await checkOf(name, values, context));
  const only =
    names.length === 0
      ? ["seccomp.profiles.*", "seccomp.directory"]
      : [...new Set(checks), "seccomp.directory"];
  return await fixCommand({ ...readFixOptions(values), only, skip: [] }, context);
}
