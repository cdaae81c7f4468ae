// How sshd is started on this node: the words of its units, and the sockets that systemd opens for it.
import type { Fact } from "../../core/fact.js";
import type { Host } from "../../host/host.js";
import type { Unit, Units } from "../units.js";
import { type CommandLine, parseCommandLine, type Word } from "./command-line.js";

export interface Start {
  readonly command: CommandLine;
  /** Addresses on which systemd itself listens for sshd, as ListenStream has them. */
  readonly sockets: readonly Word[];
  /** What of the command line the files do not tell. */
  readonly unread: readonly string[];
}

const nothing: Start = { command: parseCommandLine([]), sockets: [], unread: [] };

const enabled = (unit: Unit | undefined): unit is Unit =>
  unit !== undefined && (unit.state.startsWith("enabled") || unit.state === "generated");

/** The words behind the program, and what stays unknown of them. */
async function wordsOf(unit: Unit): Promise<Pick<Start, "unread"> & { readonly words: readonly Word[] }> {
  const exec = await unit.exec();
  const run = exec.commands.find(({ words }) => /(?:^|\/)sshd$/.test(words[0]?.text ?? ""));
  if (run === undefined) return { words: [], unread: [`${unit.name} starts no sshd`, ...exec.unread] };
  const words = run.words.slice(1).map(({ text, source, uses }) => ({ text, source: uses[0] ?? source }));
  const unknown = run.words.flatMap((word) => word.unknown);
  return { words, unread: [...exec.unread, ...unknown.map((what) => `${unit.name}: ${what}`)] };
}

/** Debian names the unit ssh, others sshd; a socket may start one sshd for each connection. */
async function serviceOf(units: Units, socket: Unit | undefined): Promise<Unit | undefined> {
  const instances = socket === undefined ? [] : ["sshd@.service", "ssh@.service"];
  const accepts = /^(?:1|yes|y|true|t|on)$/i.test(socket?.last("Socket", "Accept")?.value ?? "");
  for (const name of [...(accepts ? instances : []), "ssh.service", "sshd.service"]) {
    const unit = await units.get(name);
    if (unit !== undefined) return unit;
  }
  return undefined;
}

async function fromUnits(units: Units): Promise<Start> {
  const [ssh, sshd] = await Promise.all([units.get("ssh.socket"), units.get("sshd.socket")]);
  const socket = [ssh, sshd].find(enabled);
  const service = await serviceOf(units, socket);
  const found = service === undefined ? { words: [], unread: [] } : await wordsOf(service);
  const sockets = (socket?.list("Socket", "ListenStream") ?? []).map(({ value, source }) => ({
    text: value,
    source,
  }));
  return { command: parseCommandLine(found.words), sockets, unread: found.unread };
}

/** Without systemd: the defaults file that the init script of Debian reads. */
async function fromDefaults(host: Host): Promise<Start> {
  const read = await host.read("/etc/default/ssh");
  if (read.state === "absent") return nothing;
  if (read.state !== "ok") return { ...nothing, unread: [read.reason] };
  const match = [...read.text.matchAll(/^\s*(?:export\s+)?SSHD_OPTS=(.*)$/gm)].at(-1);
  const value = (match?.[1] ?? "").trim();
  if (value === "") return nothing;
  const line = read.text.slice(0, match?.index ?? 0).split("\n").length;
  const bare = value.replace(/^(["'])(.*)\1$/, "$2");
  if (/[`$\\"']/.test(bare))
    return { ...nothing, unread: [`${read.path}:${line}: SSHD_OPTS is put together by the shell`] };
  const start = (match?.index ?? 0) + (match?.[0].indexOf(value) ?? 0);
  const source = {
    file: read.path,
    line,
    span: { start, end: start + value.length },
    text: match?.[0] ?? "",
  };
  const words = bare.split(/\s+/).filter((word) => word !== "");
  return { ...nothing, command: parseCommandLine(words.map((text) => ({ text, source }))) };
}

/** Reads the units where there is systemd. */
export async function readStart(host: Host, units: Fact<Units>): Promise<Start> {
  if (units.state === "known") return await fromUnits(units.value);
  if (units.state === "absent") return await fromDefaults(host);
  return { ...nothing, unread: [units.reason] };
}
