// The scheduler's flags, a row a check.
import type { Component, ControlPlane } from "../../facts/control-plane.js";
import { type Finding, type FlagRow, flagChecks } from "../component-flag.js";
import { loopbackOnly, mustBe } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/kube-scheduler.yaml";

/** With a configuration file the flag has no effect: enableProfiling decides (KubeSchedulerConfiguration). */
function profiling(component: Component, plane: ControlPlane): Finding {
  const config = plane.schedulerConfig;
  const flag = component.flag("config");
  if (config.state === "absent" || flag === undefined)
    return mustBe("profiling", false, true, true)(component);
  if (config.state === "error") return { actual: "unknown", evidence: [flag.source], unknown: config.reason };
  const { path, content } = config.value;
  const entry =
    content.kind === "map" ? content.entries.findLast(({ key }) => key === "enableProfiling") : undefined;
  const on = entry?.value.kind === "scalar" ? entry.value.value !== false : true;
  const line = entry?.keyNode.line ?? 0;
  const evidence = [
    {
      file: path,
      line,
      span: entry?.value.span ?? flag.source.span,
      text: entry === undefined ? "" : `enableProfiling: ${on}`,
    },
  ];
  if (!on) return { actual: "false", evidence };
  return {
    actual: "true",
    evidence,
    problem: `enableProfiling is ${entry === undefined ? "not set and defaults to true" : "true"} in ${path}`,
  };
}

const rows: readonly FlagRow[] = [
  {
    name: "profiling",
    title: "The scheduler does not serve profiling data",
    why: "Profiles show internals of the process to whoever reaches its port, and taking them costs it time.",
    remedy: `Set --profiling=false in ${manifest}, or enableProfiling: false in its configuration file.`,
    severity: "low",
    expected: "false",
    fixable: true,
    judge: profiling,
  },
  {
    name: "bind-address",
    title: "The scheduler listens on loopback alone",
    why: "Its metrics and health are nobody's business off the node; without the flag it listens on every address.",
    remedy: `Set --bind-address=127.0.0.1 in ${manifest}.`,
    severity: "medium",
    expected: "a loopback address",
    fixable: true,
    breaks: "A monitoring system that scrapes the scheduler from another machine does not reach it any more.",
    judge: loopbackOnly("bind-address"),
  },
];

export const flags = flagChecks("scheduler", "kube-scheduler", rows);
