// Which operating system, kernel and machine this is (os-release(5), hostname(5), /proc/sys/kernel). Not what runs on it.
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface Platform {
  readonly hostname: string;
  /** PRETTY_NAME of os-release(5). */
  readonly os: string;
  /** ID: `debian`, `ubuntu`, `rocky`, … ; empty when unknown. */
  readonly id: string;
  /** ID_LIKE, split. */
  readonly like: readonly string[];
  /** VERSION_ID, such as `12` or `24.04`; empty for rolling releases. */
  readonly versionId: string;
  /** VERSION_CODENAME, such as `bookworm`; empty where there is none. */
  readonly codename: string;
  /** Release of the running kernel; empty where /proc is not to be seen. */
  readonly kernel: string;
  /** True when `id` or `like` names the family. */
  is(family: string): boolean;
}

async function firstText(host: Host, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const read = await host.read(path);
    if (read.state === "ok") return read.text;
  }
  return "";
}

/** One assignment of os-release(5): shell-like, the value bare or quoted, backslash escapes inside double quotes. */
function unquote(value: string): string {
  if (value.startsWith("'") && value.endsWith("'") && value.length > 1) return value.slice(1, -1);
  const bare = value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  return bare.replace(/\\(.)/g, "$1");
}

function assignments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], unquote(match[2]));
  }
  return found;
}

export const platform: FactSource<Platform> = {
  title: "the operating system (/etc/os-release, /etc/hostname, /proc/sys/kernel)",
  async gather(host) {
    const [release, hostname, kernel] = await Promise.all([
      firstText(host, ["/etc/os-release", "/usr/lib/os-release"]),
      firstText(host, ["/proc/sys/kernel/hostname", "/etc/hostname"]),
      firstText(host, ["/proc/sys/kernel/osrelease"]),
    ]);
    const values = assignments(release);
    const id = values.get("ID") ?? "";
    const like = (values.get("ID_LIKE") ?? "").split(/\s+/).filter((word) => word !== "");
    return known({
      hostname: hostname.split("\n", 1)[0]?.trim() ?? "",
      os: values.get("PRETTY_NAME") ?? (id === "" ? "unknown" : id),
      id,
      like,
      versionId: values.get("VERSION_ID") ?? "",
      codename: values.get("VERSION_CODENAME") ?? "",
      kernel: kernel.trim(),
      is: (family: string) => id === family || like.includes(family),
    });
  },
};
