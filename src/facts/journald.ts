// How the journal keeps and hands on what is logged (journald.conf(5)): the values in force and where they are set. Not what is in it.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import type { Host } from "../host/host.js";
import { type CommandLines, kernelCommandLine } from "./kernel-command-line.js";
import { type Packages, packages } from "./packages.js";
import type { Ask, FactSource } from "./source.js";
import { type SystemdConf, systemdBoolean, systemdConf } from "./systemd-conf.js";
import { units } from "./units.js";

export interface JournalSetting<T> {
  readonly value: T;
  /** Undefined where nothing sets it: the default is in force. */
  readonly source: Source | undefined;
}

export type JournalStorage = "volatile" | "persistent" | "auto" | "none";

export interface Journald {
  readonly storage: JournalSetting<JournalStorage>;
  readonly compress: JournalSetting<boolean>;
  readonly forwardToSyslog: JournalSetting<boolean>;
  /** Is there a /var/log/journal, which makes `auto` persistent? */
  readonly directory: Fact<boolean>;
  /** Values that journald does not understand and passes over. */
  readonly wrong: readonly Source[];
  set(key: "Storage" | "Compress" | "ForwardToSyslog", value: string): readonly Step[];
}

const storages: readonly JournalStorage[] = ["volatile", "persistent", "auto", "none"];

function isBoolean(value: string): boolean {
  return systemdBoolean(value) !== undefined;
}

/** `Compress=` takes a truth value or the size from which on it compresses; empty is the default. */
function compresses(value: string): boolean | undefined {
  if (value === "") return true;
  const word = systemdBoolean(value);
  if (word !== undefined) return word;
  return /^\d+(?:\.\d+)?[BKMGTPE]?$/.test(value) ? true : undefined;
}

const validators = {
  Storage: (value: string) => storages.some((storage) => storage === value),
  Compress: (value: string) => compresses(value) !== undefined,
  ForwardToSyslog: isBoolean,
} as const;

function setting<T>(
  conf: SystemdConf,
  key: keyof typeof validators,
  read: (value: string) => T | undefined,
  fallback: T,
): JournalSetting<T> {
  const found = conf.last("Journal", key, validators[key]);
  const value = found === undefined ? undefined : read(found.value);
  return found === undefined || value === undefined
    ? { value: fallback, source: undefined }
    : { value, source: found.source };
}

/**
 * What journald does where no file says: nothing upstream; Debian's own packages forwarded until systemd 253, and later
 * ship a drop-in that says so. Their main file shows the default in a comment.
 */
async function forwardsByDefault(host: Host, installed: Fact<Packages>): Promise<boolean> {
  const main = await host.read("/etc/systemd/journald.conf");
  if (main.state === "ok" && /^#ForwardToSyslog=yes$/m.test(main.text)) return true;
  const version =
    installed.state === "known" && installed.value.manager === "dpkg"
      ? installed.value.get("systemd")?.version
      : undefined;
  return version !== undefined && Number.parseInt(version, 10) < 253;
}

/** `systemd.journald.forward_to_syslog` on the kernel's command line beats every file (systemd-journald.service(8)). */
function fromKernel(lines: Fact<CommandLines>): JournalSetting<boolean> | undefined {
  if (lines.state !== "known" || lines.value.running.state !== "known") return undefined;
  const { source } = lines.value.running.value;
  const last = lines.value.running.value.last("systemd.journald.forward_to_syslog");
  const value = last === undefined ? undefined : systemdBoolean(last.value ?? "yes");
  return value === undefined ? undefined : { value, source };
}

async function present(host: Host, ask: Ask): Promise<Fact<true>> {
  const found = await ask(units);
  if (found.state === "error") return failed(found.reason);
  const unit = found.state === "known" ? await found.value.get("systemd-journald.service") : undefined;
  const main = await host.stat("/etc/systemd/journald.conf");
  return unit === undefined && main.state === "absent"
    ? absent("no systemd-journald on this node")
    : known(true);
}

export const journald: FactSource<Journald> = {
  title: "the configuration of the journal (/etc/systemd/journald.conf, journald.conf.d, /var/log/journal)",
  async gather(host, ask) {
    const there = await present(host, ask);
    if (there.state !== "known") return there;
    const [conf, installed, lines, directory] = await Promise.all([
      systemdConf(host, "journald.conf"),
      ask(packages),
      ask(kernelCommandLine),
      host.stat("/var/log/journal"),
    ]);
    // One file more or less makes any value another one.
    if (conf.unread.length > 0) return failed(conf.unread.join("; "));
    const forward = setting(
      conf,
      "ForwardToSyslog",
      systemdBoolean,
      await forwardsByDefault(host, installed),
    );
    const wrong = (key: keyof typeof validators) => conf.wrong("Journal", key, validators[key]);
    return known({
      storage: setting(conf, "Storage", (value) => storages.find((one) => one === value), "auto"),
      compress: setting(conf, "Compress", compresses, true),
      forwardToSyslog: fromKernel(lines) ?? forward,
      directory:
        directory.state === "ok"
          ? known(directory.kind === "directory")
          : directory.state === "absent"
            ? known(false)
            : failed(directory.reason),
      wrong: [...wrong("Storage"), ...wrong("Compress"), ...wrong("ForwardToSyslog")].map(
        ({ source }) => source,
      ),
      set: (key, value) => conf.set("Journal", key, value),
    });
  },
};
