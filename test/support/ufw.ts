// Files and rules of ufw for tests, as the program itself writes them.

import type { Family } from "../../src/core/network.js";
import { ruleText } from "../../src/formats/ufw-rules.js";
import { openRule, type UfwRule } from "../../src/formats/ufw-tuple.js";
import type { RunResult } from "../../src/host/host.js";
import type { MemoryFiles, MemoryOptions } from "../../src/host/memory.js";

/** A rule that allows everything, but for what is given. */
export function ufwRule(given: Partial<UfwRule>): UfwRule {
  return { ...openRule(given.v6 === true), ...given };
}

export interface UfwFiles {
  readonly enabled?: string;
  readonly ipv6?: string;
  readonly input?: string;
  readonly output?: string;
  readonly forward?: string;
  readonly logLevel?: string;
  readonly v4?: readonly Partial<UfwRule>[];
  readonly v6?: readonly Partial<UfwRule>[];
  readonly before?: string;
  readonly after?: string;
}

function before(prefix: string): string {
  return [
    "*filter",
    `:${prefix}-before-input - [0:0]`,
    `:${prefix}-before-output - [0:0]`,
    `:${prefix}-before-forward - [0:0]`,
    `-A ${prefix}-before-input -i lo -j ACCEPT`,
    `-A ${prefix}-before-output -o lo -j ACCEPT`,
    `-A ${prefix}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ${prefix}-before-input -m conntrack --ctstate INVALID -j DROP`,
    "COMMIT",
    "",
  ].join("\n");
}

function after(prefix: string): string {
  return `*filter\n:${prefix}-after-input - [0:0]\n:${prefix}-after-output - [0:0]\n:${prefix}-after-forward - [0:0]\nCOMMIT\n`;
}

/** `*filter` … `COMMIT` with these rules; line 3 is empty, line 4 the first tuple. */
export function userRules(rules: readonly Partial<UfwRule>[], v6 = false): string {
  const texts = rules.map((rule) => ruleText(ufwRule({ ...rule, v6 })));
  return `*filter\n### RULES ###\n${texts.join("")}\n### END RULES ###\nCOMMIT\n`;
}

/** An enabled ufw that denies what comes in, with these changes. */
export function ufwFiles({ v4 = [], v6 = v4, ...given }: UfwFiles = {}): MemoryFiles {
  return {
    "/usr/sbin/ufw": "",
    "/etc/ufw/ufw.conf": `ENABLED=${given.enabled ?? "yes"}\nLOGLEVEL=${given.logLevel ?? "low"}\n`,
    "/etc/default/ufw": [
      `IPV6=${given.ipv6 ?? "yes"}`,
      `DEFAULT_INPUT_POLICY="${given.input ?? "DROP"}"`,
      `DEFAULT_OUTPUT_POLICY="${given.output ?? "ACCEPT"}"`,
      `DEFAULT_FORWARD_POLICY="${given.forward ?? "DROP"}"`,
      "",
    ].join("\n"),
    "/etc/ufw/before.rules": given.before ?? before("ufw"),
    "/etc/ufw/before6.rules": (given.before ?? before("ufw")).replaceAll("ufw-", "ufw6-"),
    "/etc/ufw/after.rules": given.after ?? after("ufw"),
    "/etc/ufw/after6.rules": after("ufw6"),
    "/etc/ufw/user.rules": userRules(v4),
    "/etc/ufw/user6.rules": userRules(
      v6.map((rule) => ({
        ...rule,
        ...(rule.src === undefined ? {} : { src: rule.src.includes(":") ? rule.src : "::/0" }),
      })),
      true,
    ),
    "/usr/lib/systemd/system/ufw.service":
      "[Service]\nExecStart=/usr/lib/ufw/ufw-init start quiet\n[Install]\nWantedBy=multi-user.target\n",
    "/etc/systemd/system/multi-user.target.wants/ufw.service": {
      link: "/usr/lib/systemd/system/ufw.service",
    },
  };
}

/** The answers of iptables-save and ip6tables-save after ufw-init has loaded these files. */
export function kernelOf(given: UfwFiles = {}): NonNullable<MemoryOptions["runs"]> {
  const files = ufwFiles(given);
  const answer = (family: Family): RunResult => ({
    state: "ok",
    code: 0,
    stdout: loadedText(files, family),
    stderr: "",
  });
  return { "iptables-save": answer(4), "ip6tables-save": answer(6) };
}

/** The filter table as it stands after the boot script: built by our own reading, which test/oracle compares with ufw's. */
function loadedText(files: MemoryFiles, family: Family): string {
  const suffix = family === 6 ? "6" : "";
  const text = (name: string) => String(files[`/etc/ufw/${name}${suffix}.rules`]);
  const rules = ["before", "after", "user"].flatMap((name) =>
    text(name)
      .split("\n")
      .filter((line) => /^[:-]/.test(line)),
  );
  const prefix = `ufw${suffix}`;
  const policy = (name: string) =>
    new RegExp(`${name}_POLICY="(\\w+)"`).exec(String(files["/etc/default/ufw"]))?.[1];
  const stages = ["before-logging", "before", "after", "after-logging", "reject", "track"];
  const ways = ["input", "output", "forward"];
  return [
    "*filter",
    ...ways.map(
      (way) => `:${way.toUpperCase()} ${policy(way.toUpperCase()) === "ACCEPT" ? "ACCEPT" : "DROP"} [0:0]`,
    ),
    ...ways.flatMap((way) =>
      [...stages, "user", "skip-to-policy"].map((stage) => `:${prefix}-${stage}-${way} - [0:0]`),
    ),
    ...ways.flatMap((way) => stages.map((stage) => `-A ${way.toUpperCase()} -j ${prefix}-${stage}-${way}`)),
    `-A ${prefix}-after-logging-input -m limit --limit 3/min -j LOG --log-prefix "[UFW BLOCK] "`,
    ...rules.filter((line) => line.startsWith("-")),
    ...ways.map((way) => `-A ${prefix}-before-${way} -j ${prefix}-user-${way}`),
    "COMMIT",
    "",
  ].join("\n");
}
