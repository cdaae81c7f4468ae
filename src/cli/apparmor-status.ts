// `nodeward apparmor list` and `status`: which profiles there are, how ours stand on disk and in the kernel, and what each profile of
// the node confines.
import { faultsOf } from "../checks/apparmor/profiles.js";
import type { Fact } from "../core/fact.js";
import { asker } from "../engine/gather.js";
import { type AppArmor, apparmor } from "../facts/apparmor.js";
import { type AppArmorFiles, apparmorFiles } from "../facts/apparmor-files.js";
import { type AppArmorProfiles, apparmorProfiles, type PolicyState } from "../facts/apparmor-profiles.js";
import { shippedPolicies, sitePolicies } from "../facts/apparmor-wanted.js";
import {
  type LoadedRow,
  type NodeView,
  nodeJson,
  nodeText,
  type PolicyRow,
  type StandingOf,
} from "../report/apparmor.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { listProfiles } from "./list-profiles.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export function listCommand(values: Values, context: Context): Promise<ExitCode> {
  return listProfiles(values, context, {
    folder: "apparmor",
    shipped: shippedPolicies(),
    site: sitePolicies,
    nameOf: ({ name, kind }) =>
      kind === "directory" || name.startsWith(".") || name.endsWith(".md") ? undefined : name,
  });
}

function standingOf(policy: PolicyState): StandingOf {
  const { stored, text, refused } = policy;
  if (refused.length > 0) return "refused";
  if (stored.state !== "ok") return stored.state === "absent" ? "missing" : "unreadable";
  if (stored.text !== text) return "changed";
  return faultsOf(policy).length > 0 ? "not in force" : "installed";
}

function policyRow(policy: PolicyState): PolicyRow {
  const { name, origin, profiles, usedBy, refused } = policy;
  const loaded = profiles.state === "known" ? profiles.value : [];
  const modes = [...new Set(loaded.map((one) => one.loaded?.mode ?? "not loaded"))];
  const state = standingOf(policy);
  return {
    name,
    origin: origin === "" ? "shipped" : "site",
    state,
    kernel: profiles.state === "known" ? modes.join(", ") : "not seen",
    usedBy,
    detail: [...refused, ...(state === "missing" ? [] : faultsOf(policy))].join("; "),
  };
}

function loadedRows({ loaded, confined }: AppArmor): readonly LoadedRow[] {
  return loaded.map(({ name, mode, attach }) => ({
    name,
    mode,
    attach: attach ?? "",
    processes: confined.get(name)?.length ?? 0,
  }));
}

function onDisk(files: Fact<AppArmorFiles>): NodeView["disk"] {
  if (files.state !== "known") return { files: 0, disabled: [], complaining: [] };
  const active = files.value.files.filter(({ disabled }) => disabled === undefined);
  return {
    files: files.value.files.length,
    disabled: files.value.files.flatMap(({ name, disabled }) => (disabled === undefined ? [] : [name])),
    complaining: active.flatMap(({ forced, name, profiles }) =>
      forced === undefined
        ? profiles.flatMap((one) => (one.flags.includes("complain") ? [one.name] : []))
        : [name],
    ),
  };
}

export function viewOf(
  facts: AppArmorProfiles,
  kernel: Fact<AppArmor>,
  files: Fact<AppArmorFiles>,
): NodeView {
  const untold = facts.policies.flatMap(({ profiles, current, stored }) => [
    ...(stored.state === "denied" || stored.state === "failed" ? [stored.reason] : []),
    ...[profiles, current].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
  ]);
  const unread = [
    ...facts.unread,
    ...untold,
    ...(files.state === "known" ? files.value.unread : []),
    ...(kernel.state === "known" ? kernel.value.unread : []),
  ];
  return {
    policies: facts.policies.map(policyRow),
    loaded: kernel.state === "known" ? loadedRows(kernel.value) : undefined,
    disk: onDisk(files),
    parser: facts.parser,
    problems: [...new Set(unread)],
  };
}

/** 1 when a profile of ours is not as it is meant to be; 3 when something could not be read. */
export async function statusCommand(values: Values, context: Context): Promise<ExitCode> {
  const host = open(context, String(values.root ?? "/"));
  try {
    const ask = asker(host);
    const fact = await ask(apparmorProfiles);
    if (fact.state === "error") throw new CommandError(exit.incomplete, fact.reason);
    if (fact.state === "absent") {
      context.err.write(`nodeward: ${fact.reason}: there are no profiles to look at\n`);
      return exit.done;
    }
    const view = viewOf(fact.value, await ask(apparmor), await ask(apparmorFiles));
    const options = readOptions(values);
    const shown = viewFor(context, options);
    const text = values.format === "json" ? nodeJson(view) : nodeText(view, shown.columns, options);
    deliver(context, options.output, text);
    if (view.policies.some(({ state }) => state !== "installed" && state !== "unreadable"))
      return exit.failed;
    return view.problems.length > 0 ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
