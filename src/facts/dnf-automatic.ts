// dnf-automatic: its configuration, its timers (dnf-automatic(8)). Not apt's unattended-upgrades.
import { type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { dnfBoolean, parseDnfConf } from "../formats/dnf-conf.js";
import { LineIndex } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import type { Packages } from "./packages.js";
import type { Ask } from "./source.js";
import { type Timer, timersOf } from "./unit-timers.js";

export interface DnfSetting {
  readonly value: string;
  readonly source: Source;
  set(value: string): Step;
}

export interface DnfAutomatic {
  readonly tool: "dnf-automatic";
  readonly installed: boolean;
  readonly timers: readonly Timer[];
  /** `apply_updates`; undefined where not set, which is no. */
  readonly apply: DnfSetting | undefined;
  /** Whether the value above is yes. */
  readonly applies: boolean;
  /** `upgrade_type`: `default` or `security`. */
  readonly upgradeType: DnfSetting | undefined;
  readonly unread: readonly string[];
}

/** The one with `install` in its name installs whatever the configuration says. */
const timers = ["dnf-automatic.timer", "dnf-automatic-install.timer", "dnf5-automatic.timer"];
const files = ["/etc/dnf/automatic.conf", "/etc/dnf/dnf5-plugins/automatic.conf"];
const packagesOfIt = ["dnf-automatic", "dnf5-plugin-automatic", "dnf4-automatic"];

interface Settings {
  readonly apply: DnfSetting | undefined;
  readonly upgradeType: DnfSetting | undefined;
}

function settingsOf(path: string, text: string): Settings {
  const lines = new LineIndex(text);
  const commands = parseDnfConf(text).sections.findLast(({ name }) => name === "commands");
  const setting = (key: string): DnfSetting | undefined => {
    const option = commands?.get(key);
    if (option === undefined) return undefined;
    const set = (value: string): Step => ({
      kind: "edit",
      file: path,
      edits: [{ span: option.valueSpan, text: value }],
    });
    return { value: option.value, source: lines.source(path, option.span), set };
  };
  return { apply: setting("apply_updates"), upgradeType: setting("upgrade_type") };
}

export async function dnfAutomatic(host: Host, ask: Ask, installed: Packages): Promise<Fact<DnfAutomatic>> {
  const [reads, state] = await Promise.all([
    Promise.all(files.map((path) => host.read(path))),
    timersOf(ask, timers),
  ]);
  const bad = reads.find((read) => read.state === "denied" || read.state === "failed");
  if (bad !== undefined) return failed(bad.reason);
  const read = reads.find(({ state: found }) => found === "ok");
  const settings: Settings =
    read?.state === "ok" ? settingsOf(read.path, read.text) : { apply: undefined, upgradeType: undefined };
  return known({
    tool: "dnf-automatic",
    installed: packagesOfIt.some((name) => installed.get(name) !== undefined),
    timers: state.timers,
    ...settings,
    applies: dnfBoolean(settings.apply?.value ?? "no") === true,
    unread: state.unread,
  });
}
