// dockerd's command line: of the running daemon, else of its unit. Not what daemon.json says.
import { type Flag, type FlagWord, parseFlags } from "../formats/component-flags.js";
import { daemonWords } from "./daemon-words.js";
import type { Ask } from "./source.js";

/** Flags that are booleans (dockerd(8)). */
const booleans = new Set(
  [
    [
      "allow-nondistributable-artifacts",
      "bridge-accept-fwmark",
      "debug",
      "experimental",
      "icc",
      "ip-forward",
      "ip-masq",
    ],
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
    ["tlsverify", "userland-proxy", "validate", "selinux-enabled", "oom-score-adjust", "D"],
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

function expand(words: readonly FlagWord[]): readonly FlagWord[] {
  return words.map((word) => {
    const match = /^-([A-Za-z])(=.*)?$/.exec(word.text);
    const name = match?.[1] === undefined ? undefined : long[match[1]];
    return name === undefined ? word : { ...word, text: `--${name}${match?.[2] ?? ""}` };
  });
}

export interface DockerFlags {
  readonly flags: readonly Flag[];
  readonly unread: readonly string[];
  /** There is a daemon or its unit. */
  readonly found: boolean;
}

export async function dockerFlags(ask: Ask): Promise<DockerFlags> {
  const command = await daemonWords(ask, "dockerd", "docker.service");
  const { flags } = parseFlags(expand(command?.words ?? []), (name) => booleans.has(name));
  return { flags, unread: command?.unread ?? [], found: command !== undefined };
}
