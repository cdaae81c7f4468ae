// `nodeward seccomp lint` and `diff`: faults of profiles for this node, and what lies between two of them in meaning.
import { compare } from "../confine/compare.js";
import type { Filter } from "../confine/filter.js";
import type { Target } from "../confine/finding.js";
import { lint, readingFor } from "../confine/lint.js";
import { readingOf } from "../confine/reading.js";
import { shippedSyscalls } from "../facts/seccomp-profiles.js";
import { parseSeccomp } from "../formats/seccomp.js";
import type { Host } from "../host/host.js";
import { count, diffJson, diffText, type Linted, lintJson, lintText } from "../report/seccomp.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { defaultWord, engineName, filterOfDefault, forTarget, profileText } from "./seccomp-source.js";

/** 1 when a profile has an error; with --strict also for a warning. */
export async function lintCommand(
  names: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  return await forTarget(context, values, async (target, machine) => {
    const linted: Linted[] = [];
    for (const one of names) {
      const { name, text } = await profileText(context, machine, one);
      const judgement = lint(parseSeccomp(text), target, shippedSyscalls());
      linted.push({ name, judgement, engine: engineName(target) });
    }
    const options = readOptions(values);
    const { columns, quiet } = viewFor(context, options);
    const json = values.format === "json";
    deliver(context, options.output, json ? lintJson(linted) : lintText(linted, columns, quiet));
    const bad = count(linted, "error") + (options.strict ? count(linted, "warning") : 0);
    return bad > 0 ? exit.failed : exit.done;
  });
}

async function filterOf(context: Context, machine: Host, name: string, target: Target) {
  if (name === defaultWord)
    return { name: `RuntimeDefault of ${engineName(target)}`, filter: filterOfDefault(target) };
  const read = await profileText(context, machine, name);
  const parsed = parseSeccomp(read.text);
  if (parsed.state === "error")
    throw new CommandError(exit.usage, `${read.name}:${parsed.line}: ${parsed.message}`);
  const filter: Filter | undefined = readingOf(parsed.profile, readingFor(target));
  if (filter === undefined)
    throw new CommandError(exit.usage, `${read.name}: makes no filter (nodeward seccomp lint says why)`);
  return { name: read.name, filter };
}

/** 1 when the two do not let the same calls through. */
export async function diffCommand(
  [first = "", second = ""]: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  return await forTarget(context, values, async (target, machine) => {
    const before = await filterOf(context, machine, first, target);
    const after = await filterOf(context, machine, second, target);
    const difference = compare(before.filter, after.filter, shippedSyscalls(), target.architecture);
    const compared = { before: before.name, after: after.name, difference };
    const options = readOptions(values);
    const { columns } = viewFor(context, options);
    deliver(
      context,
      options.output,
      values.format === "json" ? diffJson(compared) : diffText(compared, columns),
    );
    const { gained, lost, changed } = difference;
    return gained.length + lost.length + changed.length > 0 ? exit.failed : exit.done;
  });
}
