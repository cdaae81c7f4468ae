// ufw's user.rules and user6.rules: the rules added by `ufw allow` and their places, and edits that add or take out one
// as the ufw command would. Not before.rules and after.rules, which are plain iptables.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { parseTuple, type UfwRule } from "./ufw-tuple.js";

export interface PlacedRule {
  readonly rule: UfwRule;
  /** The tuple's line. */
  readonly source: Source;
  /** From the empty line before the tuple to the end of its iptables lines. */
  readonly block: Span;
}

export interface UfwRulesFile {
  readonly text: string;
  readonly rules: readonly PlacedRule[];
  /** Tuples that the ufw command skips: the kernel still gets the lines under them. */
  readonly malformed: readonly Source[];
  /** Where a rule goes that is to be the first, and the last; undefined in a file without ufw's markers. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface Line {
  readonly text: string;
  readonly number: number;
  readonly start: number;
  /** After the line break. */
  readonly next: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const next = newline < 0 ? text.length : newline + 1;
    lines.push({ text: text.slice(start, newline < 0 ? next : newline).trimEnd(), number, start, next });
    start = next;
  }
  return lines;
}

function isCommand({ text }: Line): boolean {
  return /^-[AI] /.test(text);
}

/** The tuple at `index` with the iptables lines that belong to it. */
function blockAt(lines: readonly Line[], index: number): Span {
  const before = lines[index - 1];
  let last = index;
  for (let next = lines[last + 1]; next !== undefined && isCommand(next); next = lines[last + 1]) last++;
  return {
    start: (before?.text === "" ? before.start : lines[index]?.start) ?? 0,
    end: lines[last]?.next ?? 0,
  };
}

export function parseUfwRules(file: string, text: string, v6: boolean): UfwRulesFile {
  const lines = linesOf(text);
  const rules: PlacedRule[] = [];
  const malformed: Source[] = [];
  for (const [index, line] of lines.entries()) {
    const tuple = /^### tuple ###\s*(.*)$/.exec(line.text)?.[1];
    if (tuple === undefined) continue;
    const span = { start: line.start, end: line.start + line.text.length };
    const source = { file, line: line.number, span, text: line.text };
    const rule = parseTuple(tuple, v6);
    if (rule === undefined) malformed.push(source);
    else rules.push({ rule, source, block: blockAt(lines, index) });
  }
  const start = lines.find((line) => line.text === "### RULES ###");
  const endAt = lines.findIndex((line) => line.text === "### END RULES ###");
  const gap = lines[endAt - 1];
  const first =
    start === undefined || start.next === start.start + start.text.length ? undefined : start.next;
  // The file of a new installation has no end mark and no rule.
  const last = endAt < 0 ? first : gap?.text === "" ? gap.start : lines[endAt]?.start;
  return { text, rules, malformed, first, last: first === undefined ? undefined : last };
}

/** `-p tcp --dport 22`, or one for each of tcp and udp where a port stands without a protocol. */
function protocolOptions({ protocol, dport, sport }: UfwRule): readonly string[] {
  const ported = dport !== "any" || sport !== "any";
  const names = protocol !== "any" ? [protocol] : ported ? ["tcp", "udp"] : [];
  return names.length === 0 ? [""] : names.map((name) => ` -p ${name}`);
}

function ports({ dport, sport }: UfwRule): {
  readonly multi: string;
  readonly to: string;
  readonly from: string;
} {
  const multiple = /[,:]/.test(dport + sport);
  const [to, from] = [dport, sport].map((port) => (port === "any" ? "" : port));
  if (!multiple) return { multi: "", to: to ? ` --dport ${to}` : "", from: from ? ` --sport ${from}` : "" };
  const parts = [to ? ` -m multiport --dports ${to}` : "", from ? ` -m multiport --sports ${from}` : ""];
  return { multi: parts.join(""), to: "", from: "" };
}

/** The iptables lines of a rule that logs nothing, limits nothing and names no application. */
function iptablesLines(rule: UfwRule): readonly string[] {
  const chain = rule.routed ? "forward" : rule.direction === "out" ? "output" : "input";
  const on =
    (rule.inInterface === "" ? "" : ` -i ${rule.inInterface}`) +
    (rule.outInterface === "" ? "" : ` -o ${rule.outInterface}`);
  const address = (option: string, network: string) =>
    network === "0.0.0.0/0" || network === "::/0" ? "" : ` ${option} ${network}`;
  const { multi, to, from } = ports(rule);
  return protocolOptions(rule).map((protocol) => {
    const target =
      rule.action === "allow"
        ? "ACCEPT"
        : rule.action === "deny"
          ? "DROP"
          : `REJECT${protocol === " -p tcp" ? " --reject-with tcp-reset" : ""}`;
    return `-A ufw${rule.v6 ? "6" : ""}-user-${chain}${on}${protocol}${multi}${address("-d", rule.dst)}${to}${address("-s", rule.src)}${from} -j ${target}`;
  });
}

function interfaceWord({ direction, inInterface, outInterface }: UfwRule): string {
  if (inInterface !== "" && outInterface !== "") return `in_${inInterface}!out_${outInterface}`;
  const name = inInterface === "" ? outInterface : inInterface;
  return name === "" ? direction : `${direction}_${name}`;
}

/** A rule as ufw writes it: an empty line, the tuple, its iptables lines. */
export function ruleText(rule: UfwRule): string {
  const { routed, action, protocol, dport, dst, sport, src, comment } = rule;
  const hex = [...new TextEncoder().encode(comment)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const words = [`${routed ? "route:" : ""}${action}`, protocol, dport, dst, sport, src, interfaceWord(rule)];
  const tuple = `### tuple ### ${words.join(" ")}${hex === "" ? "" : ` comment=${hex}`}`;
  return `\n${[tuple, ...iptablesLines(rule)].join("\n")}\n`;
}

/** May the rule be written anew by `ruleText`? Logging, limits and applications need more lines than it knows. */
export function isPlain(rule: UfwRule): boolean {
  return rule.log === "" && rule.action !== "limit" && rule.dapp === "" && rule.sapp === "";
}

/** Adds a rule before or after all others; undefined in a file without ufw's markers. */
export function addRule(file: UfwRulesFile, rule: UfwRule, place: "first" | "last"): Edit | undefined {
  const at = file[place];
  return at === undefined ? undefined : { span: { start: at, end: at }, text: ruleText(rule) };
}

/** Puts rules in the place of one; none takes it out. */
export function replaceRule({ block }: PlacedRule, rules: readonly UfwRule[]): Edit {
  return { span: block, text: rules.map(ruleText).join("") };
}
