// dockerd's command line: of the running daemon, else of its unit. Not what daemon.json says.
import { printable } from "../core/printable.js";
import { type Flag, type FlagWord, goBoolean, parseFlags } from "../formats/component-flags.js";
import type { Host } from "../host/host.js";
import { daemonWords } from "./daemon-words.js";
import type { Ask } from "./source.js";

/** Flags that are booleans (dockerd(8)). */
const booleans = new Set(
  [
    ["allow-direct-routing", "cri-containerd", "debug", "experimental", "icc", "ip-forward", "ip-masq"],
    [
      "iptables",
      "ip6tables",
      "ipv6",
      "init",
      "live-restore",
      "no-new-privileges",
      "raw-logs",
      "rootless",
      "tls",
    ],
    ["disable-legacy-registry", "tlsverify", "userland-proxy", "validate", "selinux-enabled"],
  ].flat(),
);

/** Short flags that matter here. */
const long: Readonly<Record<string, string>> = {
  H: "host",
  G: "group",
  D: "debug",
  l: "log-level",
  b: "bridge",
  g: "data-root",
  s: "storage-driver",
};

/** The long forms of one word: `-H tcp://x`, `-H=tcp://x`, `-Htcp://x`, `-DHtcp://x` (pflag, parseSingleShortArg). */
function longForms(text: string): readonly string[] | undefined {
  const found: string[] = [];
  for (let at = 1; at < text.length; at++) {
    const name = long[text.charAt(at)];
    if (name === undefined) return undefined;
    const rest = text.slice(at + 1);
    if (rest.length > 1 && rest.startsWith("=")) return [...found, `--${name}${rest}`];
    if (!booleans.has(name)) return [...found, rest === "" ? `--${name}` : `--${name}=${rest}`];
    found.push(`--${name}`);
  }
  return found;
}

function expand(words: readonly FlagWord[]): readonly FlagWord[] {
  return words.flatMap((word) => {
    const forms = /^-[A-Za-z]/.test(word.text) ? longForms(word.text) : undefined;
    return forms === undefined ? word : forms.map((text) => ({ ...word, text }));
  });
}

export interface DockerFlags {
  readonly flags: readonly Flag[];
  readonly unread: readonly string[];
  /** What dockerd refuses of them. */
  readonly problems: readonly { readonly message: string; readonly source: Flag["source"] }[];
  /** There is a daemon or its unit. */
  readonly found: boolean;
}

export async function dockerFlags(host: Host, ask: Ask): Promise<DockerFlags> {
  const command = await daemonWords(host, ask, "dockerd", "docker.service");
  const { flags } = parseFlags(expand(command?.words ?? []), (name) => booleans.has(name));
  const problems = flags
    .filter(({ name, value }) => booleans.has(name) && goBoolean(value) === undefined)
    .map(({ name, value, source }) => ({
      message: `--${name} takes true or false, not ${printable(value, 60)}`,
      source,
    }));
  return { flags, problems, unread: command?.unread ?? [], found: command !== undefined };
}
