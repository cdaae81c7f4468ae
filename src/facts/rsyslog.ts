// What rsyslog is configured to take in, write and send on, includes followed (rsyslog.conf(5)). Not whether it runs (services.ts).
import { absent, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { matchesWildcard } from "../core/wildcard.js";
import { parseRsyslogConf, type RsyslogStatement } from "../formats/rsyslog-conf.js";
import { LineIndex } from "../formats/traced.js";
import { IncludedFiles } from "./included-files.js";
import { type CreatedFiles, createdFiles } from "./rsyslog-created.js";
import { forwardsOf, isLoopback, type Placed, type RsyslogForward } from "./rsyslog-forwards.js";
import type { FactSource } from "./source.js";

export interface Rsyslog {
  /** Names of the modules that are loaded: `imuxsock`, `imjournal`, … */
  readonly modules: ReadonlyMap<string, Source>;
  readonly forwards: readonly RsyslogForward[];
  /** Listeners for messages of other machines; those on loopback are none. */
  readonly inputs: readonly { readonly what: string; readonly source: Source }[];
  /** Every file that is written, by what sets its mode. */
  readonly created: readonly CreatedFiles[];
  readonly unread: readonly string[];
}

const main = "/etc/rsyslog.conf";
/** Read before all others of its folder: the directive is for the rules that follow. */
const ownFolder = "/etc/rsyslog.d";
const ownName = "00-nodeward.conf";
/** Nested includes, and files in all. */
const limits = { depth: 10, files: 500 } as const;

class Reading {
  readonly placed: Placed[] = [];
  /** Our own file is, or would be, read before any rule that writes a file. */
  ownIsFirst = false;

  constructor(readonly included: IncludedFiles) {}

  async file(path: string, depth: number): Promise<void> {
    const read = await this.included.read(path, depth);
    if (read === undefined) return;
    const lines = new LineIndex(read.text);
    const { statements, broken } = parseRsyslogConf(read.text);
    this.included.unread.push(...broken.map((line) => `${path}:${line}: cannot be read to its end`));
    for (const statement of statements) {
      this.placed.push({ statement, source: lines.source(path, statement.span) });
      const pattern = includeOf(statement);
      if (pattern === undefined) continue;
      this.ownIsFirst ||=
        holdsOwn(pattern) && !this.placed.some((before) => before.statement.kind === "file");
      for (const name of await this.included.matching(pattern)) await this.file(name, depth + 1);
    }
  }
}

/** Would our own file be among those of the pattern? */
function holdsOwn(pattern: string): boolean {
  const slash = pattern.lastIndexOf("/");
  const name = pattern.slice(slash + 1);
  return pattern.slice(0, slash) === ownFolder && (name === "" || matchesWildcard(name, ownName));
}

function includeOf(statement: RsyslogStatement): string | undefined {
  if (statement.kind === "directive" && statement.name === "includeconfig") return statement.value;
  return statement.kind === "object" && statement.name === "include"
    ? statement.parameters.get("file")
    : undefined;
}

const listening = new Set(["imtcp", "imudp", "imptcp", "imrelp", "imgssapi", "imhttp"]);
const listeningDirectives = new Set([
  "inputtcpserverrun",
  "udpserverrun",
  "inputptcpserverrun",
  "inputrelpserverrun",
]);

/** What one statement says, whichever of the two syntaxes it is written in. */
function moduleOf({ statement }: Placed): string | undefined {
  const name =
    statement.kind === "directive" && statement.name === "modload"
      ? statement.value
      : statement.kind === "object" && statement.name === "module"
        ? statement.parameters.get("load")
        : undefined;
  return name?.replace(/^.*\//, "").replace(/\.so$/, "").toLowerCase();
}

function inputOf({
  statement,
  source,
}: Placed): readonly { readonly what: string; readonly source: Source }[] {
  if (statement.kind === "directive" && listeningDirectives.has(statement.name))
    return [{ what: `${statement.name} ${statement.value}`, source }];
  const type =
    statement.kind === "object" && statement.name === "input" ? statement.parameters.get("type") : undefined;
  const address = statement.kind === "object" ? (statement.parameters.get("address") ?? "") : "";
  return type !== undefined && listening.has(type) && !isLoopback(address)
    ? [{ what: `input ${type}`, source }]
    : [];
}

export const rsyslog: FactSource<Rsyslog> = {
  title: "the configuration of rsyslog (/etc/rsyslog.conf and what it includes)",
  async gather(host) {
    const stat = await host.stat(main);
    if (stat.state === "absent") return absent("rsyslog is not configured here: no /etc/rsyslog.conf");
    if (stat.state !== "ok") return failed(stat.reason);
    const reading = new Reading(new IncludedFiles(host, limits));
    await reading.file(main, 0);
    const { placed } = reading;
    const { unread } = reading.included;
    const modules = placed.flatMap((one) => {
      const name = moduleOf(one);
      return name === undefined ? [] : [[name, one.source] as const];
    });
    return known({
      modules: new Map(modules),
      forwards: forwardsOf(placed),
      inputs: placed.flatMap(inputOf),
      created: createdFiles(placed, (mode) => {
        const line = `# Written by nodeward: log files are not for everybody.\n$FileCreateMode ${mode}\n`;
        return reading.ownIsFirst
          ? { kind: "write", file: `${ownFolder}/${ownName}`, content: line, mode: 0o644 }
          : { kind: "edit", file: main, edits: [{ span: { start: 0, end: 0 }, text: line }] };
      }),
      unread,
    });
  },
};
