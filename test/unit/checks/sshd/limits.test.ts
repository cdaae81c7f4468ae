import { test } from "uvu";
import type { Check } from "../../../../src/checks/define.js";
import { limits } from "../../../../src/checks/sshd/limits.js";
import { type Cases, testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

const cases: Readonly<Record<string, Pick<Cases, "passes" | "fails">>> = {
  "sshd.max-auth-tries": {
    passes: [
      { name: "4", files: node("MaxAuthTries 4\n") },
      { name: "as many as the site allows", files: node("MaxAuthTries 6\n"), params: { max: 6 } },
    ],
    fails: [
      { name: "the default", files: node(""), fixed: { [main]: "MaxAuthTries 4\n" } },
      {
        name: "more for some",
        files: node("MaxAuthTries 2\nMatch User root\nMaxAuthTries 10\n"),
        at: [`${main}:1`, `${main}:3`],
        fixed: { [main]: "MaxAuthTries 2\nMatch User root\nMaxAuthTries 4\n" },
      },
    ],
  },
  "sshd.max-sessions": {
    passes: [
      { name: "the default", files: node("") },
      { name: "none at all", files: node("MaxSessions 0\n") },
    ],
    fails: [{ name: "100", files: node("MaxSessions 100\n"), fixed: { [main]: "MaxSessions 10\n" } }],
  },
  "sshd.login-grace-time": {
    passes: [
      { name: "a minute", files: node("LoginGraceTime 1m\n") },
      { name: "a second", files: node("LoginGraceTime 1\n") },
    ],
    fails: [
      { name: "the default", files: node(""), says: /LoginGraceTime is 120/ },
      { name: "no limit", files: node("LoginGraceTime 0\n"), fixed: { [main]: "LoginGraceTime 60\n" } },
      { name: "in words", files: node("LoginGraceTime 1m1s\n") },
    ],
  },
  "sshd.client-alive": {
    passes: [
      { name: "both", files: node("ClientAliveInterval 5m\nClientAliveCountMax 3\n") },
      { name: "the default count", files: node("ClientAliveInterval 15\n") },
    ],
    fails: [
      { name: "the default interval", files: node(""), at: [main, main] },
      {
        name: "count 0 never ends a connection",
        files: node("ClientAliveInterval 60\nClientAliveCountMax 0\n"),
        fixed: { [main]: "ClientAliveInterval 60\nClientAliveCountMax 3\n" },
      },
    ],
  },
  "sshd.max-startups": {
    passes: [
      { name: "10:30:60", files: node("MaxStartups 10:30:60\n") },
      { name: "one number is start and full", files: node("MaxStartups 10\n") },
      { name: "the last one counts up to 10.0", files: node("MaxStartups 200\nMaxStartups 5:50:10\n") },
      {
        name: "the first one counts since 10.1",
        files: node("MaxStartups 5:50:10\nMaxStartups 200\n", {}, "1:10.2p1-2"),
      },
    ],
    fails: [
      {
        name: "the default",
        files: node(""),
        says: /10:30:100/,
        fixed: { [main]: "MaxStartups 10:30:60\n" },
      },
      {
        name: "the last one counts up to 10.0",
        files: node("MaxStartups 5:50:10\nMaxStartups 200\n"),
        at: [`${main}:2`],
        fixed: { [main]: "MaxStartups 5:50:10\nMaxStartups 10:30:60\n" },
      },
    ],
  },
};

function all(check: Check): Pick<Cases, "passes" | "fails"> {
  const found = cases[check.id];
  if (found === undefined) throw new Error(`no cases for ${check.id}`);
  return found;
}

for (const check of limits)
  testCheck(check, {
    ...all(check),
    errors: [{ name: "sshd does not start", files: node("MaxAuthTries six\n"), says: /sshd_config:1/ }],
    notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
  });

test.run();
