// `nodeward apparmor lint`: the faults of policy files, by their text and by the parser of this machine where it has one.
import { resolve } from "node:path";
import { lintPolicy } from "../confine/apparmor-lint.js";
import { type Finding, finding } from "../confine/finding.js";
import { didYouMean } from "../core/nearest.js";
import { asker } from "../engine/gather.js";
import { apparmorFiles } from "../facts/apparmor-files.js";
import { shippedPolicies } from "../facts/apparmor-wanted.js";
import { packages } from "../facts/packages.js";
import { parsePolicyRules } from "../formats/apparmor-rules.js";
import type { Host } from "../host/host.js";
import { countOf, type LintedPolicy, lintJson, lintText } from "../report/apparmor-lint.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

const sizeLimit = 1024 * 1024;

interface Named {
  readonly name: string;
  readonly text: string;
  /** Where the parser can read it; none for what is on no disk. */
  readonly path: string | undefined;
}

/** A file, `-`, or the name of a profile that nodeward ships. */
async function policyText(context: Context, machine: Host, name: string): Promise<Named> {
  if (name === "-") return { name: "standard input", text: await context.input(), path: undefined };
  const shipped = shippedPolicies();
  const found = shipped.find((one) => one.name === name);
  if (found !== undefined) return { name: `${name} (shipped)`, text: found.text, path: undefined };
  const path = resolve(name);
  const read = await machine.read(path, { limit: sizeLimit });
  if (read.state === "ok") return { name, text: read.text, path };
  const names = shipped.map((one) => one.name);
  const isName = read.state === "absent" && /^[a-z-]+$/.test(name);
  throw new CommandError(
    exit.usage,
    isName
      ? `${name}: neither a file nor a shipped profile (${names.join(", ")})${didYouMean(name, names)}`
      : read.reason,
  );
}

/** `/etc/x:12: syntax error`: the parser's own words, with the line that it names. */
async function parserFindings(
  machine: Host,
  { path }: Named,
): Promise<{ readonly said: string; readonly findings: readonly Finding[] }> {
  if (path === undefined) return { said: "not given to apparmor_parser: it is no file", findings: [] };
  const result = await machine.run("apparmor-checked", path);
  if (result.state === "absent")
    return { said: "apparmor_parser is not installed here: the text alone was judged", findings: [] };
  if (result.state !== "ok")
    return { said: result.reason, findings: [finding("parser", "error", result.reason, 0)] };
  if (result.code === 0) return { said: "apparmor_parser takes it", findings: [] };
  const words = result.stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Cache "));
  const text = words.slice(0, 2).join("; ") || `it ended with ${result.code}`;
  const line = Number(/\bline (\d{1,7})\b/.exec(text)?.[1] ?? 0);
  return { said: "apparmor_parser refuses it", findings: [finding("parser", "error", text, line)] };
}

/** What the node has beside the files that are judged. */
async function nodeOf(context: Context, values: Values) {
  const host = open(context, String(values.root ?? "/"));
  try {
    const ask = asker(host);
    const [files, installed] = await Promise.all([ask(apparmorFiles), ask(packages)]);
    const parser =
      installed.state === "known" ? installed.value.get("apparmor")?.version.replace(/^\d+:/, "") : undefined;
    return { files: files.state === "known" ? files.value.files : [], parser };
  } finally {
    await host.close();
  }
}

/** 1 when a file has an error; with --strict also for a warning. */
export async function lintCommand(
  names: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  const node = await nodeOf(context, values);
  const machine = open(context, "/");
  try {
    const linted: LintedPolicy[] = [];
    for (const name of names) {
      const policy = await policyText(context, machine, name);
      const others = node.files
        .filter(({ path }) => path !== policy.path)
        .flatMap(({ attachments }) => attachments);
      const target = { parser: node.parser, containers: values.containers !== false, others };
      const own = lintPolicy({ text: policy.text, rules: parsePolicyRules(policy.text) }, target);
      const { said, findings } = await parserFindings(machine, policy);
      linted.push({ name: policy.name, findings: [...own, ...findings], parser: said });
    }
    const options = readOptions(values);
    const { columns, quiet } = viewFor(context, options);
    const text = values.format === "json" ? lintJson(linted) : lintText(linted, columns, quiet);
    deliver(context, options.output, text);
    const bad = countOf(linted, "error") + (options.strict ? countOf(linted, "warning") : 0);
    return bad > 0 ? exit.failed : exit.done;
  } finally {
    await machine.close();
  }
}
