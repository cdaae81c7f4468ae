// The statements of modprobe.d in order, as far as the installed kmod reads the files they are in. Not which of them is in
// force (facts/modprobe.ts).
import { place, type Source } from "../core/source.js";
import { type ModprobeStatement, parseModprobe } from "../formats/modprobe.js";
import type { DropInFile } from "./drop-in-files.js";
import { packages } from "./packages.js";
import type { Ask } from "./source.js";

export interface Statements {
  readonly statements: readonly ModprobeStatement[];
  readonly ignored: readonly Source[];
  /** Lines that one version of kmod reads and another does not. */
  readonly doubtful: readonly string[];
}

/** Does the installed kmod read files named `.alias`? Up to 32 it does and from 34 on not (tried with 30, 31 and 34). */
export async function aliasFilesRead(ask: Ask): Promise<boolean | undefined> {
  const installed = await ask(packages);
  if (installed.state !== "known") return undefined;
  const version = installed.value.get("kmod")?.version ?? "";
  const major = Number(/^(?:\d+:)?(\d+)/.exec(version)?.[1] ?? 33);
  return major === 33 ? undefined : major < 33;
}

/** What files named `.alias` say besides aliases is in doubt where nothing tells whether they are read. */
export function statementsOf(files: readonly DropInFile[], aliasFiles: boolean | undefined): Statements {
  const parsed = files.flatMap(({ name, path, read }) =>
    read === undefined ? [] : [{ name, ...parseModprobe(path, read.text) }],
  );
  const isOld = (name: string) => aliasFiles === undefined && name.endsWith(".alias");
  return {
    statements: parsed.flatMap(({ name, statements }) =>
      statements.filter(({ command }) => !isOld(name) || command === "alias"),
    ),
    ignored: parsed.flatMap(({ ignored }) => ignored),
    doubtful: parsed
      .filter(({ name }) => isOld(name))
      .flatMap(({ statements }) => statements.find(({ command }) => command !== "alias") ?? [])
      .map(({ source }) => `${place(source)}: whether modprobe reads this depends on its version`),
  };
}
