// `nodeward seccomp list` and `status`: which profiles there are, and how those in the kubelet's directory stand.
import { judge, meaning } from "../checks/seccomp/judge.js";
import { asker } from "../engine/gather.js";
import { kernelSeccomp } from "../facts/kernel-seccomp.js";
import {
  type InstalledProfile,
  type SeccompProfiles,
  seccompProfiles,
  shippedProfiles,
  sitePath,
  type WantedProfile,
} from "../facts/seccomp-profiles.js";
import { type NodeView, nodeJson, nodeText, type ProfileRow } from "../report/seccomp-node.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { listProfiles } from "./list-profiles.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open, prepare } from "./prepare.js";

export function listCommand(values: Values, context: Context): Promise<ExitCode> {
  return listProfiles(values, context, {
    folder: "seccomp",
    shipped: shippedProfiles(),
    site: sitePath,
    nameOf: ({ name }) => (name.endsWith(".json") ? name.slice(0, -5) : undefined),
  });
}

function strengthText(profiles: SeccompProfiles, parsed: WantedProfile["parsed"]): string {
  const { strength } = judge(profiles, parsed);
  return strength === undefined ? "" : `${strength.refused} of ${strength.calls}`;
}

function originText({ origin }: WantedProfile): string {
  return origin === "" ? "shipped" : "site";
}

function wantedRow(profiles: SeccompProfiles, wanted: WantedProfile, folder: string): ProfileRow {
  const name = `${folder}/${wanted.name}.json`;
  const found = profiles.installed.find((one) => one.name === name);
  const base = { name, origin: originText(wanted), strength: strengthText(profiles, wanted.parsed) };
  if (found === undefined) return { ...base, state: "missing", usedBy: [], detail: "" };
  const { usedBy } = found;
  if (found.file.text === wanted.text) return { ...base, state: "installed", usedBy, detail: "" };
  const detail = meaning(profiles, wanted.parsed, found.parsed);
  return { ...base, strength: strengthText(profiles, found.parsed), state: "changed", usedBy, detail };
}

function otherRow(profiles: SeccompProfiles, { name, parsed, usedBy }: InstalledProfile): ProfileRow {
  return {
    name,
    origin: "",
    state: "undeclared",
    strength: strengthText(profiles, parsed),
    usedBy,
    detail: "",
  };
}

function factLines({ node }: SeccompProfiles, actions: readonly string[] | undefined): readonly string[] {
  const low = node.low.map(({ name, version }) =>
    [name, version].filter((part) => part !== undefined).join(" "),
  );
  const engine = [node.engine ?? "engine not known", node.engineVersion]
    .filter((part) => part !== undefined)
    .join(" ");
  return [
    `kernel: ${node.kernel ?? "not seen"} (${node.architecture}), seccomp actions: ${actions?.join(", ") ?? "not seen"}`,
    `runtime: ${engine}, ${low.join(", ")}, libseccomp ${node.libseccomp ?? "not known"}`,
  ];
}

export function viewOf(
  profiles: SeccompProfiles,
  folder: string,
  actions: readonly string[] | undefined,
): NodeView {
  const wanted = profiles.wanted.map((one) => wantedRow(profiles, one, folder));
  const named = new Set(wanted.map(({ name }) => name));
  const others = profiles.installed
    .filter(({ name }) => !named.has(name))
    .map((one) => otherRow(profiles, one));
  return {
    folder: profiles.folder,
    rows: [...wanted, ...others],
    facts: [...factLines(profiles, actions), ...profiles.notes],
    problems: [
      ...profiles.unread.map(({ reason }) => reason),
      ...(profiles.usageUnknown === undefined ? [] : [`who uses what: ${profiles.usageUnknown}`]),
    ],
  };
}

/** The site's own word, as the checks go by it, unless the command line has another. */
async function folderOf(values: Values, context: Context): Promise<string> {
  if (typeof values.folder === "string") return values.folder;
  const options = { ...readOptions(values), only: ["seccomp.profiles.audit"], quiet: true };
  const { host, selected } = await prepare(context, options);
  await host.close();
  const folder = selected.find(({ check }) => check.id === "seccomp.profiles.audit")?.params.folder;
  return typeof folder === "string" ? folder : "nodeward";
}

/** 1 when a profile is not as it is meant to be; 3 when something could not be read. */
export async function statusCommand(values: Values, context: Context): Promise<ExitCode> {
  const host = open(context, String(values.root ?? "/"));
  try {
    const ask = asker(host);
    const fact = await ask(seccompProfiles);
    if (fact.state === "error") throw new CommandError(exit.incomplete, fact.reason);
    if (fact.state === "absent") {
      context.err.write(`nodeward: ${fact.reason}: there is no seccomp directory to look at\n`);
      return exit.done;
    }
    const kernel = await ask(kernelSeccomp);
    const folder = await folderOf(values, context);
    const view = viewOf(fact.value, folder, kernel.state === "known" ? kernel.value.actions : undefined);
    const options = readOptions(values);
    const { columns } = viewFor(context, options);
    deliver(
      context,
      options.output,
      values.format === "json" ? nodeJson(view) : nodeText(view, columns, options.quiet),
    );
    if (view.rows.some(({ state }) => state === "changed" || state === "missing")) return exit.failed;
    return view.problems.length > 0 ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
