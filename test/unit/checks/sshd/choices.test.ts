import { test } from "uvu";
import { choices } from "../../../../src/checks/sshd/choices.js";
import { testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

interface Row {
  readonly keyword: string;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** What counts where nothing is set. */
  readonly unset: "pass" | "fail";
  /** Not inside of Match blocks. */
  readonly global?: true;
  /** More lines that make the value the one in force. */
  readonly more?: string;
}

const rows: Readonly<Record<string, Row>> = {
  "password-authentication": { keyword: "PasswordAuthentication", good: ["no"], bad: ["yes"], unset: "fail" },
  "kbd-interactive-authentication": {
    keyword: "ChallengeResponseAuthentication",
    good: ["no"],
    bad: ["yes"],
    unset: "fail",
  },
  "permit-empty-passwords": { keyword: "PermitEmptyPasswords", good: ["no"], bad: ["yes"], unset: "pass" },
  "pubkey-authentication": { keyword: "PubkeyAuthentication", good: ["yes"], bad: ["no"], unset: "pass" },
  "hostbased-authentication": {
    keyword: "HostbasedAuthentication",
    good: ["no"],
    bad: ["yes"],
    unset: "pass",
  },
  "ignore-rhosts": { keyword: "IgnoreRhosts", good: ["yes"], bad: ["no", "shosts-only"], unset: "pass" },
  "permit-user-environment": {
    keyword: "PermitUserEnvironment",
    good: ["no"],
    bad: ["yes", "LANG", "NO"],
    unset: "pass",
    global: true,
  },
  "gateway-ports": { keyword: "GatewayPorts", good: ["no"], bad: ["yes", "clientspecified"], unset: "pass" },
  "permit-tunnel": { keyword: "PermitTunnel", good: ["no"], bad: ["yes", "ethernet"], unset: "pass" },
  "gssapi-authentication": { keyword: "GSSAPIAuthentication", good: ["no"], bad: ["yes"], unset: "pass" },
  "log-level": { keyword: "LogLevel", good: ["info", "VERBOSE"], bad: ["QUIET", "debug3"], unset: "pass" },
  "use-pam": { keyword: "UsePAM", good: ["yes"], bad: ["no"], unset: "fail", global: true },
  "strict-modes": { keyword: "StrictModes", good: ["yes"], bad: ["no"], unset: "pass", global: true },
};

test("every check of the table has its row here", () => {
  for (const { id } of choices)
    if (!Object.hasOwn(rows, id.replace("sshd.", ""))) throw new Error(`no row for ${id}`);
});

for (const check of choices) {
  const row = rows[check.id.replace("sshd.", "")];
  if (row === undefined) continue;
  const { keyword, good, bad, unset, global } = row;
  const fallback = { name: "not set", files: node("Port 22\n") };
  const wanted = check.id.endsWith("log-level") ? "INFO" : (good[0] ?? "");
  testCheck(check, {
    passes: [
      ...good.map((value) => ({ name: `${keyword} ${value}`, files: node(`${keyword} ${value}\n`) })),
      ...(unset === "pass" ? [fallback] : []),
    ],
    fails: [
      ...bad.map((value) => ({
        name: `${keyword} ${value}`,
        files: node(`${keyword} ${value} # as it was\n`),
        at: [`${main}:1`],
        says: /for everybody/,
        fixed: { [main]: `${keyword} ${wanted} # as it was\n` },
      })),
      ...(global === true
        ? []
        : [
            {
              name: "for some only",
              files: node(`${keyword} ${wanted}\nMatch Group ops\n\t${keyword} ${bad[0]}\n`),
              at: [`${main}:1`, `${main}:3`],
              says: /for Match Group ops/,
              fixed: { [main]: `${keyword} ${wanted}\nMatch Group ops\n\t${keyword} ${wanted}\n` },
            },
          ]),
      ...(unset === "fail" ? [{ ...fallback, says: /the default of sshd/ }] : []),
    ],
    errors: [{ name: "sshd does not start", files: node(`${keyword}\n`) }],
    notApplicable: [{ name: "no sshd", files: { "/etc/passwd": "" } }],
  });
}

const kbd = choices.filter(({ id }) => id === "sshd.kbd-interactive-authentication");
for (const check of kbd)
  testCheck(check, {
    passes: [
      { name: "8.4 by its old name", files: node("ChallengeResponseAuthentication no\n", {}, "1:8.4p1-5") },
      { name: "skey is the same", files: node("SkeyAuthentication no\n") },
    ],
    fails: [
      {
        name: "8.4: the newer name alone does not do it",
        files: node("KbdInteractiveAuthentication no\n", {}, "1:8.4p1-5"),
        fixed: { [main]: "KbdInteractiveAuthentication no\nChallengeResponseAuthentication no\n" },
      },
    ],
  });

test.run();
