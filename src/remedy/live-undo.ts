// How a change of the running system is taken back: rows of the same table, worked out from what is there before it.
import type { LiveUndo } from "../core/journal-event.js";
import type { LiveChange } from "../core/plan.js";
import { mounts } from "../facts/mounts.js";
import type { Ask } from "../facts/source.js";
import { parseProfileList } from "../formats/apparmor-label.js";
import type { Host } from "../host/host.js";

export type Undo =
  /** The machine is already so: there is nothing to do. */
  | { readonly state: "same" }
  | { readonly state: "ok"; readonly undo: readonly LiveUndo[] }
  /** What is there before cannot be told, so that nobody could put it back. */
  | { readonly state: "unknown"; readonly reason: string };

interface Before {
  readonly host: Host;
  readonly ask: Ask;
}

type Row = (args: readonly string[], before: Before) => Promise<Undo>;

const same: Undo = { state: "same" };
/** Done, and there to stay until the next boot. */
const forever: Undo = { state: "ok", undo: [] };

function back(action: LiveUndo["action"], ...args: readonly string[]): Undo {
  return { state: "ok", undo: [{ action, args }] };
}

/** Values that the kernel takes once and keeps until the next boot (admin-guide/sysctl/kernel.rst). */
const forGood: Readonly<Record<string, string>> = {
  "kernel.kexec_load_disabled": "1",
  "kernel.unprivileged_bpf_disabled": "1",
  "kernel.yama.ptrace_scope": "3",
};

const sysctl: Row = async ([key = "", value = ""], { host }) => {
  const read = await host.read(`/proc/sys/${key.replaceAll(".", "/")}`);
  if (read.state !== "ok") return { state: "unknown", reason: read.reason };
  const now = read.text.trim();
  if (now === value) return same;
  return forGood[key] === value ? forever : back("set-sysctl", key, now);
};

/** The word of `systemctl is-…`, which also ends with other codes than 0. */
async function word(
  { host }: Before,
  probe: "unit-enabled" | "unit-active",
  unit: string,
): Promise<string | undefined> {
  const result = await host.run(probe, unit);
  return result.state === "ok" ? result.stdout.trim().split("\n", 1)[0] : undefined;
}

const untold = (unit: string): Undo => ({
  state: "unknown",
  reason: `systemd does not tell the state of ${unit}`,
});

function unitRow(
  probe: "unit-enabled" | "unit-active",
  unless: readonly string[],
  action: LiveUndo["action"],
): Row {
  return async ([unit = ""], before) => {
    const state = await word(before, probe, unit);
    if (state === undefined || state === "") return untold(unit);
    return unless.includes(state) ? same : back(action, unit);
  };
}

const enabled = ["enabled", "enabled-runtime", "static", "indirect", "generated", "alias"];
const running = ["active", "activating", "reloading"];
const notRunning = ["inactive", "failed", "deactivating"];

async function isLoaded(host: Host, module: string): Promise<boolean | undefined> {
  const read = await host.read("/proc/modules");
  if (read.state !== "ok") return undefined;
  const name = module.replaceAll("-", "_");
  return read.text.split("\n").some((line) => line.startsWith(`${name} `));
}

function moduleRow(wasLoaded: boolean, action: LiveUndo["action"]): Row {
  return async ([module = ""], { host }) => {
    const loaded = await isLoaded(host, module);
    if (loaded === undefined) return { state: "unknown", reason: "/proc/modules cannot be read" };
    return loaded === wasLoaded ? back(action, module) : same;
  };
}

const inverse: Readonly<Record<string, string>> = { nodev: "dev", nosuid: "suid", noexec: "exec" };

const remount: Row = async ([point = "", options = ""], { ask }) => {
  const fact = await ask(mounts);
  const table = fact.state === "known" ? fact.value.running : fact;
  const mount = table.state === "known" ? table.value.at(point) : undefined;
  if (mount === undefined) return { state: "unknown", reason: `${point}: how it is mounted cannot be read` };
  const was = options.split(",").flatMap((option) => {
    if (mount.options.has(option)) return [];
    const [name = ""] = option.split("=", 1);
    const old = [...mount.options].find((one) => one.startsWith(`${name}=`));
    const undo = inverse[option] ?? old ?? (name === "hidepid" ? "hidepid=0" : undefined);
    return undo === undefined ? [] : [undo];
  });
  return was.length === 0 ? same : back("remount", point, was.join(","));
};

