// ufw.rules-expected: ufw's rules are those that somebody meant, none of them dead, none of them wide open.

import type { Problem } from "../../core/outcome.js";
import { undecided } from "../../core/outcome.js";
import { type Param, words } from "../../core/param.js";
import { place } from "../../core/source.js";
import type { NumberedRule, Ufw } from "../../facts/ufw.js";
import { defineCheck } from "../define.js";
import { type Shadowed, shadowed } from "./shadowed.js";

/** Databases, control sockets and desktops that nobody opens to everybody on purpose. */
const sensitivePorts: readonly string[] = [
  ...[
    "23/tcp",
    "111/tcp",
    "111/udp",
    "139/tcp",
    "445/tcp",
    "161/udp",
    "873/tcp",
    "2049/tcp",
    "2375/tcp",
    "2376/tcp",
  ],
  ...[
    "2379/tcp",
    "2380/tcp",
    "3306/tcp",
    "3389/tcp",
    "5432/tcp",
    "5900/tcp",
    "5984/tcp",
    "6379/tcp",
    "8001/tcp",
  ],
  ...[
    "9090/tcp",
    "9200/tcp",
    "10249/tcp",
    "10250/tcp",
    "10255/tcp",
    "10257/tcp",
    "10259/tcp",
    "11211/tcp",
    "11211/udp",
  ],
  ...["27017/tcp"],
];

/** `2379/tcp`; without a protocol both are meant. */
function portList(fallback: readonly string[]): Param<readonly string[]> {
  const takes = "a list of ports such as 2379/tcp";
  const list = words(fallback, takes);
  return {
    default: fallback,
    takes,
    parse: (value) => {
      const read = list.parse(value);
      const good = read.ok && read.value.every((text) => /^\d{1,5}(?:\/(?:tcp|udp))?$/.test(text));
      return good ? read : { ok: false, problem: `takes ${takes}` };
    },
  };
}

function names(rule: NumberedRule, text: string): boolean {
  const [port = "", protocol] = text.split("/");
  if (protocol !== undefined && rule.protocol !== "any" && rule.protocol !== protocol) return false;
  return rule.dport.split(",").some((part) => {
    const [from = 0, to = from] = part.split(":").map(Number);
    return from <= Number(port) && Number(port) <= to;
  });
}

/** Rules that let everybody in to a port of the list, or to every port. */
function open(rules: readonly NumberedRule[], sensitive: readonly string[]): readonly Problem[] {
  return rules.flatMap((rule) => {
    const { action, routed, direction, src, v6, inInterface, dport, source, command } = rule;
    const lets = (action === "allow" || action === "limit") && !routed && direction === "in";
    if (!lets || src !== (v6 ? "::/0" : "0.0.0.0/0") || inInterface === "lo") return [];
    if (dport === "any" && rule.sport === "any" && ["any", "tcp", "udp"].includes(rule.protocol))
      return [{ message: `${place(source)} (${command}) opens every port to everybody` }];
    const found = sensitive.filter((text) => dport !== "any" && names(rule, text));
    return found.length === 0
      ? []
      : [{ message: `${place(source)} (${command}) opens ${found.join(", ")} to everybody` }];
  });
}

function dead({ rule, by }: Shadowed): Problem {
  return {
    message: `${place(rule.source)} (${rule.command}) never matches: ${place(by.source)} (${by.command}) comes before it`,
  };
}

/** A command without the comment somebody gave it. */
function bare({ command, comment }: NumberedRule): string {
  return comment === "" ? command : command.slice(0, command.length - ` comment '${comment}'`.length);
}

/** Rules whose application profile has other ports by now. */
function outdated({ applications }: Ufw, rules: readonly NumberedRule[]): readonly string[] {
  return [...new Set(rules.map(({ dapp }) => dapp))].flatMap((name) => {
    const profile = applications.findLast((one) => one.name === name);
    if (name === "" || profile === undefined) return [];
    const now = new Set(profile.ports.map((port) => (port.includes("/") ? port : `${port}/any`)));
    const then = new Set(
      rules.filter(({ dapp }) => dapp === name).map(({ dport, protocol }) => `${dport}/${protocol}`),
    );
    const same = now.size === then.size && [...now].every((port) => then.has(port));
    return same
      ? []
      : [`the profile ${name} (${place(profile.source)}) has other ports than its rules: \`ufw app update\``];
  });
}

export default defineCheck({
  id: "ufw.rules-expected",
  title: "Every rule of ufw is meant, does something, and opens no sensitive port to everybody",
  why: "Rules outlive their reason. One that was added for a test last year is an open door nobody remembers, and one that never matches protects nobody.",
  remedy:
    "`ufw status numbered`, then `ufw delete NUMBER` from the highest down, or a rule with `from NETWORK` in its place.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["ufw"],
  params: {
    expected: words([], "a list of rules as `ufw show added` prints them, without `ufw`"),
    sensitive: portList(sensitivePorts),
  },
  evaluate({ ufw }, { expected, sensitive }) {
    if (ufw.rules.state !== "known") return undecided(ufw.rules.reason);
    const { all, malformed } = ufw.rules.value;
    const meant = new Set(expected.map((text) => text.replace(/^ufw /, "").trim()));
    const extra = meant.size === 0 ? [] : all.filter((rule) => !meant.has(bare(rule)));
    const { found, complete } = shadowed(all);
    const problems: readonly Problem[] = [
      ...open(all, sensitive),
      ...extra.map((rule) => ({ message: `${place(rule.source)} (${rule.command}) is not expected` })),
      ...found.map(dead),
      ...malformed.map((source) => ({
        message: `${place(source)} is malformed: ufw does not show it, and the kernel still gets the lines under it`,
      })),
    ];
    return {
      expected: meant.size === 0 ? "no rule dead or wide open" : `${meant.size} rules`,
      actual: `${all.length} rules`,
      evidence: [...all.map(({ source }) => source), ...malformed],
      problems,
      unknowns: complete ? [] : ["there are too many rules to compare each with all before it"],
      notes: outdated(ufw, all),
    };
  },
});
