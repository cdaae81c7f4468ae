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
/** The option depends on CONFIG_SECCOMP, and is not spoken of without it. */
const option = /^(?:CONFIG_SECCOMP_FILTER=(\w+)|# CONFIG_SECCOMP(?:_FILTER)? is not set)$/m;

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
    if (found === null) return { built: undefined };
    const span = { start: found.index, end: found.index + found[0].length };
    return { built: found[1] === "y", source: new LineIndex(read.text).source(path, span) };
  }
  return { built: undefined };
}

export const kernelSeccomp: FactSource<KernelSeccomp> = {
  title: `the kernel's seccomp filters (${actionsFile}, /boot/config-*)`,
  async gather(host, ask) {
    const read = await host.read(actionsFile, { limit: 4096 });
    if (read.state !== "ok" && read.state !== "absent") return failed(read.reason);
    // Under --root what is missing of /proc proves nothing: only parts of it may have been brought along.
    const proc = host.live && (await host.stat("/proc/sys/kernel")).state === "ok";
    const { built, source, unread } = await configuration(host, await releaseOf(host, ask));
    if (read.state === "absent" && !proc && built === undefined && unread === undefined)
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
      actions: actions ?? (proc ? [] : undefined),
      built,
      sources: [
        ...(read.state === "ok" ? [wholeFile(actionsFile, read.text.trim())] : []),
        ...(read.state === "absent" && proc ? [wholeFile(actionsFile, "does not exist")] : []),
        ...(source === undefined ? [] : [source]),
      ],
      unread: unread === undefined ? [] : [unread],
    });
  },
};
