// grub.cfg and Boot Loader Specification entries: text -> kernel command lines and who may edit them. Not a shell, and
// never a password: what is kept of one is that it is there.
import type { Source, Span } from "../core/source.js";

export interface BootCommand {
  /** What is handed to the kernel, variables of GRUB unexpanded. */
  readonly commandLine: string;
  readonly source: Source;
}

export interface GrubPassword {
  readonly user: string;
  /** It stands there in clear. */
  readonly weak: boolean;
  /** It is a variable's value, which counts only where some file sets the variable: `GRUB2_PASSWORD`. */
  readonly variable: string | undefined;
  readonly source: Source;
}

export interface GrubCfg {
  readonly commands: readonly BootCommand[];
  /** Names in `superusers`; who is not named there may only start unrestricted entries. */
  readonly superusers: readonly { readonly name: string; readonly source: Source }[];
  readonly passwords: readonly GrubPassword[];
  /** Variables that hold a password, by name. */
  readonly variables: ReadonlySet<string>;
  /** Menu entries that only a superuser may start: they stop an unattended boot. */
  readonly restricted: readonly Source[];
}

interface Line {
  readonly words: readonly string[];
  readonly raw: string;
  readonly line: number;
  readonly span: Span;
}

function unquote(word: string): string {
  return word.replace(/\\(.)|["']/g, "$1");
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  let line = 0;
  for (const raw of text.split("\n")) {
    const span = { start, end: start + raw.length };
    start += raw.length + 1;
    line++;
    const words = raw.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
    if (words.length > 0 && !words[0]?.startsWith("#")) yield { words: words.map(unquote), raw, line, span };
  }
}

function superusersOf(value: string, source: Source): GrubCfg["superusers"] {
  return value
    .split(/[\s,;|&]+/)
    .filter((name) => name !== "")
    .map((name) => ({ name, source }));
}

/** Reads grub.cfg, custom.cfg or user.cfg. Both branches of an `if` are read: which one runs is known at boot. */
export function parseGrubCfg(file: string, text: string): GrubCfg {
  const commands: BootCommand[] = [];
  const superusers: GrubCfg["superusers"][number][] = [];
  const passwords: GrubPassword[] = [];
  const variables = new Set<string>();
  const restricted: Source[] = [];
  for (const { words, raw, line, span } of linesOf(text)) {
    const [command = "", first = "", second = ""] = words;
    const at = (shown: string): Source => ({ file, line, span, text: shown });
    if (/^linux(?:16|efi)?$/.test(command)) {
      const commandLine = /^\s*\S+\s+\S+\s*(.*)$/.exec(raw)?.[1] ?? "";
      commands.push({ commandLine, source: at(raw.trim()) });
    } else if (command === "set" && first.startsWith("superusers="))
      superusers.push(...superusersOf(first.slice(11), at(raw.trim())));
    else if (command === "password" || command === "password_pbkdf2")
      passwords.push({
        user: first,
        weak: command === "password",
        variable: /^\$\{?(\w+)\}?$/.exec(second)?.[1],
        source: at(`${command} ${first} [password]`),
      });
    else if (/^GRUB2_PASSWORD=./.test(command)) variables.add("GRUB2_PASSWORD");
    else if (command === "menuentry" && !words.includes("--unrestricted")) restricted.push(at(raw.trim()));
  }
  return { commands, superusers, passwords, variables, restricted };
}

/** Reads an entry of /boot/loader/entries (Boot Loader Specification, type 1): every `options` line adds to the others. */
export function parseLoaderEntry(file: string, text: string): readonly BootCommand[] {
  const found: BootCommand[] = [];
  for (const { raw, line, span } of linesOf(text)) {
    const options = /^options[ \t]+(.*)$/.exec(raw)?.[1];
    if (options !== undefined)
      found.push({ commandLine: options.trim(), source: { file, line, span, text: raw } });
  }
  const [first] = found;
  if (first === undefined) return [];
  return [{ ...first, commandLine: found.map(({ commandLine }) => commandLine).join(" ") }];
}
