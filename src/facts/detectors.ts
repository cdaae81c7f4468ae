// What watches this node at run time: Falco, Tracee and the audit daemon, with their units, processes and rule files.
import { known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseAuditRules } from "../formats/audit-rules.js";
import { parseYaml } from "../formats/yaml.js";
import { yamlGet } from "../formats/yaml-node.js";
import type { Host } from "../host/host.js";
import { type FileState, fileStates } from "./file-state.js";
import { processes } from "./processes.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export interface Detector {
  /** Units of it that can start, and programs of it. */
  readonly installed: readonly Source[];
  /** Does one of its units start at boot? */
  readonly starts: boolean;
  /** Undefined: no process can be seen. */
  readonly running: readonly Source[] | undefined;
  /** Its configuration and rules: what is there. */
  readonly files: readonly FileState[];
  readonly unread: readonly string[];
}

export interface Detectors {
  readonly falco: Detector;
  readonly tracee: Detector;
  readonly audit: Detector;
  /** Outputs that are on in Falco's configuration; undefined where there is none here. */
  readonly falcoOutputs: readonly string[] | undefined;
  readonly auditRules: number;
}

const places = {
  falco: {
    units: ["falco", "falco-modern-bpf", "falco-bpf", "falco-kmod", "falco-custom"],
    programs: ["/usr/bin/falco", "/usr/local/bin/falco"],
    processes: ["falco"],
    files: ["/etc/falco", "/etc/falco/*", "/etc/falco/rules.d/*", "/etc/falco/config.d/*"],
  },
  tracee: {
    units: ["tracee"],
    programs: ["/usr/bin/tracee", "/usr/local/bin/tracee", "/opt/tracee/tracee"],
    processes: ["tracee", "tracee-ebpf"],
    files: ["/etc/tracee", "/etc/tracee/*", "/etc/tracee/policies/*"],
  },
  audit: {
    units: ["auditd"],
    programs: ["/usr/sbin/auditd", "/sbin/auditd"],
    processes: ["auditd"],
    files: ["/etc/audit", "/etc/audit/*", "/etc/audit/rules.d/*"],
  },
} as const;

type Place = (typeof places)[keyof typeof places];

async function runningOf(ask: Ask, names: readonly string[]) {
  const all = await ask(processes);
  if (all.state !== "known") return { running: undefined, unread: all.state === "error" ? [all.reason] : [] };
  const found = names.flatMap((name) => all.value.named(name));
  const running = found.map(({ pid, comm }) => wholeFile(`/proc/${pid}`, comm));
  // One that could not be read may be it.
  return { running, unread: found.length === 0 ? all.value.unread : [] };
}

async function detector(host: Host, ask: Ask, place: Place): Promise<Detector> {
  const all = await ask(units);
  const found =
    all.state === "known"
      ? await Promise.all(place.units.map((name) => all.value.get(`${name}.service`)))
      : [];
  const startable = found.filter((unit) => unit !== undefined && !unit.masked);
  const programs = await fileStates(host, place.programs);
  const files = await fileStates(host, place.files);
  const { running, unread } = await runningOf(ask, place.processes);
  return {
    installed: [
      ...startable.flatMap((unit) => (unit === undefined ? [] : [wholeFile(unit.fragment, unit.state)])),
      ...programs.flatMap((one) => (one.state === "ok" ? [wholeFile(one.path)] : [])),
    ],
    starts: startable.some((unit) => unit?.state === "enabled" || (unit?.pulledBy.length ?? 0) > 0),
    running,
    files: files.filter(({ state }) => state !== "absent"),
    unread: [...unread, ...(all.state === "error" ? [all.reason] : [])],
  };
}

interface Text {
  readonly path: string;
  readonly text: string;
}

async function texts(host: Host, files: readonly FileState[], pattern: RegExp) {
  const read: Text[] = [];
  const unread: string[] = [];
  for (const { path } of files.filter((one) => pattern.test(one.path))) {
    const one = await host.read(path);
    if (one.state === "ok") read.push({ path, text: one.text });
    else unread.push(one.reason);
  }
  return { read, unread };
}

/** Keys such as `stdout_output` whose `enabled` is true (falco.yaml). */
function outputsOf(text: string): readonly string[] | undefined {
  const parsed = parseYaml(text, "1.1");
  const root = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root?.kind !== "map") return undefined;
  return root.entries
    .filter(({ key, value }) => {
      const on = yamlGet(value, "enabled");
      return key.endsWith("_output") && on?.kind === "scalar" && on.value === true;
    })
    .map(({ key }) => key);
}

async function falcoOutputs(host: Host, files: readonly FileState[]) {
  const { read, unread } = await texts(host, files, /\/(?:falco\.yaml|config\.d\/[^/]+\.ya?ml)$/);
  const outputs = read.map(({ path, text }) => ({ path, outputs: outputsOf(text) }));
  const broken = outputs.filter((one) => one.outputs === undefined);
  return {
    outputs: read.length === 0 ? undefined : outputs.flatMap((one) => one.outputs ?? []),
    unread: [...unread, ...broken.map(({ path }) => `${path}: is not a YAML map`)],
  };
}

export const detectors: FactSource<Detectors> = {
  title: "Falco, Tracee and the audit daemon (their units, processes, /etc/falco, /etc/tracee, /etc/audit)",
  async gather(host, ask) {
    const [falco, tracee, audit] = await Promise.all([
      detector(host, ask, places.falco),
      detector(host, ask, places.tracee),
      detector(host, ask, places.audit),
    ]);
    const outputs = await falcoOutputs(host, falco.files);
    const rules = await texts(host, audit.files, /\.rules$/);
    return known({
      falco: { ...falco, unread: [...falco.unread, ...outputs.unread] },
      tracee,
      audit: { ...audit, unread: [...audit.unread, ...rules.unread] },
      falcoOutputs: outputs.outputs,
      auditRules: rules.read
        .flatMap(({ text }) => parseAuditRules(text))
        .filter(({ kind }) => kind === "rule").length,
    });
  },
};
