// Checks on keywords of sshd that must have one of a few values. A table: they differ in data only.
import type { Risk, Severity } from "../../core/outcome.js";
import { type Check, defineCheck } from "../define.js";
import { judgeChoice } from "./keyword.js";

interface Row {
  readonly name: string;
  readonly keyword: string;
  /** What is good; the first is what a repair sets. */
  readonly values: readonly [string, ...string[]];
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  readonly risk?: Risk;
  readonly breaks?: string;
}

const rows: readonly Row[] = [
  {
    name: "password-authentication",
    keyword: "PasswordAuthentication",
    values: ["no"],
    title: "Nobody logs in over SSH with a password",
    why: "Passwords are guessed, reused and phished; keys are not.",
    severity: "high",
    risk: "lockout",
    breaks: "Accounts without a key that sshd accepts are locked out.",
  },
  {
    name: "kbd-interactive-authentication",
    keyword: "KbdInteractiveAuthentication",
    values: ["no"],
    title: "Nobody logs in over SSH by keyboard-interactive questions",
    why: "With PAM behind it this is password authentication by another name, open even where PasswordAuthentication is off.",
    severity: "high",
    risk: "lockout",
    breaks: "Logins with one-time codes over PAM use it, as do accounts without a key.",
  },
  {
    name: "permit-empty-passwords",
    keyword: "PermitEmptyPasswords",
    values: ["no"],
    title: "No account with an empty password logs in over SSH",
    why: "An account without a password would be open to everybody who knows its name.",
    severity: "critical",
  },
  {
    name: "pubkey-authentication",
    keyword: "PubkeyAuthentication",
    values: ["yes"],
    title: "Logging in over SSH with a key is possible",
    why: "Without keys only passwords and weaker ways are left.",
    severity: "medium",
  },
  {
    name: "hostbased-authentication",
    keyword: "HostbasedAuthentication",
    values: ["no"],
    title: "No login rests on the host it comes from",
    why: "Who takes over one trusted host is let into this one under every name.",
    severity: "medium",
  },
  {
    name: "ignore-rhosts",
    keyword: "IgnoreRhosts",
    values: ["yes"],
    title: "Files .rhosts and .shosts are ignored",
    why: "They let users open their accounts to hosts of their choice.",
    severity: "medium",
  },
  {
    name: "permit-user-environment",
    keyword: "PermitUserEnvironment",
    values: ["no"],
    title: "Users cannot set environment variables of their SSH sessions",
    why: "With LD_PRELOAD and the like a user gets round forced commands and restricted shells.",
    severity: "medium",
  },
  {
    name: "gateway-ports",
    keyword: "GatewayPorts",
    values: ["no"],
    title: "Forwarded ports are bound to loopback only",
    why: "A user could otherwise open ports of the node to the network, past what the firewall expects.",
    severity: "medium",
  },
  {
    name: "permit-tunnel",
    keyword: "PermitTunnel",
    values: ["no"],
    title: "No network tunnels through SSH",
    why: "A tun device joins the networks on both sides behind the back of the firewall.",
    severity: "medium",
  },
  {
    name: "gssapi-authentication",
    keyword: "GSSAPIAuthentication",
    values: ["no"],
    title: "GSSAPI authentication is off",
    why: "Its code runs before anybody has logged in; a node that is no member of a Kerberos realm has no use for it.",
    severity: "medium",
    breaks: "Logins with Kerberos tickets stop.",
  },
  {
    name: "log-level",
    keyword: "LogLevel",
    values: ["INFO", "VERBOSE"],
    title: "sshd logs who logs in, and not what they say",
    why: "Below INFO logins leave no trace; the DEBUG levels write private data of users into the log.",
    severity: "low",
  },
  {
    name: "use-pam",
    keyword: "UsePAM",
    values: ["yes"],
    title: "SSH logins go through PAM",
    why: "Locked and expired accounts, limits and faillock are PAM's: without it sshd does not see them.",
    severity: "medium",
  },
  {
    name: "strict-modes",
    keyword: "StrictModes",
    values: ["yes"],
    title: "sshd refuses keys in files that others can write",
    why: "Who can write into somebody's .ssh can otherwise log in as that user.",
    severity: "medium",
    breaks: "Accounts whose home or .ssh others can write no longer log in with keys.",
  },
];

function check(row: Row): Check {
  const { name, keyword, values, risk = "reload", ...meta } = row;
  return defineCheck({
    ...meta,
    id: `sshd.${name}`,
    remedy: `Set \`${keyword} ${values[0]}\` where the report names another value, then \`systemctl reload ssh\` (sshd on Red Hat).`,
    risk,
    fixable: true,
    needs: ["sshd"],
    params: {},
    evaluate: ({ sshd }) => judgeChoice(sshd, keyword, values),
  });
}

export const choices: readonly Check[] = rows.map(check);
