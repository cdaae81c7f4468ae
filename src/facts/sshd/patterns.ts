// Patterns and address lists of sshd (ssh_config(5) PATTERNS, match.c, addr.c). Not what they are matched against.

import { type Address, networkOf, parseAddress, width } from "../../core/network.js";
import { lowerCase } from "../../formats/sshd-config.js";

/** match.c keeps a part of a list in a buffer of this size; a longer part makes the whole list match nothing. */
const partLimit = 1023;

/** `*` any text, `?` one character. Linear in text times pattern, whatever the pattern. */
export function matchPattern(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern++;
      resume = at;
    } else if (wanted !== undefined && (wanted === "?" || wanted === text[at])) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}

/** What a list says of a text: `refused` where a part with `!` matches, which outweighs every other part. */
export type Verdict = "matched" | "unmatched" | "refused";

/** A list of patterns with commas between. */
export function matchList(text: string, list: string): Verdict {
  let matched = false;
  // The empty part after a last comma is not looked at.
  const parts = list.endsWith(",") ? list.slice(0, -1).split(",") : list === "" ? [] : list.split(",");
  for (const part of parts) {
    const negated = part.startsWith("!");
    const pattern = negated ? part.slice(1) : part;
    if (pattern.length >= partLimit) return "unmatched";
    if (!matchPattern(text, pattern)) continue;
    if (negated) return "refused";
    matched = true;
  }
  return matched ? "matched" : "unmatched";
}

/** One number of inet_aton(3): decimal, octal after `0`, hexadecimal after `0x`. */
function numberOf(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]{1,8}$/.test(text)) return BigInt(text.toLowerCase());
  if (/^0[0-7]{1,11}$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(?:0|[1-9]\d{0,9})$/.test(text) ? BigInt(text) : undefined;
}

/** An address as getaddrinfo(3) takes it with AI_NUMERICHOST: the last of one to four numbers fills what is left. */
export function numericAddress(text: string): Address | undefined {
  if (text.includes(":")) return parseAddress(text.replace(/%\d+$/, ""));
  const parts = text.split(".").map(numberOf);
  const last = parts.at(-1);
  if (parts.length > 4 || last === undefined) return undefined;
  const left = BigInt(8 * (5 - parts.length));
  if (last >= 1n << left) return undefined;
  let value = last;
  for (const [index, part] of parts.slice(0, -1).entries()) {
    if (part === undefined || part > 255n) return undefined;
    value |= part << BigInt(24 - 8 * index);
  }
  return { family: 4, value };
}

type Cidr = { readonly address: Address; readonly bits: number } | "malformed" | "inconsistent";

function cidr(text: string): Cidr {
  if (text.length >= 64) return "malformed";
  const slash = text.indexOf("/");
  const mask = slash < 0 ? undefined : text.slice(slash + 1);
  if (mask !== undefined && (!/^\d+$/.test(mask) || Number(mask) > 128)) return "malformed";
  const address = numericAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return "malformed";
  const bits = mask === undefined ? width[address.family] : Number(mask);
  if (bits > width[address.family]) return "inconsistent";
  return networkOf(address.family, address.value, bits).first === address.value
    ? { address, bits }
    : "inconsistent";
}

/**
 * An address against a list of networks and wildcards (addr_match_list). `invalid`: sshd refuses the list, as an empty
 * part or a network with bits set behind its mask makes it. Without `text` only that is found out.
 */
export function matchAddresses(text: string | undefined, list: string): Verdict | "invalid" {
  const wanted = text === undefined ? undefined : numericAddress(text);
  if (text !== undefined && wanted === undefined) return "unmatched";
  let matched = false;
  for (const part of list.split(",")) {
    const negated = part.startsWith("!");
    const pattern = negated ? part.slice(1) : part;
    if (pattern === "") return "invalid";
    const network = cidr(pattern);
    if (network === "inconsistent") return "invalid";
    if (text === undefined || wanted === undefined) continue;
    const hit =
      network === "malformed"
        ? matchPattern(text, pattern)
        : network.address.family === wanted.family &&
          networkOf(wanted.family, wanted.value, network.bits).first === network.address.value;
    if (!hit) continue;
    if (negated) return "refused";
    matched = true;
  }
  return matched ? "matched" : "unmatched";
}

/** Host names are compared in lower case. */
export function matchHost(host: string, list: string): Verdict {
  return matchList(lowerCase(host), lowerCase(list));
}

/** The part behind `@` of AllowUsers and DenyUsers: names and addresses in one list (match_host_and_ip). */
export function matchHostOrAddress(
  host: string,
  address: string,
  list: string,
): "matched" | "unmatched" | "invalid" {
  const byAddress = matchAddresses(address, list);
  if (byAddress === "invalid") return "invalid";
  if (byAddress === "refused") return "unmatched";
  const byName = matchHost(host, list);
  if (byName === "refused") return "unmatched";
  return byName === "matched" || byAddress === "matched" ? "matched" : "unmatched";
}

/** `user`, or `user@hosts`, of AllowUsers and DenyUsers (match_user). */
export function matchUser(user: string, host: string, address: string, pattern: string): boolean {
  const at = pattern.indexOf("@");
  if (at < 0) return matchPattern(user, pattern);
  if (!matchPattern(user, pattern.slice(0, at))) return false;
  return matchHostOrAddress(host, address, pattern.slice(at + 1)) === "matched";
}
