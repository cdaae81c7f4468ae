// One rule as ufw keeps it in a comment of user.rules: `### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`. Reads and
// writes that line and the iptables rules under it; knows no file.
import { parseAddress, parseNetwork } from "../core/network.js";

export type UfwAction = "allow" | "deny" | "reject" | "limit";

export interface UfwRule {
  readonly v6: boolean;
  readonly action: UfwAction;
  readonly log: "" | "log" | "log-all";
  readonly routed: boolean;
  /** `any`, `tcp`, `udp`, `esp`, … */
  readonly protocol: string;
  /** `any`, `22`, `80,443`, `6000:6007`. */
  readonly dport: string;
  /** `0.0.0.0/0` or `::/0` for anywhere. */
  readonly dst: string;
  readonly sport: string;
  readonly src: string;
  /** Names of application profiles; empty where there is none. */
  readonly dapp: string;
  readonly sapp: string;
  readonly direction: "in" | "out";
  readonly inInterface: string;
  readonly outInterface: string;
  readonly comment: string;
}

/** A rule that lets everything in, to be narrowed. */
export function openRule(v6: boolean): UfwRule {
  const anywhere = v6 ? "::/0" : "0.0.0.0/0";
  return {
    v6,
    action: "allow",
    log: "",
    routed: false,
    protocol: "any",
    dport: "any",
    dst: anywhere,
    sport: "any",
    src: anywhere,
    dapp: "",
    sapp: "",
    direction: "in",
    inInterface: "",
    outInterface: "",
    comment: "",
  };
}

const protocols = new Set(["any", "tcp", "udp", "ipv6", "esp", "ah", "igmp", "gre", "vrrp"]);

/** Is it a list of ports as ufw takes one: numbers and ranges, at most fifteen of them (iptables' multiport)? */
function validPorts(text: string): boolean {
  if (text === "any") return true;
  if ((text.match(/[,:]/g) ?? []).length > 14) return false;
  return text.split(",").every((part) => {
    const [, low, high] = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(part) ?? [];
    if (low === undefined) return false;
    const [from, to] = [Number(low), high === undefined ? undefined : Number(high)];
    return from >= 1 && from <= 65535 && (to === undefined || (to <= 65535 && from < to));
  });
}

function validAddress(text: string): boolean {
  if (text === "any" || parseNetwork(text) !== undefined) return true;
  // A mask of mixed bits: rare, and iptables takes it.
  const [address = "", mask = "", more] = text.split("/");
  return more === undefined && [address, mask].every((part) => parseAddress(part)?.family === 4);
}

function afterUnderscore(text: string): string {
  const at = text.indexOf("_");
  return at < 0 ? "" : text.slice(at + 1);
}

/** `in`, `in_eth0`, `out_eth0`, `in_eth0!out_eth1`, and what ufw makes of less tidy ones. */
function interfaces(word: string): Pick<UfwRule, "direction" | "inInterface" | "outInterface"> | undefined {
  const direction = word.split("_", 1)[0];
  if (direction !== "in" && direction !== "out") return undefined;
  const [first = "", second = ""] = word.split("!");
  const both = word.includes("!") && /in_\w/.test(word) && /out_\w/.test(word);
  const name = afterUnderscore(both ? first : word);
  const inInterface = both || direction === "in" ? name : "";
  const outInterface = both ? afterUnderscore(second) : direction === "out" ? name : "";
  const valid = [inInterface, outInterface].every(
    (one) => one === "" || (/^[a-zA-Z0-9_.+,=%@-]{1,15}$/.test(one) && one !== "." && one !== ".."),
  );
  return valid ? { direction, inInterface, outInterface } : undefined;
}

