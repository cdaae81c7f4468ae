import { test } from "uvu";
import { forwarding } from "../../../../src/checks/sshd/forwarding.js";
import { testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

const keywords: Readonly<Record<string, { readonly keyword: string; readonly unset: boolean }>> = {
  "sshd.x11-forwarding": { keyword: "X11Forwarding", unset: true },
  "sshd.allow-tcp-forwarding": { keyword: "AllowTcpForwarding", unset: false },
  "sshd.allow-agent-forwarding": { keyword: "AllowAgentForwarding", unset: false },
};

const version10 = "1:10.0p1-7+deb13u4";

for (const check of forwarding) {
  const { keyword, unset } = keywords[check.id] ?? { keyword: "", unset: false };
  testCheck(check, {
    passes: [
      { name: "off", files: node(`${keyword} no\n`) },
      {
        name: "all forwarding off",
        files: node(`${keyword} yes\nDisableForwarding yes\n`, {}, version10, "13"),
      },
      ...(unset ? [{ name: "off by default", files: node("Port 22\n") }] : []),
    ],
    fails: [
      {
        name: "on",
        files: node(`${keyword} yes\n`),
        at: [`${main}:1`],
        fixed: { [main]: `${keyword} no\n` },
      },
      ...(unset ? [] : [{ name: "on by default", files: node(""), says: /the default of sshd/ }]),
      {
        name: "all forwarding off for some only",
        files: node(`${keyword} yes\nMatch User bob\nDisableForwarding yes\n`, {}, version10, "13"),
      },
    ],
    errors: [{ name: "sshd does not start", files: node(`${keyword} maybe\n`) }],
    notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
  });
}

for (const check of forwarding.filter(({ id }) => id === "sshd.x11-forwarding"))
  testCheck(check, {
    passes: [],
    fails: [
      {
        name: "9.2: DisableForwarding leaves X11 alone",
        files: node("X11Forwarding yes\nDisableForwarding yes\n"),
      },
    ],
  });

for (const check of forwarding.filter(({ id }) => id === "sshd.allow-tcp-forwarding"))
  testCheck(check, {
    passes: [
      {
        name: "local where allowed",
        files: node("AllowTcpForwarding local\n"),
        params: { expected: "local" },
      },
      { name: "DisableForwarding in any version", files: node("DisableForwarding yes\n") },
    ],
    fails: [
      {
        name: "remote where local is allowed",
        files: node("AllowTcpForwarding remote\n"),
        params: { expected: "local" },
      },
      { name: "all is yes", files: node("AllowTcpForwarding all\n"), says: /is yes/ },
    ],
  });

test.run();
