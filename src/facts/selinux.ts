// Whether SELinux enforces its policy, now and after the next boot (selinux_config(5), selinuxfs). Not what the policy says.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type KeyValue, parseKeyValue } from "../formats/key-value.js";
import type { FactSource } from "./source.js";

export type SelinuxMode = "enforcing" | "permissive" | "disabled";

export interface Selinux {
  /** Absent where /sys is not to be seen. */
  readonly running: Fact<{ readonly mode: SelinuxMode; readonly source: Source }>;
  /** SELINUX= and SELINUXTYPE=; a word that is none of the known is kept as it is. */
  readonly mode: { readonly value: string; readonly source: Source } | undefined;
  readonly type: { readonly value: string; readonly source: Source } | undefined;
}

const file = "/etc/selinux/config";
const enforce = "/sys/fs/selinux/enforce";

/** The value ends at the first blank and is taken in any case (libselinux, init_selinux_config). */
function valued({ value, source }: KeyValue) {
  return { value: value.split(/\s/, 1).join("").toLowerCase(), source };
}

/** The last one, in any case. */
function typeIn(settings: readonly KeyValue[]): Selinux["type"] {
  const found = settings.findLast(({ key }) => key.toUpperCase() === "SELINUXTYPE");
  return found === undefined ? undefined : valued(found);
}

/** The first at the start of a line that begins with a word that is known (libselinux, selinux_getenforcemode). */
function modeIn(settings: readonly KeyValue[]): Selinux["mode"] {
  const all = settings.filter(({ source }) => source.text.startsWith("SELINUX=")).map(valued);
  for (const { value, source } of all) {
    const mode = ["enforcing", "permissive", "disabled"].find((word) => value.startsWith(word));
    if (mode !== undefined) return { value: mode, source };
  }
  return all[0];
}

export const selinux: FactSource<Selinux> = {
  title: "the mode of SELinux (/etc/selinux/config, /sys/fs/selinux/enforce)",
  async gather(host): Promise<Fact<Selinux>> {
    const [config, now, sys] = await Promise.all([host.read(file), host.read(enforce), host.stat("/sys/fs")]);
    if (config.state === "absent" && now.state === "absent")
      return absent("SELinux is not on this node: neither /etc/selinux/config nor /sys/fs/selinux");
    if (config.state === "denied" || config.state === "failed") return failed(config.reason);
    const settings = config.state === "ok" ? parseKeyValue(file, config.text) : [];
    const running = (): Selinux["running"] => {
      if (now.state === "ok") {
        const mode = now.text.trim() === "1" ? "enforcing" : "permissive";
        return known({ mode, source: wholeFile(enforce, now.text.trim()) });
      }
      if (now.state !== "absent") return failed(now.reason);
      if (sys.state !== "ok") return absent("whether SELinux enforces now cannot be seen: no /sys");
      return known({ mode: "disabled", source: wholeFile("/sys/fs/selinux", "not there") });
    };
    return known({
      running: running(),
      mode: modeIn(settings),
      type: typeIn(settings),
    });
  },
};
