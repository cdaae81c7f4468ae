// Reads values of a site file's section by type, and names what is wrong with its place. Knows no setting by name.
import { didYouMean } from "../core/nearest.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { PolicyProblem } from "./document.js";

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const [shortest, longest] = [60_000, 7 * 86_400_000];

export class SettingReader {
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

  /** A value that may be left out: `fallback` then, and where it is wrong. */
  optional<T>(node: YamlNode | undefined, fallback: T, read: (node: YamlNode) => T | undefined): T {
    return node === undefined ? fallback : (read(node) ?? fallback);
  }

  choice<T extends string>(node: YamlNode, choices: readonly T[], what: string): T | undefined {
    const given = node.kind === "scalar" ? node.text : "";
    const found = choices.find((one) => one === given);
    return found ?? this.bad(node, `${what} takes one of ${choices.join(", ")}${didYouMean(given, choices)}`);
  }

  /** A text, or a list of texts. */
  texts(node: YamlNode, what: string): readonly string[] | undefined {
    if (node.kind === "scalar" && node.text !== "") return [node.text];
    if (node.kind !== "list") return this.bad(node, `${what} takes a text or a list of texts`);
    const words = node.items.map((item) => this.text(item, item, what));
    return words.some((word) => word === undefined) ? undefined : words.filter((word) => word !== undefined);
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

  time(node: YamlNode, what: string): number | undefined {
    const found = /^(\d{1,6})([smhd])$/.exec(node.kind === "scalar" ? node.text : "");
    const ms = Number(found?.[1]) * (units[found?.[2] ?? ""] ?? Number.NaN);
    if (ms >= shortest && ms <= longest) return ms;
    return this.bad(node, `${what} takes a time such as 30m or 6h, from 1m to 7d`);
  }

  /** `host:port`, the port being `port` where none is given; an IPv6 address is in brackets. */
  endpoint(node: YamlNode, port: number, what: string): Endpoint | undefined {
    const text = node.kind === "scalar" ? node.text : "";
    const found = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})))(?::(\d{1,5}))?$/.exec(
      text,
    );
    const number = Number(found?.[3] ?? port);
    const host = found?.[1] ?? found?.[2];
    if (host !== undefined && number >= 1 && number <= 65_535) return { host, port: number };
    return this.bad(node, `${what} takes a host and a port, such as logs.example:${port}`);
  }
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
