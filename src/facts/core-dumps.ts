// Where the memory of a crashed program goes: limits of pam_limits, settings of systemd-coredump, the kernel's pattern.

import { type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type LimitLine, parseLimits } from "../formats/limits-conf.js";
import type { Host } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";
import type { FactSource } from "./source.js";
import { type SystemdConf, systemdConf } from "./systemd-conf.js";

export interface CoreLimit {
  readonly domain: string;
  /** No dump of any size. */
  readonly isZero: boolean;
  readonly value: string;
  readonly source: Source;
  readonly zero: Step;
}

export interface CoreDumps {
  /** Hard limits on core files, in the order in which pam_limits reads them. */
  readonly limits: readonly CoreLimit[];
  /** Without pam_limits no limits file counts. */
  readonly hasLimits: boolean;
  readonly unread: readonly string[];
  /** A step that adds a limit for everybody. */
  readonly add: Step;
  /** coredump.conf, where systemd-coredump is installed. */
  readonly collector: SystemdConf | undefined;
  /** kernel.core_pattern of the running kernel; undefined where it is not to be seen. */
  readonly pattern: string | undefined;
}

const main = "/etc/security/limits.conf";
const folder = "/etc/security/limits.d";

function limitOf({ domain, value, valueSpan, source }: LimitLine): CoreLimit {
  return {
    domain,
    value,
    isZero: value === "0",
    source,
    zero: { kind: "edit", file: source.file, edits: [{ span: valueSpan, text: "0" }] },
  };
}

async function collectorOf(host: Host): Promise<SystemdConf | undefined> {
  const programs = ["/usr/lib/systemd/systemd-coredump", "/lib/systemd/systemd-coredump"];
  const stats = await Promise.all(programs.map((path) => host.stat(path)));
  return stats.some(({ state }) => state !== "absent") ? await systemdConf(host, "coredump.conf") : undefined;
}

export const coreDumps: FactSource<CoreDumps> = {
  title:
    "what becomes of core dumps (/etc/security/limits.conf, coredump.conf, /proc/sys/kernel/core_pattern)",
  async gather(host): Promise<Fact<CoreDumps>> {
    const [limits, more, collector, pattern] = await Promise.all([
      host.read(main),
      dropIns(host, {
        directories: [folder],
        accepts: (name) => name.endsWith(".conf"),
        directoriesHide: false,
      }),
      collectorOf(host),
      host.read("/proc/sys/kernel/core_pattern"),
    ]);
    const files = [
      ...(limits.state === "ok" ? [limits] : []),
      ...more.files.flatMap(({ read }) => (read === undefined ? [] : [read])),
    ];
    const core = files
      .flatMap(({ path, text }) => parseLimits(path, text))
      .filter(({ item, type }) => item === "core" && type !== "soft");
    return known({
      limits: core.map(limitOf),
      hasLimits: limits.state !== "absent" || more.directories.length > 0,
      unread: [
        ...(limits.state === "ok" || limits.state === "absent" ? [] : [limits.reason]),
        ...more.unread,
      ],
      add: {
        kind: "write",
        file: `${folder}/zz-nodeward-core.conf`,
        content: "* hard core 0\n",
        mode: 0o644,
      },
      collector,
      pattern: pattern.state === "ok" ? pattern.text.trim() : undefined,
    });
  },
};
