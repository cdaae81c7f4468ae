// The steps that set a kernel setting for the next boot: the value of a line replaced, or a file of our own that is read
// after all others that name the key. Does not choose the value.
import { byBytes } from "../core/byte-order.js";
import type { Step } from "../core/step.js";
import { appendAssignment, replaceValue, type SysctlEntry } from "../formats/sysctl-conf.js";
import type { SysctlFiles, SysctlSource } from "./sysctl-files.js";

const folder = "/etc/sysctl.d";

/** Undefined for a pattern, which speaks of other keys too, and for files that are not the administrator's. */
export function editStep({ read }: SysctlSource, entry: SysctlEntry, value: string): Step | undefined {
  if (entry.wildcard || entry.value === undefined || !read.realPath.startsWith("/etc/")) return undefined;
  return { kind: "edit", file: read.realPath, edits: [replaceValue(entry, value)] };
}

/** `99-zz-nodeward-KEY.conf`, or, where a file that names the key sorts behind that, a name right behind this file's. */
function nameFor(key: string, rivals: readonly string[]): string {
  const usual = `99-zz-nodeward-${key}.conf`;
  const last = [usual, ...rivals].sort(byBytes).at(-1) ?? usual;
  return last === usual ? usual : `${last.replace(/\.conf$/, "")}.nodeward-${key}.conf`;
}

export function dropInStep(
  key: string,
  value: string,
  naming: readonly SysctlEntry[],
  files: SysctlFiles,
): Step | undefined {
  if (files.boot === "none") return undefined;
  const all = files.boot === "systemd" ? files.systemd : files.procps;
  const fileOf = (path: string) => all.find((file) => file.path === path);
  // /etc/sysctl.conf is read behind every directory by sysctl: no name beats it, only its own line can be changed.
  const rivals = naming.map(({ source }) => fileOf(source.file)?.name ?? "");
  if (files.boot === "procps" && naming.some(({ source }) => source.file === "/etc/sysctl.conf"))
    return undefined;
  const name = nameFor(key, rivals);
  const path = `${folder}/${name}`;
  const existing = all.find((file) => file.name === name);
  if (existing === undefined)
    return {
      kind: "write",
      file: path,
      content: `# Written by nodeward (sysctl.${key}).\n${key} = ${value}\n`,
      mode: 0o644,
    };
  if (existing.read.realPath !== path) return undefined;
  return { kind: "edit", file: path, edits: [appendAssignment(existing.read.text, key, value)] };
}
