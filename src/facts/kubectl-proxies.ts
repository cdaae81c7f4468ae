// Running `kubectl proxy` processes and how they are set: the API server with somebody's credentials, for whoever connects.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { goBoolean, parseFlags } from "../formats/component-flags.js";
import { type Process, processes } from "./processes.js";
import type { FactSource } from "./source.js";

export interface KubectlProxy {
  readonly pid: number;
  /** Where it listens; empty for a Unix socket. */
  readonly address: string;
  readonly port: string;
  /** Does it refuse no request by its path or method? */
  readonly filtersOff: boolean;
  /** Regular expressions of the Host headers it answers to. */
  readonly acceptHosts: string;
  readonly source: Source;
}

export interface KubectlProxies {
  readonly all: readonly KubectlProxy[];
  /** Processes that could not be read. */
  readonly unread: readonly string[];
}

/** kubectl's own booleans that can stand before or after `proxy`. */
const booleans = new Set([
  "disable-filter",
  "append-server-path",
  "insecure-skip-tls-verify",
  "match-server-version",
  "warnings-as-errors",
  "disable-compression",
  "help",
]);

/** -p and -w, -n, -s, … take a value, also in the same word. */
const short: Readonly<Record<string, string>> = { p: "port", w: "www", P: "www-prefix", u: "unix-socket" };

/** kubectl proxy --help. */
export const defaultHosts = "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$";

function lengthened(word: string): readonly string[] {
  const [, letter = "", value = ""] = /^-([a-zA-Z])=?(.*)$/.exec(word) ?? [];
  const name = Object.hasOwn(short, letter) ? short[letter] : undefined;
  if (name === undefined) return [word];
  return value === "" ? [`--${name}`] : [`--${name}=${value}`];
}

function proxyOf(running: Process): KubectlProxy | undefined {
  const program = (running.args[0] ?? "").split("/").at(-1) ?? "";
  if (!/^kubectl(?:[-_.]|$)/.test(program) && running.comm !== "kubectl") return undefined;
  const file = `/proc/${running.pid}/cmdline`;
  const words = running.args
    .slice(1)
    .flatMap(lengthened)
    .map((text) => ({ text, source: wholeFile(file, text) }));
  const { flags, left } = parseFlags(words, (name) => booleans.has(name));
  if (!left.some(({ text }) => text === "proxy")) return undefined;
  const value = (name: string) => flags.findLast((flag) => flag.name === name)?.value;
  const unix = value("unix-socket") ?? "";
  return {
    pid: running.pid,
    address: unix === "" ? (value("address") ?? "127.0.0.1") : "",
    port: value("port") ?? "8001",
    // A word that Go does not take for a boolean stops kubectl; it runs, so it was one.
    filtersOff: goBoolean(value("disable-filter") ?? "false") ?? true,
    acceptHosts: value("accept-hosts") ?? defaultHosts,
    source: wholeFile(file, running.args.join(" ")),
  };
}

export const kubectlProxies: FactSource<KubectlProxies> = {
  title: "running `kubectl proxy` commands (/proc/PID/cmdline)",
  async gather(_host, ask) {
    const running = await ask(processes);
    if (running.state === "absent") return absent(running.reason);
    if (running.state === "error") return failed(running.reason);
    return known({
      all: running.value.all.flatMap((one) => proxyOf(one) ?? []),
      unread: running.value.unread,
    });
  },
};
