// authorized_keys (sshd(8) AUTHORIZED_KEYS FILE FORMAT): text -> keys with their options and lines. Knows no accounts.
import type { Source, Span } from "../core/source.js";
import { parsePublicKey, type SshPublicKey } from "./ssh-public-key.js";

export interface KeyOption {
  /** In lower case: sshd does not mind the case. */
  readonly name: string;
  /** Without its quotes; undefined for a flag. */
  readonly value: string | undefined;
}

export interface AuthorizedKey {
  readonly line: number;
  readonly span: Span;
  readonly options: readonly KeyOption[];
  readonly key: SshPublicKey;
  readonly comment: string;
  /** Why sshd passes the line over although it holds a key. */
  readonly unusable: string | undefined;
}

export interface AuthorizedKeys {
  readonly keys: readonly AuthorizedKey[];
  /** Lines that are neither blank nor a comment nor a key: sshd passes them over. */
  readonly broken: readonly { readonly line: number; readonly span: Span }[];
}

const flags = new Set([
  "restrict",
  "cert-authority",
  "port-forwarding",
  "no-port-forwarding",
  "agent-forwarding",
  "no-agent-forwarding",
  "x11-forwarding",
  "no-x11-forwarding",
  "touch-required",
  "no-touch-required",
  "verify-required",
  "no-verify-required",
  "pty",
  "no-pty",
  "user-rc",
  "no-user-rc",
]);

const valued = new Set([
  "command",
  "principals",
  "from",
  "expiry-time",
  "environment",
  "permitopen",
  "permitlisten",
  "tunnel",
]);

/** Where the options end: at the first blank outside of double quotes, in which `\"` is a quote. */
function optionsEnd(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && text[at + 1] === '"') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === " " || character === "\t")) return at;
  }
  return text.length;
}

/** The options between commas, and what is wrong with them. */
function parseOptions(text: string): {
  readonly options: readonly KeyOption[];
  readonly problem: string | undefined;
} {
  const options: KeyOption[] = [];
  for (let at = 0; at < text.length; ) {
    const name = /^[A-Za-z0-9-]+/.exec(text.slice(at, at + 40))?.[0] ?? "";
    const key = name.toLowerCase();
    at += name.length;
    if (text.startsWith('="', at) && valued.has(key)) {
      const value = /^="((?:\\"|[^"])*)"/.exec(text.slice(at));
      if (value === null) return { options, problem: `the value of ${key} is not closed` };
      options.push({ name: key, value: (value[1] ?? "").replaceAll('\\"', '"') });
      at += value[0].length;
    } else if (flags.has(key)) options.push({ name: key, value: undefined });
    else return { options, problem: "an unknown option" };
    if (at >= text.length) break;
    if (text[at] !== "," || at === text.length - 1)
      return { options, problem: "a stray character in the options" };
    at++;
  }
  return { options, problem: undefined };
}

interface KeyText {
  readonly key: SshPublicKey;
  readonly comment: string;
}

/** `type base64 comment`: the type must be the one inside the key. */
function parseKey(text: string): KeyText | undefined {
  const match = /^([!-~]{1,64})[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(text);
  const key = parsePublicKey(match?.[2] ?? "");
  if (match === null || key === undefined || key.type !== match[1]) return undefined;
  return { key, comment: match[3]?.trim() ?? "" };
}

function parseLine(text: string): Omit<AuthorizedKey, "line" | "span"> | undefined {
  const plain = parseKey(text);
  if (plain !== undefined) return { ...plain, options: [], unusable: undefined };
  const end = optionsEnd(text);
  const found = parseKey(text.slice(end).replace(/^[ \t]+/, ""));
  if (found === undefined) return undefined;
  const { options, problem } = parseOptions(text.slice(0, end));
  return { ...found, options, unusable: problem };
}

export function parseAuthorizedKeys(text: string): AuthorizedKeys {
  const keys: AuthorizedKey[] = [];
  const broken: AuthorizedKeys["broken"][number][] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const span = { start, end: start + raw.length };
    const line = index + 1;
    start = span.end + 1;
    const content = raw.replace(/^[ \t]+/, "").replace(/[ \t\r]+$/, "");
    if (content === "" || content.startsWith("#")) continue;
    const found = parseLine(content);
    if (found === undefined) broken.push({ line, span });
    else keys.push({ line, span, ...found });
  }
  return { keys, broken };
}

/** The line as evidence: what the key is, not its many letters. */
export function keySource(file: string, { line, span, key, comment, options }: AuthorizedKey): Source {
  const names = options.map(({ name, value }) => (value === undefined ? name : `${name}="${value}"`));
  const text = [names.join(","), key.type, `(${key.bits} bits)`, comment]
    .filter((part) => part !== "")
    .join(" ");
  return { file, line, span, text };
}
