// dockerd's command line: of the running daemon, else of its unit. Not what daemon.json says.
import { wholeFile } from "../core/source.js";
import { type Flag, type FlagWord, parseFlags } from "../formats/component-flags.js";
import { processes } from "./processes.js";
import type { Ask } from "./source.js";
import { units } from "./units.js";

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

interface Words {
  readonly words: readonly FlagWord[];
  readonly unread: readonly string[];
}

/** The running dockerd's command line, else its unit's. */
async function commandLine(ask: Ask): Promise<Words | undefined> {
  const running = await ask(processes);
  const daemon = running.state === "known" ? running.value.named("dockerd")[0] : undefined;
  if (daemon !== undefined) {
    const source = wholeFile(`/proc/${daemon.pid}/cmdline`, daemon.args.join(" "));
    return { words: daemon.args.slice(1).map((text) => ({ text, source })), unread: [] };
  }
  const all = await ask(units);
  const unit = all.state === "known" ? await all.value.get("docker.service") : undefined;
  if (unit === undefined || unit.masked) return undefined;
  const exec = await unit.exec();
  const words = exec.commands[0]?.words.slice(1) ?? [];
  return { words, unread: [...unit.unread, ...exec.unread, ...words.flatMap(({ unknown }) => unknown)] };
}

function expand(words: Words["words"]): Words["words"] {
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
  const command = await commandLine(ask);
  const { flags } = parseFlags(expand(command?.words ?? []), (name) => booleans.has(name));
  return { flags, unread: command?.unread ?? [], found: command !== undefined };
}
