// What Ctrl-Alt-Del does to this machine: systemd's target, its setting for many presses, the kernel's own switch.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";
import { systemdConf } from "./systemd-conf.js";
import { units } from "./units.js";

export interface CtrlAltDel {
  /** A masked target starts nothing; undefined where the unit could not be read. */
  readonly masked: boolean | undefined;
  readonly target: Source;
  /** CtrlAltDelBurstAction of systemd-system.conf(5): what seven presses within two seconds do; undefined where not all could be read. */
  readonly burst: { readonly value: string | undefined; readonly source: Source | undefined };
  /** /proc/sys/kernel/ctrl-alt-del: 1 lets the kernel reboot at once (proc(5)). */
  readonly kernel: Fact<{ readonly immediate: boolean; readonly source: Source }>;
  readonly unread: readonly string[];
  readonly mask: readonly Step[];
  readonly setBurst: readonly Step[];
}

const name = "ctrl-alt-del.target";
const link = `/etc/systemd/system/${name}`;

/** parse_emergency_action of systemd. */
const actions = /^(?:none|(?:reboot|poweroff|exit|soft-reboot|halt|kexec)(?:-force|-immediate)?)$/;

async function kernelSwitch(host: Host): Promise<CtrlAltDel["kernel"]> {
  const read = await host.read("/proc/sys/kernel/ctrl-alt-del");
  if (read.state === "absent") return absent("the running kernel cannot be seen: no /proc");
  if (read.state !== "ok") return failed(read.reason);
  const value = read.text.trim();
  return known({ immediate: value !== "0", source: { ...wholeFile(read.path, value), line: 1 } });
}

export const ctrlAltDel: FactSource<CtrlAltDel> = {
  title:
    "what Ctrl-Alt-Del does (ctrl-alt-del.target, /etc/systemd/system.conf, /proc/sys/kernel/ctrl-alt-del)",
  async gather(host, ask) {
    const found = await ask(units);
    if (found.state !== "known") return found;
    const unit = await found.value.get(name);
    if (unit === undefined) return absent(`systemd has no ${name} here`);
    const doubts = [...unit.unread, ...unit.problems];
    const [conf, kernel] = await Promise.all([systemdConf(host, "system.conf"), kernelSwitch(host)]);
    const burst = conf.last("Manager", "CtrlAltDelBurstAction", (value) => actions.test(value));
    return known({
      masked: doubts.length > 0 ? undefined : unit.masked,
      target: wholeFile(unit.masked ? unit.fragment : (unit.files[0]?.file ?? unit.fragment), unit.state),
      burst: {
        value: conf.unread.length > 0 ? undefined : (burst?.value ?? "reboot-force"),
        source: burst?.source,
      },
      kernel,
      unread: [...doubts, ...conf.unread],
      mask: [{ kind: "symlink", file: link, target: "/dev/null" }],
      setBurst: conf.set("Manager", "CtrlAltDelBurstAction", "none"),
    });
  },
};
