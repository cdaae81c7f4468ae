// Everything there is to say of a check (`nodeward explain`) as text, JSON or Markdown. Says nothing of a node.
import type { Check } from "../checks/define.js";
import type { Risk } from "../core/outcome.js";
import type { Param } from "../core/param.js";
import { type CatalogueEntry, type CatalogueFormat, entryJson } from "./catalogue.js";
import { markdownProse, markdownText } from "./escape.js";
import { paletteFor } from "./palette.js";
import type { View } from "./view.js";
import { hang, pad } from "./wrap.js";

const riskWords: Readonly<Record<Risk, string>> = {
  none: "nothing is interrupted",
  reload: "a service is reloaded",
  restart: "a service is restarted",
  lockout: "somebody may be kept from logging in",
  workload: "running pods may be affected",
  reboot: "it takes effect with a reboot",
};

/** A parameter's value as a person would write it in YAML. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.length === 0 ? "none" : items.map(valueText).join(", ");
  }
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return value === "" ? '""' : String(value);
}

function paramTexts(name: string, param: Param<unknown>, { profiles }: CatalogueEntry): readonly string[] {
  const set = profiles.filter(({ params }) => Object.hasOwn(params, name));
  return [
    `${name}: ${param.takes}; default ${valueText(param.default)}`,
    ...set.map(({ profile, params }) => `${name} in ${profile}: ${valueText(params[name])}`),
  ];
}

function repairText({ fixable, risk }: Check): string {
  return fixable ? `yes; risk: ${risk} (${riskWords[risk]})` : "no, by hand only";
}

type Row = readonly [label: string, texts: readonly string[]];

function rowsOf(entry: CatalogueEntry): readonly Row[] {
  const { check, profiles, references, reads } = entry;
  const params = Object.entries(check.params).flatMap(([name, param]) => paramTexts(name, param, entry));
  const items = Object.entries(references).map(
    ([framework, numbers]) => `${framework} ${numbers.join(", ")}`,
  );
  const rows: readonly Row[] = [
    ["Passes when", [check.title]],
    ["Severity", [check.severity]],
    [
      "Profiles",
      [
        profiles.length === 0
          ? "none: choose it with --only"
          : profiles.map(({ profile }) => profile).join(", "),
      ],
    ],
    ["Why", [check.why]],
    ["Reads", reads],
    ["Parameters", params],
    ["By hand", [check.remedy]],
    ["Automatic", [repairText(check)]],
    ["Can break", check.breaks === undefined ? [] : [check.breaks]],
    ["References", items],
    ["Tags", check.tags === undefined || check.tags.length === 0 ? [] : [check.tags.join(", ")]],
  ];
  return rows.filter(([, texts]) => texts.length > 0);
}

const labelWidth = 14;

function text(entry: CatalogueEntry, view: View): string {
  const { strong, faint } = paletteFor(view);
  const columns = Math.min(view.columns, 110);
  const rows = rowsOf(entry).flatMap(([label, texts]) =>
    texts.flatMap((one, index) => {
      const start = `  ${pad(index === 0 ? label : "", labelWidth)}`;
      return hang(start, one, columns).map((line) => line.replace(label, index === 0 ? faint(label) : label));
    }),
  );
  return `${[strong(entry.check.id), ...rows].join("\n")}\n`;
}

function markdown(entry: CatalogueEntry): string {
  const rows = rowsOf(entry).flatMap(([label, texts]) =>
    texts.length === 1
      ? [`- **${label}:** ${markdownProse(texts[0] ?? "")}`]
      : [`- **${label}:**`, ...texts.map((one) => `  - ${markdownProse(one)}`)],
  );
  return [`## ${markdownText(entry.check.id)}`, "", ...rows, ""].join("\n");
}

function json(entry: CatalogueEntry): object {
  const { check, profiles, reads } = entry;
  const params = Object.entries(check.params).map(([name, { takes, choices, default: fallback }]) => ({
    name,
    takes,
    ...(choices === undefined ? {} : { choices }),
    default: fallback,
    profiles: Object.fromEntries(
      profiles
        .filter(({ params: own }) => Object.hasOwn(own, name))
        .map(({ profile, params: own }) => [profile, own[name]]),
    ),
  }));
  return {
    ...entryJson(entry),
    why: check.why,
    reads,
    params,
    remedy: check.remedy,
    breaks: check.breaks ?? null,
  };
}

export function explain(entries: readonly CatalogueEntry[], format: CatalogueFormat, view: View): string {
  if (format === "json")
    return `${JSON.stringify({ schemaVersion: 1, checks: entries.map(json) }, null, 2)}\n`;
  return entries.map((entry) => (format === "markdown" ? markdown(entry) : text(entry, view))).join("\n");
}
