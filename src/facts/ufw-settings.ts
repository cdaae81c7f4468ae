// ufw's settings from /etc/default/ufw and /etc/ufw/ufw.conf, each with its line and the step that changes it. Not its rules.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import { lastOf, parseUfwConf, setUfwConf, type UfwConf } from "../formats/ufw-conf.js";
import type { Host } from "../host/host.js";

export const defaultsFile = "/etc/default/ufw";
export const confFile = "/etc/ufw/ufw.conf";

export interface UfwSetting {
  readonly name: string;
  /** What the boot script gets, which sources the file as shell; empty where nothing sets it, undefined where that cannot be told. */
  readonly value: string | undefined;
  /** What the ufw command takes it for, in lower case; undefined where it sees nothing. */
  readonly seen: string | undefined;
  readonly source: Source;
  /** `text` as it stands in the file, quotes included where ufw writes them. */
  set(text: string): Step;
}

export interface UfwSettings {
  readonly enabled: UfwSetting;
  readonly logLevel: UfwSetting;
  readonly ipv6: UfwSetting;
  readonly input: UfwSetting;
  readonly output: UfwSetting;
  readonly forward: UfwSetting;
  /** Lines that are no plain assignment, in either file: they may set anything. */
  readonly other: readonly Source[];
}

interface File {
  readonly path: string;
  readonly conf: UfwConf;
}

/** The later file is read last by both programs: what it sets wins. `home` is where the setting belongs. */
function setting(files: readonly File[], name: string, home: string): UfwSetting {
  const winner = files.findLast(({ conf }) => lastOf(conf, name) !== undefined);
  const assignment = winner === undefined ? undefined : lastOf(winner.conf, name);
  const seen = files
    .flatMap(({ conf }) => conf.assignments)
    .findLast((one) => one.name === name && one.seen !== undefined);
  const file = winner ?? files.find(({ path }) => path === home);
  return {
    name,
    value: assignment === undefined ? "" : assignment.value,
    seen: seen?.seen,
    source: assignment?.source ?? wholeFile(home),
    set: (text) => ({
      kind: "edit",
      file: file?.path ?? home,
      edits: file === undefined ? [] : [setUfwConf(file.conf, name, text)],
    }),
  };
}

/** A sentence on what the two programs make of a setting where they differ, or where it cannot be told. */
export function disagreement({ name, value, seen, source }: UfwSetting): string | undefined {
  if (value === undefined) return `what the shell makes of ${printable(source.text, 80)} is not known`;
  if (value.toLowerCase() === (seen ?? "")) return undefined;
  const [boot, command] = [value, seen ?? ""].map((text) => (text === "" ? "nothing" : printable(text, 40)));
  return `at boot ${name} is ${boot}, the ufw command reads ${command}`;
}

export async function ufwSettings(host: Host): Promise<Fact<UfwSettings>> {
  const reads = await Promise.all([defaultsFile, confFile].map((path) => host.read(path)));
  const files: File[] = [];
  for (const read of reads) {
    if (read.state === "absent") return absent(`${read.reason}: ufw does not start without it`);
    if (read.state !== "ok") return failed(read.reason);
    files.push({ path: read.path, conf: parseUfwConf(read.path, read.text) });
  }
  return known({
    enabled: setting(files, "ENABLED", confFile),
    logLevel: setting(files, "LOGLEVEL", confFile),
    ipv6: setting(files, "IPV6", defaultsFile),
    input: setting(files, "DEFAULT_INPUT_POLICY", defaultsFile),
    output: setting(files, "DEFAULT_OUTPUT_POLICY", defaultsFile),
    forward: setting(files, "DEFAULT_FORWARD_POLICY", defaultsFile),
    other: files.flatMap(({ conf }) => conf.other),
  });
}
