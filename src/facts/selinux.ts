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

/** The value ends at the first blank; names and values are taken as they are, in any case (libselinux). */
function setting(settings: readonly KeyValue[], key: string): Selinux["mode"] {
  const found = settings.findLast((one) => one.key.toUpperCase() === key);
  return found === undefined
    ? undefined
    : { value: found.value.split(/\s/, 1).join("").toLowerCase(), source: found.source };
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
      mode: setting(settings, "SELINUX"),
      type: setting(settings, "SELINUXTYPE"),
    });
  },
};
