// The kernel's command line: the one it was started with, and those the boot loader would hand over next time. Not what
// the parameters do.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { parseGrubCfg, parseLoaderEntry } from "../formats/grub-cfg.js";
import {
  type KernelCommandLine,
  type ModprobeParameter,
  parseKernelCommandLine,
  parseModprobeParameters,
} from "../formats/kernel-command-line.js";
import type { Host, Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface CommandLine extends KernelCommandLine {
  readonly source: Source;
  /** `module.option` words, as modprobe reads them. */
  readonly modprobe: readonly ModprobeParameter[];
}

export interface CommandLines {
  /** Absent where /proc is not to be seen. */
  readonly running: Fact<CommandLine>;
  /** One an entry of the boot loader's menu; empty where no known boot loader is configured. */
  readonly configured: readonly CommandLine[];
  /** Configuration of a boot loader that could not be read, and why. */
  readonly unread: readonly string[];
}

/** Where GRUB has its menu, by distribution. */
export const grubFiles = ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"];
const entryFolders = ["/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries"];
/** Files that are a command line as a whole: kernel-install's, the Raspberry Pi's. */
const plainFiles = ["/etc/kernel/cmdline", "/boot/firmware/cmdline.txt"];

function commandLine(text: string, source: Source): CommandLine {
  return { ...parseKernelCommandLine(text), modprobe: parseModprobeParameters(text), source };
}

function whole(path: string, text: string): CommandLine {
  const line = text.split("\n", 1)[0] ?? "";
  return commandLine(text, { file: path, line: 1, span: { start: 0, end: line.length }, text: line });
}

interface Found {
  readonly lines: readonly CommandLine[];
  readonly unread: readonly string[];
}

function found(read: Read, parse: (path: string, text: string) => readonly CommandLine[]): Found {
  if (read.state === "ok") return { lines: parse(read.path, read.text), unread: [] };
  return { lines: [], unread: read.state === "absent" ? [] : [read.reason] };
}

async function entriesIn(
  host: Host,
  folder: string,
  environment: GrubEnvironment,
): Promise<readonly Found[]> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return [];
  if (listing.state !== "ok") return [{ lines: [], unread: [listing.reason] }];
  const all = listing.entries.filter(({ name }) => name.endsWith(".conf"));
  const names = all.slice(0, entryLimit);
  const beyond = all.length > entryLimit ? [`${folder}: more than ${entryLimit} entries`] : [];
  const unread = [
    ...beyond,
    ...listing.undecodable.map((name) => `${folder}/${name}: the name is not valid UTF-8`),
  ];
  const read = await Promise.all(
    names.map(async ({ name }) =>
      found(await host.read(`${folder}/${name}`), (path, text) =>
        parseLoaderEntry(path, text).map(({ commandLine: options, source }) =>
          commandLine(environment.expand(options), source),
        ),
      ),
    ),
  );
  return [...read, { lines: [], unread }];
}

/** grub-editenv(1): lines `name=value`, filled up with number signs to 1024 bytes. */
const environmentFiles = ["/boot/grub/grubenv", "/boot/grub2/grubenv", "/boot/efi/EFI/redhat/grubenv"];
/** Variables that hold nothing unless something sets them in that file; Ubuntu's is about the console alone. */
const optional = new Set(["tuned_params", "vt_handoff", "tuned_initrd", "extra_cmdline", "linux_gfx_mode"]);
const entryLimit = 100;

interface GrubEnvironment {
  /** A line with GRUB's variables put in; names the variables it does not know. */
  expand(line: string): string;
  readonly unread: readonly string[];
}

async function grubEnvironment(host: Host): Promise<GrubEnvironment> {
  const reads = await Promise.all(environmentFiles.map((path) => host.read(path)));
  const values = new Map<string, string>();
  const unread: string[] = [];
  for (const read of reads) {
    if (read.state !== "ok" && read.state !== "absent") unread.push(read.reason);
    for (const line of read.state === "ok" ? read.text.split("\n") : []) {
      const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name !== "") values.set(name, value.replace(/\\(.)/g, "$1"));
    }
  }
  const missing = new Set<string>();
  return {
    unread,
    expand: (line) =>
      line.replace(/(?<!\\)\$\{?(\w+)\}?/g, (written, name: string) => {
        const value = values.get(name);
        if (value === undefined && !optional.has(name) && !missing.has(name)) {
          missing.add(name);
          unread.push(
            `${written} of GRUB stands in a kernel command line, and no grubenv says what it holds`,
          );
        }
        return value ?? "";
      }),
  };
}

async function configured(host: Host): Promise<readonly Found[]> {
  const environment = await grubEnvironment(host);
  const [grub, entries, plain] = await Promise.all([
    Promise.all(grubFiles.map((path) => host.read(path))),
    Promise.all(entryFolders.map((folder) => entriesIn(host, folder, environment))),
    Promise.all(plainFiles.map((path) => host.read(path))),
  ]);
  return [
    ...grub.map((read) =>
      found(read, (path, text) =>
        parseGrubCfg(path, text).commands.map(({ commandLine: options, source }) =>
          commandLine(environment.expand(options), source),
        ),
      ),
    ),
    ...entries.flat(),
    ...plain.map((read) => found(read, (path, text) => [whole(path, text)])),
    // Last: only now every line has been looked through.
    { lines: [], unread: environment.unread },
  ];
}

function running(read: Read): Fact<CommandLine> {
  if (read.state === "ok") return known(whole(read.path, read.text));
  return read.state === "absent"
    ? absent("the running kernel's command line cannot be seen: no /proc/cmdline")
    : failed(read.reason);
}

/** Bytes; the kernel keeps 2 or 4 KiB of it (COMMAND_LINE_SIZE). */
const lineLimit = 64 * 1024;

export const kernelCommandLine: FactSource<CommandLines> = {
  title: "the kernel's command line (/proc/cmdline, grub.cfg, loader entries)",
  async gather(host) {
    const [proc, next] = await Promise.all([
      host.read("/proc/cmdline", { limit: lineLimit }),
      configured(host),
    ]);
    const now = running(proc);
    const lines = next.flatMap((one) => one.lines);
    const unread = next.flatMap((one) => one.unread);
    if (now.state === "absent" && lines.length === 0 && unread.length === 0)
      return absent("no kernel command line: neither /proc/cmdline nor a boot loader's configuration");
    return known({ running: now, configured: lines, unread });
  },
};
