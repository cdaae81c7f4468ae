// The section `drift` of a site file: how often the node is looked at, and who is told of what changed. Tells nobody.
import { didYouMean } from "../core/nearest.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { PolicyProblem } from "./document.js";
import type { LoadedPolicy } from "./load.js";

export type Channel =
  | { readonly kind: "journald" }
  | { readonly kind: "prometheus"; readonly file: string }
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** A file with the key of the HMAC; undefined: not signed. */
      readonly secretFile: string | undefined;
    }
  | { readonly kind: "command"; readonly program: string; readonly args: readonly string[] };
export type ChannelKind = Channel["kind"];

export interface DriftSettings {
  /** Milliseconds between two looks of the daemon. */
  readonly intervalMs: number;
  readonly notify: readonly Channel[];
}

export type DriftSettingsResult =
  | { readonly state: "ok"; readonly settings: DriftSettings }
  | { readonly state: "error"; readonly problems: readonly PolicyProblem[] };

/** Where Debian's node_exporter looks for textfiles. */
export const textfile = "/var/lib/prometheus/node-exporter/nodeward.prom";
const kinds: readonly ChannelKind[] = ["journald", "prometheus", "webhook", "command"];
const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const [shortest, longest] = [60_000, 7 * 86_400_000];

class Reader {
  readonly problems: PolicyProblem[] = [];
  constructor(private readonly file: string) {}

  bad(node: YamlNode, message: string): undefined {
    this.problems.push({ file: this.file, line: node.line, column: node.column, message });
    return undefined;
  }

  text(node: YamlNode | undefined, of: YamlNode, what: string): string | undefined {
    if (node?.kind === "scalar" && node.text !== "") return node.text;
    return this.bad(node ?? of, `${what} takes a text`);
  }

  path(node: YamlNode | undefined, of: YamlNode, what: string): string | undefined {
    const text = this.text(node, of, what);
    if (text === undefined || text.startsWith("/")) return text;
    return this.bad(node ?? of, `${what} takes an absolute path`);
  }

  keys(node: YamlNode, known: readonly string[], what: string): ReadonlyMap<string, YamlNode> {
    if (node.kind !== "map") {
      this.bad(node, `${what} takes a map`);
      return new Map();
    }
    for (const { key, keyNode } of node.entries)
      if (!known.includes(key)) this.bad(keyNode, `unknown key ${key} in ${what}${didYouMean(key, known)}`);
    return new Map(node.entries.map(({ key, value }) => [key, value]));
  }

  interval(node: YamlNode): number | undefined {
    const found = /^(\d{1,6})([smhd])$/.exec(node.kind === "scalar" ? node.text : "");
    const ms = Number(found?.[1]) * (units[found?.[2] ?? ""] ?? Number.NaN);
    if (ms >= shortest && ms <= longest) return ms;
    return this.bad(node, "drift.interval takes a time such as 30m or 6h, from 1m to 7d");
  }

  webhook(node: YamlNode): Channel | undefined {
    const given = this.keys(node, ["url", "secretFile"], "a webhook");
    const url = this.text(given.get("url"), node, "url");
    const secret = given.get("secretFile");
    const secretFile = secret === undefined ? undefined : this.path(secret, node, "secretFile");
    if (url === undefined || (secret !== undefined && secretFile === undefined)) return undefined;
    // In the clear to this machine alone.
    if (!/^https:\/\/[^\s@]+$|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:\/\S*)?$/.test(url))
      return this.bad(given.get("url") ?? node, "url takes https://…, without a user name");
    return { kind: "webhook", url, secretFile };
  }

  command(node: YamlNode): Channel | undefined {
    const given = this.keys(node, ["program", "args"], "a command");
    const program = this.path(given.get("program"), node, "program");
    const args = given.get("args");
    if (args !== undefined && args.kind !== "list") return this.bad(args, "args takes a list");
    const words = (args?.items ?? []).map((word) => this.text(word, word, "args"));
    if (program === undefined || words.some((word) => word === undefined)) return undefined;
    return { kind: "command", program, args: words.filter((word) => word !== undefined) };
  }

  /** `journald`, or `webhook: {…}`. */
  channel(node: YamlNode): Channel | undefined {
    const [entry] = node.kind === "map" ? node.entries : [];
    const name = node.kind === "scalar" ? node.text : entry?.key;
    const kind = kinds.find((known) => known === name);
    if (kind === undefined || (node.kind === "map" && node.entries.length !== 1))
      return this.bad(
        node,
        `drift.notify takes a list of ${kinds.join(", ")}${didYouMean(name ?? "", kinds)}`,
      );
    const settings = entry?.value;
    if (kind === "journald") return { kind };
    if (kind === "prometheus") {
      const file =
        settings === undefined ? undefined : this.keys(settings, ["file"], "prometheus").get("file");
      const path = file === undefined ? textfile : this.path(file, node, "file");
      if (path !== undefined && !path.endsWith(".prom"))
        return this.bad(file ?? node, "file takes a name that ends in .prom: node_exporter reads no other");
      return path === undefined ? undefined : { kind, file: path };
    }
    if (settings === undefined) return this.bad(node, `${kind} takes a map of its settings`);
    return kind === "webhook" ? this.webhook(settings) : this.command(settings);
  }
}

/** The settings in force: the last document that gives a key wins. */
export function driftSettings({ documents }: LoadedPolicy): DriftSettingsResult {
  let settings: DriftSettings = { intervalMs: 3_600_000, notify: [{ kind: "journald" }] };
  const problems: PolicyProblem[] = [];
  for (const { file, sections } of documents) {
    const section = sections.get("drift");
    if (section === undefined) continue;
    const reader = new Reader(file);
    const given = reader.keys(section, ["interval", "notify"], "drift");
    const interval = given.get("interval");
    if (interval !== undefined)
      settings = { ...settings, intervalMs: reader.interval(interval) ?? settings.intervalMs };
    const notify = given.get("notify");
    if (notify?.kind === "list")
      settings = {
        ...settings,
        notify: notify.items.map((item) => reader.channel(item)).filter((one) => one !== undefined),
      };
    else if (notify !== undefined) reader.bad(notify, "drift.notify takes a list");
    problems.push(...reader.problems);
  }
  return problems.length > 0 ? { state: "error", problems } : { state: "ok", settings };
}
