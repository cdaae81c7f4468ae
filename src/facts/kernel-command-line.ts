// The kernel's command line: the one it was started with, and those the boot loader would hand over next time. Not what
// the parameters do.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { type BootCommand, parseGrubCfg, parseLoaderEntry } from "../formats/grub-cfg.js";
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

function fromCommand({ commandLine: text, source }: BootCommand): CommandLine {
  return commandLine(text, source);
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

async function entriesIn(host: Host, folder: string): Promise<readonly Found[]> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return [];
  if (listing.state !== "ok") return [{ lines: [], unread: [listing.reason] }];
  const names = listing.entries.filter(({ name }) => name.endsWith(".conf")).slice(0, 100);
  return await Promise.all(
    names.map(async ({ name }) =>
      found(await host.read(`${folder}/${name}`), (path, text) =>
        parseLoaderEntry(path, text).map(fromCommand),
      ),
    ),
  );
}

async function configured(host: Host): Promise<readonly Found[]> {
  const [grub, entries, plain] = await Promise.all([
    Promise.all(grubFiles.map((path) => host.read(path))),
    Promise.all(entryFolders.map((folder) => entriesIn(host, folder))),
    Promise.all(plainFiles.map((path) => host.read(path))),
  ]);
  return [
    ...grub.map((read) => found(read, (path, text) => parseGrubCfg(path, text).commands.map(fromCommand))),
    ...entries.flat(),
    ...plain.map((read) => found(read, (path, text) => [whole(path, text)])),
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
