// /proc/modules (proc_modules(5), kernel/module/procfs.c): text -> loaded modules. Not what could be loaded.
import type { Source } from "../core/source.js";

export interface LoadedModule {
  readonly name: string;
  /** References to it; undefined on a kernel that cannot unload modules. */
  readonly users: number | undefined;
  /** Modules that use it. */
  readonly usedBy: readonly string[];
  /** It has no way out: it stays until the machine is restarted. */
  readonly permanent: boolean;
  /** Letters of what it taints the kernel with: O built elsewhere, E not signed, P proprietary, F forced; empty if none. */
  readonly taints: string;
  readonly source: Source;
}

export interface ProcModules {
  readonly modules: ReadonlyMap<string, LoadedModule>;
  /** Numbers of lines that no kernel writes. */
  readonly unread: readonly number[];
}

/** Reads /proc/modules. */
export function parseProcModules(file: string, text: string): ProcModules {
  const modules = new Map<string, LoadedModule>();
  const unread: number[] = [];
  let start = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const source: Source = { file, line: index + 1, span: { start, end: start + line.length }, text: line };
    start += line.length + 1;
    if (line === "") continue;
    const [name = "", size = "", users = "", holders = "", state = "", ...rest] = line.split(" ");
    if (state === "" || !/^\d+$/.test(size) || !/^(?:\d+|-)$/.test(users)) {
      unread.push(source.line);
      continue;
    }
    const usedBy = holders.split(",").filter((holder) => holder !== "" && holder !== "-");
    modules.set(name, {
      name,
      users: users === "-" ? undefined : Number(users),
      usedBy: usedBy.filter((holder) => !holder.startsWith("[")),
      permanent: usedBy.includes("[permanent]"),
      taints: /\(([A-Z]+)[+-]?\)/.exec(rest.join(" "))?.[1] ?? "",
      source,
    });
  }
  return { modules, unread };
}
