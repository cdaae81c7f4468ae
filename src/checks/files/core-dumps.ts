// files.core-dumps: the memory of a crashed program is not written to the disk.
import type { Problem } from "../../core/outcome.js";
import type { Source } from "../../core/source.js";
import type { CoreDumps } from "../../facts/core-dumps.js";
import { defineCheck } from "../define.js";

interface Judged {
  readonly problems: readonly Problem[];
  readonly evidence: readonly Source[];
}

function limits({ hasLimits, limits: all, add, unread }: CoreDumps): Judged {
  if (!hasLimits) return { problems: [], evidence: [] };
  const everybody = all.findLast(({ domain }) => domain === "*");
  // Of the lines for one domain the last holds (pam_limits(8)).
  const last = new Map(all.map((limit) => [limit.domain, limit]));
  const others = [...last.values()].filter(({ domain, isZero }) => domain !== "*" && !isZero);
  // What could not be read may hold the limit.
  const none = everybody === undefined && unread.length > 0;
  const general: readonly Problem[] = none
    ? []
    : everybody === undefined
      ? [{ message: "no limit keeps users from writing core dumps", fix: [add] }]
      : everybody.isZero
        ? []
        : [{ message: `core dumps are allowed up to ${everybody.value}`, fix: [everybody.zero] }];
  return {
    problems: [
      ...general,
      ...others.map(({ domain, value, zero }) => ({
        message: `core dumps of ${domain} are allowed up to ${value}`,
        fix: [zero],
      })),
    ],
    evidence: [...(everybody === undefined ? [] : [everybody]), ...others].map(({ source }) => source),
  };
}

const wanted = [
  { key: "Storage", value: "none", unset: "external" },
  { key: "ProcessSizeMax", value: "0", unset: "32G" },
] as const;

function collector({ collector: config }: CoreDumps): Judged {
  if (config === undefined) return { problems: [], evidence: [] };
  const judged = wanted.map(({ key, value, unset }) => {
    const setting = config.last("Coredump", key);
    const found = setting?.value ?? "";
    // An empty assignment brings the default back.
    const holds = found.toLowerCase() === value || (setting === undefined && config.unread.length > 0);
    const message = `systemd-coredump has ${key}=${found === "" ? unset : found} instead of ${value}`;
    const problems: readonly Problem[] = holds ? [] : [{ message, fix: config.set("Coredump", key, value) }];
    return { problems, evidence: setting === undefined ? [] : [setting.source] };
  });
  return {
    problems: judged.flatMap(({ problems }) => problems),
    evidence: judged.flatMap(({ evidence }) => evidence),
  };
}

/** A program that is handed every crash decides by itself, whatever the limit (core(5)). */
function handed({ pattern, collector: config }: CoreDumps): readonly string[] {
  if (pattern?.startsWith("|") !== true) return [];
  if (config !== undefined && pattern.includes("systemd-coredump")) return [];
  return [`the kernel hands every crash to ${pattern.slice(1)}, which limits do not stop`];
}

export default defineCheck({
  id: "files.core-dumps",
  title: "Crashed programs leave no copy of their memory behind",
  why: "A core dump of the kubelet, of sshd or of a pod's process holds keys and tokens, in a file that outlives it.",
  remedy:
    "Put `* hard core 0` into a file in /etc/security/limits.d, and `Storage=none` and `ProcessSizeMax=0` into a drop-in of coredump.conf.",
  breaks: "Crashes can no longer be looked into afterwards.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["coreDumps"],
  params: {},
  evaluate({ coreDumps }) {
    const { hasLimits, collector: config, unread } = coreDumps;
    if (!hasLimits && config === undefined)
      return { notApplicable: "neither pam_limits nor systemd-coredump is on this node" };
    const parts = [limits(coreDumps), collector(coreDumps)];
    return {
      expected: "hard limit 0 on core dumps for everybody, and systemd-coredump keeping none",
      actual: parts.every(({ problems }) => problems.length === 0) ? "no core dumps" : "core dumps are kept",
      evidence: parts.flatMap(({ evidence }) => evidence),
      problems: parts.flatMap(({ problems }) => problems),
      unknowns: [...unread, ...(config?.unread ?? [])],
      notes: handed(coreDumps),
    };
  },
});
