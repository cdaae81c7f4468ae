// What the kernel can do with seccomp filters: the actions it knows (/proc/sys/kernel/seccomp) and how it was built. Judges
// nothing.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { compareKernelReleases } from "../formats/kernel-release.js";
import { LineIndex } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import { platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";

export interface KernelSeccomp {
  /** As the running kernel lists them, `errno` and the like; undefined where that cannot be seen. */
  readonly actions: readonly string[] | undefined;
  /** CONFIG_SECCOMP_FILTER=y; undefined where the build's configuration is not kept. */
  readonly built: boolean | undefined;
  readonly sources: readonly Source[];
  readonly unread: readonly string[];
}

const actionsFile = "/proc/sys/kernel/seccomp/actions_avail";
const option = /^(?:CONFIG_SECCOMP_FILTER=(\w+)|# CONFIG_SECCOMP_FILTER is not set)$/m;

/** The running kernel, or the newest that is installed. */
async function releaseOf(host: Host, ask: Ask): Promise<string> {
  const system = await ask(platform);
  if (system.state === "known" && system.value.kernel !== "") return system.value.kernel;
  const boot = await host.list("/boot");
  const releases = (boot.state === "ok" ? boot.entries : []).flatMap(({ name }) =>
    name.startsWith("config-") ? [name.slice("config-".length)] : [],
  );
  return [...releases].sort(compareKernelReleases).at(-1) ?? "";
}

interface Built {
  readonly built: boolean | undefined;
  readonly source?: Source;
  readonly unread?: string;
}

/** Distributions keep the configuration beside the kernel. */
async function configuration(host: Host, release: string): Promise<Built> {
  if (!/^[\w.+~-]+$/.test(release)) return { built: undefined };
  for (const path of [`/boot/config-${release}`, `/usr/lib/modules/${release}/config`]) {
    const read = await host.read(path);
    if (read.state === "absent") continue;
    if (read.state !== "ok") return { built: undefined, unread: read.reason };
    const found = option.exec(read.text);
    const span = { start: found?.index ?? 0, end: (found?.index ?? 0) + (found?.[0].length ?? 0) };
    const source =
      found === null
        ? wholeFile(path, "no CONFIG_SECCOMP_FILTER")
        : new LineIndex(read.text).source(path, span);
    return { built: found?.[1] === "y", source };
  }
  return { built: undefined };
}

export const kernelSeccomp: FactSource<KernelSeccomp> = {
  title: `the kernel's seccomp filters (${actionsFile}, /boot/config-*)`,
  async gather(host, ask) {
    const read = await host.read(actionsFile, { limit: 4096 });
    if (read.state !== "ok" && read.state !== "absent") return failed(read.reason);
    const proc = await host.stat("/proc/sys/kernel");
    const { built, source, unread } = await configuration(host, await releaseOf(host, ask));
    if (read.state === "absent" && proc.state === "absent" && built === undefined && unread === undefined)
      return absent("no kernel can be seen: neither /proc nor the configuration of one under /boot");
    const actions =
      read.state === "ok"
        ? read.text
            .trim()
            .split(/\s+/)
            .filter((word) => word !== "")
        : undefined;
    return known({
      // A kernel that shows its settings and not this one has no filters, or is older than 4.14.
      actions: actions ?? (proc.state === "ok" ? [] : undefined),
      built,
      sources: [
        ...(read.state === "ok" ? [wholeFile(actionsFile, read.text.trim())] : []),
        ...(read.state === "absent" && proc.state === "ok" ? [wholeFile(actionsFile, "does not exist")] : []),
        ...(source === undefined ? [] : [source]),
      ],
      unread: unread === undefined ? [] : [unread],
    });
  },
};