/** The comment is in hexadecimal; an odd last digit counts for nothing. */
function decodeComment(hex: string): string | undefined {
  if (!/^[0-9a-fA-F]*$/.test(hex)) return undefined;
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function actionOf(word: string): Pick<UfwRule, "action" | "log" | "routed"> | undefined {
  const routed = word.includes(":");
  const [name = "", log = ""] = (routed ? (word.split(":")[1] ?? "") : word).toLowerCase().split("_");
  if (log !== "" && log !== "log" && log !== "log-all") return undefined;
  // ufw takes every other word for deny.
  const action = name === "allow" || name === "reject" || name === "limit" ? name : "deny";
  return { action, log, routed };
}

function normal(address: string, v6: boolean): string {
  if (address === "any" || address === "0.0.0.0/0" || address === "::/0") return v6 ? "::/0" : "0.0.0.0/0";
  return address;
}

/** Reads what follows `### tuple ###`; undefined for a tuple that ufw skips as malformed. */
export function parseTuple(text: string, v6: boolean): UfwRule | undefined {
  const [line = "", hex, more] = text.split(" comment=");
  const words = line.trim().split(/\s+/);
  const comment = decodeComment((hex ?? "").trim());
  if (words.length < 6 || words.length > 9 || more !== undefined || comment === undefined) return undefined;
  const [first = "", protocol = "", dport = "", , sport = ""] = words;
  const [dst, src] = [words[3] ?? "", words[5] ?? ""].map((address) => address.toLowerCase());
  const apps = words.length >= 8;
  const way = words.length === 7 || words.length === 9 ? interfaces(words.at(-1) ?? "") : interfaces("in");
  const action = actionOf(first);
  if (action === undefined || way === undefined || !protocols.has(protocol)) return undefined;
  if (dst === undefined || src === undefined || ![dst, src].every(validAddress)) return undefined;
  if (![dport, sport].every(validPorts)) return undefined;
  const app = (word = "-") => (word === "-" ? "" : word.replaceAll("%20", " "));
  return {
    v6,
    ...action,
    protocol,
    dport,
    dst: normal(dst, v6),
    sport,
    src: normal(src, v6),
    dapp: apps ? app(words[6]) : "",
    sapp: apps ? app(words[7]) : "",
    ...way,
    comment,
  };
}

function quotedName(name: string): string {
  return name.includes(" ") ? `'${name}'` : name;
}

function isAnywhere(address: string): boolean {
  return address === "0.0.0.0/0" || address === "::/0";
}

/** One end of a rule: ` from 10.0.0.0/8 port 22`; empty where it says nothing. */
function end(word: "from" | "to", address: string, port: string, app: string): string {
  const where = isAnywhere(address) ? "any" : address;
  if (where === "any" && port === "any" && app === "") return "";
  if (app !== "") return ` ${word} ${where} app ${quotedName(app)}`;
  return ` ${word} ${where}${port === "any" ? "" : ` port ${port}`}`;
}

/** The command that would add the rule, as `ufw show added` prints it, without the leading `ufw`. */
export function asCommand(rule: UfwRule): string {
  const { direction, log, protocol, dport, sport, dst, src, dapp, sapp, inInterface, outInterface } = rule;
  const head = `${rule.routed ? "route " : ""}${rule.action}`;
  const logged = log === "" ? "" : ` ${log}`;
  const tail = rule.comment === "" ? "" : ` comment '${rule.comment}'`;
  const plain = isAnywhere(dst) && isAnywhere(src) && sport === "any" && sapp === "";
  if (plain && inInterface === "" && outInterface === "" && dport !== "any") {
    const what = dapp === "" ? `${dport}${protocol === "any" ? "" : `/${protocol}`}` : quotedName(dapp);
    return `${head}${direction === "out" ? " out" : ""}${logged} ${what}${tail}`;
  }
  const out = outInterface !== "" ? ` out on ${outInterface}` : direction === "out" ? " out" : "";
  const on = `${inInterface === "" ? "" : ` in on ${inInterface}`}${out}`;
  const ends = end("from", src, sport, sapp) + end("to", dst, dport, dapp);
  const general = ends === "" && inInterface === "" && outInterface === "" ? " to any" : "";
  const proto = protocol === "any" || dapp !== "" || sapp !== "" ? "" : ` proto ${protocol}`;
  return `${head}${on}${logged}${ends}${general}${proto}${tail}`;
}
