// Checks on the algorithms sshd offers, against a named policy. A table: they differ in data only.
import type { Outcome, Problem } from "../../core/outcome.js";
import { choice, words } from "../../core/param.js";
import { listing } from "../../core/printable.js";
import type { Setting, Sshd } from "../../facts/sshd.js";
import { type Check, defineCheck } from "../define.js";
import { allowedBy, hybrids, type List, type Policy, policies, rules } from "./algorithm-policies.js";
import { judgeKeyword, statement } from "./keyword.js";

interface Row {
  readonly name: string;
  readonly keyword: string;
  readonly list: List;
  readonly title: string;
  readonly why: string;
  readonly severity: "high" | "medium";
}

const rows: readonly Row[] = [
  {
    name: "ciphers",
    keyword: "Ciphers",
    list: "ciphers",
    title: "sshd offers strong ciphers only",
    why: "An attacker between client and node can steer them to the weakest cipher both offer; CBC modes and RC4 leak the text.",
    severity: "high",
  },
  {
    name: "macs",
    keyword: "MACs",
    list: "macs",
    title: "sshd offers strong message authentication only",
    why: "MD5, SHA-1, short tags and authenticating before encrypting each give an attacker a way to forge or learn messages.",
    severity: "high",
  },
  {
    name: "kex-algorithms",
    keyword: "KexAlgorithms",
    list: "kex",
    title: "sshd offers strong key exchange only, one that outlasts quantum computers among it",
    why: "What is recorded today is read tomorrow where the key exchange can be undone.",
    severity: "high",
  },
  {
    name: "host-key-algorithms",
    keyword: "HostKeyAlgorithms",
    list: "hostKeys",
    title: "sshd proves who it is without DSA and SHA-1",
    why: "DSA keys have 1024 bits, and collisions of SHA-1 can be bought: such proofs can be forged.",
    severity: "medium",
  },
  {
    name: "pubkey-accepted-algorithms",
    keyword: "PubkeyAcceptedAlgorithms",
    list: "hostKeys",
    title: "Users prove who they are without DSA and SHA-1",
    why: "DSA keys have 1024 bits, and collisions of SHA-1 can be bought: such proofs can be forged.",
    severity: "medium",
  },
];

interface Allowance {
  readonly policy: Policy;
  /** Names that a site allows besides. */
  readonly also: readonly string[];
}

function good(list: List, { policy, also }: Allowance, name: string): boolean {
  return also.includes(name) || allowedBy(rules[policy][list], name);
}

function namesOf({ value }: Setting): readonly string[] {
  return value.split(",").filter((name) => name !== "");
}

/** The list to write: what the policy prefers and the version knows, or what is good of the list in force. */
function replacement(sshd: Sshd, row: Row, allowance: Allowance, setting: Setting): string | undefined {
  const supported = sshd.supported(row.keyword);
  if (supported === undefined) return undefined;
  const { allowed } = rules[allowance.policy][row.list];
  const kept = namesOf(setting).filter((name) => good(row.list, allowance, name));
  // Which keys there are is for the node to say: of kinds of keys none is added.
  const wanted = allowed === undefined || row.list === "hostKeys" ? kept : allowed.concat(kept);
  const names = [...new Set(wanted)].filter((name) => supported.includes(name));
  return names.length === 0 ? undefined : names.join(",");
}

/** A hybrid is asked for where the policy names them and the version has one. */
function withoutHybrid(sshd: Sshd, row: Row, { policy }: Allowance): readonly Setting[] {
  const known = sshd.supported(row.keyword) ?? [];
  if (row.list !== "kex" || policy === "cis" || !hybrids.some((name) => known.includes(name))) return [];
  return sshd
    .every(row.keyword)
    .filter(
      (setting) => setting.texts !== undefined && !namesOf(setting).some((name) => hybrids.includes(name)),
    );
}

function judge(sshd: Sshd, row: Row, allowance: Allowance): Outcome {
  const bad = (setting: Setting) => namesOf(setting).filter((name) => !good(row.list, allowance, name));
  const outcome = judgeKeyword(sshd, {
    keyword: row.keyword,
    expected: `${row.keyword}: nothing outside of the policy "${allowance.policy}"`,
    holds: (setting) => bad(setting).length === 0,
    repair: (setting) => replacement(sshd, row, allowance, setting),
    shows: (setting) => `offers ${listing(bad(setting), 20)}, outside of the policy "${allowance.policy}",`,
  });
  const lacking = withoutHybrid(sshd, row, allowance).map((setting): Problem => {
    const message = statement(
      setting,
      "offers no key exchange that outlasts quantum computers, though this sshd has one,",
    );
    const value = replacement(sshd, row, allowance, setting);
    const fix = value === undefined ? [] : setting.set(value);
    return fix.length === 0 ? { message } : { message, fix };
  });
  return { ...outcome, problems: [...outcome.problems, ...lacking] };
}

function check(row: Row): Check {
  const { name, keyword, list, ...meta } = row;
  return defineCheck({
    ...meta,
    id: `sshd.${name}`,
    remedy: `Set \`${keyword}\` to names of the policy that \`ssh -Q\` knows here, then reload sshd.`,
    breaks: "Clients that know none of what is left cannot connect.",
    risk: "reload",
    fixable: true,
    needs: ["sshd"],
    params: {
      policy: choice(policies, "strong"),
      also: words([], "a list of names of algorithms to allow besides"),
    },
    evaluate: ({ sshd }, { policy, also }) => judge(sshd, { name, keyword, list, ...meta }, { policy, also }),
  });
}

export const algorithms: readonly Check[] = rows.map(check);
