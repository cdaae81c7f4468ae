// Whether the package manager asks for a reboot (/run/reboot-required). Not whether a new kernel waits (kernels.ts).
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { packages } from "./packages.js";
import type { FactSource } from "./source.js";

export interface Reboot {
  /** The mark, where it is set. */
  readonly mark: Source | undefined;
  /** Packages that asked, as written; empty where nobody noted them. */
  readonly askedBy: readonly string[];
  readonly unread: readonly string[];
}

const mark = "/run/reboot-required";

/** Packages whose scripts set the mark: notify-reboot-required, and unattended-upgrades' hook for kernels. */
const writers = ["update-notifier-common", "unattended-upgrades", "needrestart", "reboot-notifier"];

export const reboot: FactSource<Reboot> = {
  title: "the mark that asks for a reboot (/run/reboot-required, /run/reboot-required.pkgs)",
  async gather(host, ask) {
    const running = await host.stat("/proc/sys/kernel/osrelease");
    if (running.state === "absent") return absent("no running system can be seen: no /proc");
    const [stat, asked, installed] = await Promise.all([
      host.stat(mark),
      host.read(`${mark}.pkgs`),
      ask(packages),
    ]);
    if (stat.state === "denied" || stat.state === "failed") return failed(stat.reason);
    const database = installed.state === "known" ? installed.value : undefined;
    if (stat.state === "absent" && installed.state === "error") return failed(installed.reason);
    if (stat.state === "absent" && !writers.some((name) => database?.get(name) !== undefined))
      return absent(
        `nothing on this node sets ${mark} (${writers.join(", ")}): only the kernel can be compared`,
      );
    const names = asked.state === "ok" ? asked.text.split("\n").filter((line) => line !== "") : [];
    return known({
      mark: stat.state === "ok" ? wholeFile(mark) : undefined,
      askedBy: [...new Set(names)],
      unread: asked.state === "denied" || asked.state === "failed" ? [asked.reason] : [],
    });
  },
};
