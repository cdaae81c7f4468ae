// Unit files, links that enable them, processes and systemctl's answers, for tests of services.
import { type KnownServiceName, knownServices } from "../../src/facts/known-services.js";
import type { RunResult } from "../../src/host/host.js";
import type { MemoryFiles, MemoryOptions } from "../../src/host/memory.js";
import { processFiles } from "./proc-net.js";

export const lib = "/usr/lib/systemd/system";
export const etc = "/etc/systemd/system";

/** A node with systemd and nothing that any check asks for. */
export const bare: MemoryFiles = {
  [`${lib}/multi-user.target`]: "[Unit]\nDescription=Multi-User System\n",
  // sd_booted(3)
  "/run/systemd/system": { kind: "directory" },
};

/** A unit that is installed and starts nothing by itself. */
export function installed(...names: readonly string[]): MemoryFiles {
  const text =
    "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/sbin/x\n[Install]\nWantedBy=multi-user.target\n";
  return { ...bare, ...Object.fromEntries(names.map((name) => [`${lib}/${name}`, text])) };
}

/** The link that starts a unit at boot. */
export function wants(name: string, target = "multi-user.target"): string {
  return `${etc}/${target}.wants/${name}`;
}

export function enabled(...names: readonly string[]): MemoryFiles {
  return {
    ...installed(...names),
    ...Object.fromEntries(names.map((name) => [wants(name), { link: `${lib}/${name}` }])),
  };
}

export function masked(...names: readonly string[]): MemoryFiles {
  return {
    ...installed(...names),
    ...Object.fromEntries(names.map((name) => [`${etc}/${name}`, { link: "/dev/null" }])),
  };
}

/** systemctl says of each unit named what its ActiveState is; all others are inactive. */
export function systemctl(states: Readonly<Record<string, string>> = {}): MemoryOptions {
  const lines = Object.entries({ "-.mount": "active", ...states }).map(
    ([name, active]) => `${name} loaded ${active} ${active === "active" ? "running" : "dead"} A description`,
  );
  const result: RunResult = { state: "ok", code: 0, stdout: `${lines.join("\n")}\n`, stderr: "" };
  return { live: true, runs: { "unit-states": result } };
}

/** A process of the host's own process namespace. */
export function running(program: string, ...args: readonly string[]): MemoryFiles {
  return {
    ...processFiles({ pid: 1, program: "/usr/lib/systemd/systemd" }),
    ...processFiles({ pid: 700, program: `/usr/sbin/${program}`, args: [`/usr/sbin/${program}`, ...args] }),
    "/proc/700/cgroup": "0::/system.slice/x.service\n",
  };
}

/** The same in a pod. */
export function inPod(program: string, ...args: readonly string[]): MemoryFiles {
  return {
    ...running(program, ...args),
    "/proc/700/cgroup": "0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-0123.scope\n",
  };
}

/** The first unit of a known service. */
export function unitOf(name: KnownServiceName): string {
  return knownServices[name].units[0];
}
