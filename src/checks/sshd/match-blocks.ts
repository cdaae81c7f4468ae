// sshd.match-blocks: nobody gets less than the rest by a Match block. Measured against the value for everybody.
import type { Problem } from "../../core/outcome.js";
import { place } from "../../core/source.js";
import type { Setting, Sshd } from "../../facts/sshd.js";
import { defineCheck } from "../define.js";
import { statement } from "./keyword.js";

/** Values from the safest to the weakest; what is not named is weaker than all. */
const orders: readonly (readonly [keyword: string, values: readonly string[]])[] = [
  ["PermitRootLogin", ["no", "forced-commands-only", "prohibit-password", "yes"]],
  ...[
    "PasswordAuthentication",
    "KbdInteractiveAuthentication",
    "PermitEmptyPasswords",
    "HostbasedAuthentication",
    "X11Forwarding",
    "AllowAgentForwarding",
    "GSSAPIAuthentication",
  ].map((keyword) => [keyword, ["no", "yes"]] as const),
  ["PubkeyAuthentication", ["yes", "no"]],
  ["DisableForwarding", ["yes", "no"]],
  ["IgnoreRhosts", ["yes", "shosts-only", "no"]],
  ["AllowTcpForwarding", ["no", "local", "remote", "yes"]],
  ["GatewayPorts", ["no", "clientspecified", "yes"]],
  ["PermitTunnel", ["no", "point-to-point", "ethernet", "yes"]],
];

/** Numbers that may not grow. Without a limit (0) where 0 means that. */
const numbers: readonly (readonly [keyword: string, zeroIsNone: boolean])[] = [
  ["MaxAuthTries", false],
  ["MaxSessions", false],
  ["ClientAliveInterval", true],
  ["ClientAliveCountMax", true],
];

type Rank = (value: string) => number;

function rankOf(values: readonly string[]): Rank {
  return (value) => {
    const found = values.indexOf(value);
    return found < 0 ? values.length : found;
  };
}

const ranks: readonly (readonly [string, Rank])[] = [
  ...orders.map(([keyword, values]) => [keyword, rankOf(values)] as const),
  ...numbers.map(
    ([keyword, zeroIsNone]) =>
      [
        keyword,
        (value: string) => (zeroIsNone && value === "0" ? Number.POSITIVE_INFINITY : Number(value)),
      ] as const,
  ),
];

interface Weaker {
  readonly setting: Setting;
  readonly than: Setting;
}

function weaker(sshd: Sshd, keyword: string, rank: Rank): readonly Weaker[] {
  const settings = sshd.every(keyword);
  const than = settings.find(({ everybody }) => everybody);
  if (than?.texts === undefined) return [];
  return settings
    .filter((setting) => !setting.everybody && setting.texts !== undefined)
    .filter(({ value }) => rank(value) > rank(than.value))
    .map((setting) => ({ setting, than }));
}

function problemOf({ setting, than }: Weaker): Problem {
  return { message: `${statement(setting)}, weaker than ${than.value} for everybody else` };
}

/** Names of algorithms that a block adds. */
function added(sshd: Sshd): readonly Problem[] {
  const settings = sshd.every("PubkeyAcceptedAlgorithms");
  const all = settings.find(({ everybody }) => everybody)?.value.split(",");
  if (all === undefined) return [];
  return settings.flatMap((setting) => {
    const more = setting.everybody ? [] : setting.value.split(",").filter((name) => !all.includes(name));
    if (more.length === 0) return [];
    return [
      {
        message: `${setting.scope} accepts ${more.join(", ")} besides what everybody may use (${place(setting.source)})`,
      },
    ];
  });
}

export default defineCheck({
  id: "sshd.match-blocks",
  title: "No Match block weakens a setting for anybody",
  why: "A setting is worth what its weakest exception is: who meets the block meets the weaker value.",
  remedy:
    "Take the weaker line out of the Match block, or make the block match fewer; `sshd -T -C user=…,host=…,addr=…` shows what somebody gets.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sshd"],
  params: {},
  evaluate({ sshd }) {
    const found = ranks.flatMap(([keyword, rank]) => weaker(sshd, keyword, rank));
    const blocks = ranks.flatMap(([keyword]) => sshd.every(keyword)).filter(({ everybody }) => !everybody);
    const scopes = [...new Set(blocks.map(({ scope }) => scope))];
    return {
      expected: "no Match block gives anybody a weaker value than everybody has",
      actual: scopes.length === 0 ? "no Match block changes these settings" : scopes.join("; "),
      evidence: blocks.map(({ source }) => source),
      problems: [...found.map(problemOf), ...added(sshd)],
    };
  },
});
