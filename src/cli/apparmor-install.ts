// `nodeward apparmor install`: puts the shipped profiles and the site's own into /etc/apparmor.d and into the kernel. The repair of the
// checks apparmor.profiles.*, and nothing beside it: shown before, journalled, undone like any other.
import { didYouMean } from "../core/nearest.js";
import { asker } from "../engine/gather.js";
import { apparmorProfiles } from "../facts/apparmor-profiles.js";
import { shippedPolicies, sitePolicies } from "../facts/apparmor-wanted.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { fixCommand } from "./fix.js";
import { readFixOptions } from "./fix-options.js";
import type { Values } from "./options.js";
import { open } from "./prepare.js";

/** The check that a profile's name stands for: the site's own are one check together. */
function checkOf(name: string, own: readonly string[]): string {
  const shipped = shippedPolicies().map((one) => one.name);
  if (shipped.includes(name)) return `apparmor.profiles.${name}`;
  if (own.includes(name)) return "apparmor.profiles.site";
  const known = [...shipped, ...own];
  throw new CommandError(
    exit.usage,
    `${name}: neither shipped nor in ${sitePolicies} (${known.join(", ")})${didYouMean(name, known)}`,
  );
}

export async function installCommand(
  names: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  const host = open(context, String(values.root ?? "/"));
  const fact = await asker(host)(apparmorProfiles);
  await host.close();
  if (fact.state === "error") throw new CommandError(exit.incomplete, fact.reason);
  const own =
    fact.state === "known"
      ? fact.value.policies.flatMap(({ name, origin }) => (origin === "" ? [] : [name]))
      : [];
  const checks = names.map((name) => checkOf(name, own));
  if (fact.state === "absent") {
    context.err.write(`nodeward: ${fact.reason}: there is nothing to install profiles for\n`);
    return exit.done;
  }
  if (!fact.value.parser)
    throw new CommandError(
      exit.incomplete,
      "apparmor_parser is not installed (package apparmor): no profile can be checked or loaded",
    );
  const only = names.length === 0 ? ["apparmor.profiles.*"] : [...new Set(checks)];
  return await fixCommand({ ...readFixOptions(values), only, skip: [] }, context);
}