const loadedProfiles = "/sys/kernel/security/apparmor/profiles";

const profile: Row = async ([file = ""], { host }) => {
  // Whoever puts back that there was none has nothing to load.
  if ((await host.stat(file)).state === "absent") return same;
  const [names, loaded] = [await host.run("apparmor-names", file), await host.read(loadedProfiles)];
  if (names.state !== "ok" || names.code !== 0)
    return { state: "unknown", reason: `${file}: apparmor_parser does not tell its profiles` };
  if (loaded.state !== "ok") return { state: "unknown", reason: loaded.reason };
  const before = new Set(parseProfileList(loaded.text).profiles.map(({ name }) => name));
  const all = names.stdout.split("\n").filter((name) => name !== "");
  // A child goes with its parent.
  const fresh = all.filter((name) => !before.has(name) && !name.includes("//"));
  const known = all.some((name) => before.has(name));
  return {
    state: "ok",
    undo: [
      // By then the file is the one that was there before.
      ...(known ? [{ action: "load-apparmor-profile", args: [file] }] : []),
      ...fresh.map((name) => ({ action: "unload-apparmor-profile", args: [name, file] })),
    ],
  };
};

/** Beside its name the file it came from, which brings it back. */
const unload: Row = async ([name = "", file], { host }) => {
  const loaded = await host.read(loadedProfiles);
  if (loaded.state !== "ok") return { state: "unknown", reason: loaded.reason };
  const isLoaded = parseProfileList(loaded.text).profiles.some((one) => one.name === name);
  if (!isLoaded) return same;
  return file === undefined ? forever : back("load-apparmor-profile", file);
};

/** Where its chains are in the kernel it was on: switching it on again only loads its rules anew. */
const firewall: Row = async (_args, { host }) => {
  const rules = await host.run("iptables-save");
  if (rules.state !== "ok" || rules.code !== 0)
    return { state: "unknown", reason: "whether ufw is on cannot be told: iptables-save does not answer" };
  // Switched off, ufw leaves its chains, and the jumps into them, without a rule.
  return /^-A ufw-before-input /m.test(rules.stdout) ? forever : back("unload-ufw");
};

async function attributes(host: Host, path: string): Promise<{ mode: string; owner: string } | string> {
  const stat = await host.stat(path);
  if (stat.state !== "ok") return stat.reason;
  return { mode: stat.mode.toString(8).padStart(4, "0"), owner: `${stat.uid}:${stat.gid}` };
}

function attributeRow(what: "mode" | "owner", action: LiveUndo["action"]): Row {
  return async ([path = ""], { host }) => {
    const found = await attributes(host, path);
    return typeof found === "string" ? { state: "unknown", reason: found } : back(action, path, found[what]);
  };
}

const rows: Readonly<Record<LiveChange["action"], Row>> = {
  "set-sysctl": sysctl,
  "enable-unit": unitRow("unit-enabled", enabled, "disable-unit"),
  "disable-unit": unitRow("unit-enabled", ["disabled", "masked", "static", "generated"], "enable-unit"),
  "start-unit": unitRow("unit-active", running, "stop-unit"),
  "stop-unit": unitRow("unit-active", notRunning, "start-unit"),
  "load-module": moduleRow(false, "unload-module"),
  "unload-module": moduleRow(true, "load-module"),
  remount,
  "load-apparmor-profile": profile,
  "unload-apparmor-profile": unload,
  "enable-ufw": firewall,
  "unload-ufw": async () => back("enable-ufw"),
  "set-socket-mode": attributeRow("mode", "set-socket-mode"),
  "set-socket-owner": attributeRow("owner", "set-socket-owner"),
};

/** `before` is a host that was just opened: what an older one remembers may have changed. */
export function undoOf({ action, args }: LiveChange, before: Before): Promise<Undo> {
  return rows[action](args, before);
}

/** Is it the name of a row that takes something back? Journals of other versions may hold others. */
export function isUndoable(action: string): action is LiveChange["action"] {
  return Object.hasOwn(rows, action);
}
