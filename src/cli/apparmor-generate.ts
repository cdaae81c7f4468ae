// `nodeward apparmor generate`: a policy from what AppArmor logged, new or added to an existing one. Loads and installs nothing.
import { resolve } from "node:path";
import {
  type Generated,
  type GenerateOptions,
  mergedPolicy,
  newPolicy,
  type Policies,
  startingIncludes,
} from "../confine/apparmor-generate.js";
import { Seen } from "../confine/apparmor-seen.js";
import { passedOver } from "../facts/apparmor-files.js";
import { AppArmorLogReader, isAppArmorLog } from "../formats/apparmor-event.js";
import { type PolicyRules, parsePolicyRules } from "../formats/apparmor-rules.js";
import type { Host } from "../host/host.js";
import { apparmorGeneratedText, apparmorWarnings, type Notes } from "../report/apparmor-generated.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";
import { fileText } from "./seccomp-source.js";

/** A day of a busy audit log. */
const recordingLimit = 256 * 1024 * 1024;
const policyLimit = 1024 * 1024;
/** Files that a policy includes in turn; Debian's own have some two hundred. */
const includeLimit = 1000;
const folder = "/etc/apparmor.d";

async function included(host: Host, name: string): Promise<readonly PolicyRules[]> {
  const path = name.startsWith("/") ? name : `${folder}/${name}`;
  const list = await host.list(path);
  const paths =
    list.state === "ok"
      ? list.entries.filter((one) => !passedOver.test(one.name)).map((one) => `${path}/${one.name}`)
      : [path];
  const reads = await Promise.all(paths.map(async (one) => await host.read(one, { limit: policyLimit })));
  return reads.flatMap((read) => (read.state === "ok" ? [parsePolicyRules(read.text)] : []));
}

/** What `names` include, in turn; one that is not there says nothing. */
async function policiesOf(host: Host, names: readonly string[]): Promise<Policies> {
  const found = new Map<string, readonly PolicyRules[]>();
  const left = [...names];
  for (let name = left.pop(); name !== undefined && found.size < includeLimit; name = left.pop()) {
    if (found.has(name)) continue;
    const policies = await included(host, name);
    found.set(name, policies);
    left.push(
      ...policies.flatMap((one) => [...one.includes, ...one.profiles.flatMap(({ includes }) => includes)]),
    );
  }
  return found;
}

/** The newest feature set that the node's policy can ask for; none on a machine without AppArmor's files. */
async function abiOf(host: Host): Promise<string> {
  const list = await host.list(`${folder}/abi`);
  const names = list.state === "ok" ? list.entries.map(({ name }) => name) : [];
  return (
    names
      .filter((name) => /^\d\.\d$/.test(name))
      .sort()
      .at(-1) ?? ""
  );
}

async function optionsOf(host: Host, values: Values): Promise<GenerateOptions> {
  const abi = typeof values.abi === "string" ? values.abi : await abiOf(host);
  return { abi, parser: abi >= "4" ? 4 : 3, complain: values.complain === true };
}

interface Heard {
  readonly seen: Seen;
  readonly notes: () => Notes;
}

async function hear(context: Context, machine: Host, files: readonly string[], only: string): Promise<Heard> {
  const seen = new Seen(only);
  const reader = new AppArmorLogReader((event) => seen.add(event));
  for (const file of files.length === 0 ? ["-"] : files) {
    const text = await fileText(context, machine, file, recordingLimit);
    if (!isAppArmorLog(text))
      throw new CommandError(
        exit.usage,
        `${file === "-" ? "standard input" : file}: holds no line of AppArmor (apparmor="ALLOWED" or "DENIED")`,
      );
    reader.read(text);
  }
  const notes = () => ({
    gaps: [...reader.gaps, ...seen.gaps],
    repeated: reader.repeated,
    unconfined: seen.unconfined,
  });
  return { seen, notes };
}

async function policyText(context: Context, machine: Host, name: string): Promise<string> {
  if (name === "-") return await context.input();
  const read = await machine.read(resolve(name), { limit: policyLimit });
  if (read.state !== "ok") throw new CommandError(exit.usage, read.reason);
  if (read.encoding !== "utf8")
    throw new CommandError(exit.usage, `${name}: is not UTF-8, and would not be written as it was read`);
  return read.text;
}

async function generated(
  context: Context,
  machine: Host,
  node: Host,
  heard: Heard,
  values: Values,
): Promise<Generated> {
  const options = await optionsOf(node, values);
  const profiles = heard.seen.profiles();
  if (typeof values.merge !== "string")
    return newPolicy(profiles, await policiesOf(node, startingIncludes), options);
  const text = await policyText(context, machine, values.merge);
  const policy = parsePolicyRules(text);
  const names = [
    ...policy.includes,
    ...policy.profiles.flatMap(({ includes }) => includes),
    ...startingIncludes,
  ];
  const made = mergedPolicy(text, profiles, await policiesOf(node, names), options);
  if ("problem" in made) throw new CommandError(exit.usage, `--merge: ${values.merge}: ${made.problem}`);
  return made;
}

function show(context: Context, values: Values, made: Generated, notes: Notes): void {
  const options = readOptions(values);
  if (values.format === "json") {
    const { policy, ...rest } = made;
    const json = { schemaVersion: 1, ...rest, ...notes, policy };
    deliver(context, options.output, `${JSON.stringify(json, null, 2)}\n`);
    context.err.write(apparmorWarnings(made));
    return;
  }
  deliver(context, options.output, made.policy);
  const { columns } = viewFor(context, options);
  const text = options.quiet
    ? apparmorWarnings(made)
    : apparmorGeneratedText(made, notes, columns, values.verbose === true);
  context.err.write(text);
}

/** 1 when something was seen that no rule could be made of and --strict is given. */
export async function generateCommand(
  files: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  const machine = open(context, "/");
  const node = open(context, String(values.root ?? "/"));
  try {
    const only = typeof values.program === "string" ? values.program : "";
    const heard = await hear(context, machine, files, only);
    const made = await generated(context, machine, node, heard, values);
    const notes = heard.notes();
    if (typeof values.merge !== "string" && made.profiles.length === 0)
      throw new CommandError(
        exit.usage,
        `the recording tells nothing that a rule can be made of${only === "" ? "" : ` for ${only}`}`,
      );
    show(context, values, made, notes);
    return values.strict === true && notes.gaps.length > 0 ? exit.failed : exit.done;
  } finally {
    await node.close();
    await machine.close();
  }
}
