// Files and rules of ufw for tests, as the program itself writes them.
import { ruleText } from "../../src/formats/ufw-rules.js";
import { openRule, type UfwRule } from "../../src/formats/ufw-tuple.js";
import type { MemoryFiles } from "../../src/host/memory.js";

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
