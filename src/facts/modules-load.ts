// The modules that are asked for at every boot (modules-load.d(5), modules(5), modules_load= of the kernel's command
// line), with the lines that ask. Not whether modprobe then loads them.
import { addTo } from "../core/add-to.js";
import type { Source } from "../core/source.js";
import type { Host } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";
import type { CommandLine } from "./kernel-command-line.js";

export interface BootLoads {
  /** By name, `-` made `_`. */
  readonly lines: ReadonlyMap<string, readonly Source[]>;
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly unread: readonly string[];
}

const directories = [
  "/etc/modules-load.d",
  "/run/modules-load.d",
  "/usr/local/lib/modules-load.d",
  "/usr/lib/modules-load.d",
  "/lib/modules-load.d",
];
/** Debian's own list, which a link in modules-load.d makes systemd read as well. */
const plainList = "/etc/modules";

interface Asked {
  readonly name: string;
  readonly source: Source;
}

function askedIn(file: string, text: string): readonly Asked[] {
  const asked: Asked[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const span = { start, end: start + raw.length };
    start += raw.length + 1;
    const [name = ""] = raw.trim().split(/\s+/, 1);
    if (name === "" || name.startsWith("#") || name.startsWith(";")) continue;
    asked.push({ name, source: { file, line: index + 1, span, text: raw } });
  }
  return asked;
}

function askedByKernel(line: CommandLine | undefined): readonly Asked[] {
  return (line?.all("modules_load") ?? []).flatMap(({ value = "", span, text }) =>
    value
      .split(",")
      .filter((name) => name !== "")
      .map((name) => ({ name, source: { ...(line?.source ?? { file: "", line: 0 }), span, text } })),
  );
}

/** Reads the lists; `line` is the running kernel's command line. */
export async function modulesLoadedAtBoot(host: Host, line: CommandLine | undefined): Promise<BootLoads> {
  const accepts = (name: string) => name.endsWith(".conf") && !name.startsWith(".");
  const [found, plain] = await Promise.all([
    dropIns(host, { directories, accepts, directoriesHide: true }),
    host.read(plainList),
  ]);
  const reads = found.files.flatMap(({ path, read }) => (read === undefined ? [] : [{ path, read }]));
  const linked = plain.state === "ok" && reads.some(({ read }) => read.realPath === plain.realPath);
  const all = [
    ...reads.flatMap(({ path, read }) => askedIn(path, read.text)),
    ...(plain.state === "ok" && !linked ? askedIn(plain.path, plain.text) : []),
    ...askedByKernel(line),
  ];
  const lines = new Map<string, Source[]>();
  for (const { name, source } of all) addTo(lines, name.replaceAll("-", "_"), source);
  const plainUnread = plain.state === "denied" || plain.state === "failed" ? [plain.reason] : [];
  return {
    lines,
    files: [...found.files.map(({ path }) => path), ...(plain.state === "ok" ? [plain.path] : [])],
    directories: found.directories,
    unread: [...found.unread, ...plainUnread],
  };
}
