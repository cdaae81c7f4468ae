// Reports made of values, for tests of renderers: a realistic one, a hostile one, a large one.
import type { Report, Result } from "../../src/core/report.js";
import { summarize } from "../../src/core/summary.js";

/** A result with everything that a test does not care about filled in. */
export function result(given: Partial<Result> & Pick<Result, "id" | "status">): Result {
  const failed = given.status === "fail" || given.status === "waived";
  return {
    title: `Title of ${given.id}`,
    domain: given.id.split(".", 1)[0] ?? "",
    severity: "medium",
    expected: "",
    actual: "",
    evidence: [],
    message: failed ? `${given.id} is wrong` : "",
    details: given.message === undefined ? (failed ? [`${given.id} is wrong`] : []) : [given.message],
    why: `Why ${given.id} matters.`,
    remediation: failed ? `Repair ${given.id}.` : "",
    fixable: false,
    risk: "none",
    tags: [],
    references: {},
    ...given,
  };
}

export function report(results: readonly Result[], given: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: "nodeward", version: "1.2.3" },
    run: {
      id: "20261121T131000Z-9f2c41",
      startedAt: "2026-11-21T13:10:00.000Z",
      durationMs: 187,
      root: "/",
      profile: "baseline",
    },
    host: {
      hostname: "node-7",
      os: "Debian GNU/Linux 12 (bookworm)",
      kernel: "6.1.0-18-amd64",
      kubelet: "1.31.2",
      roles: ["worker"],
    },
    summary: summarize(results),
    results,
    ...given,
  };
}

const denied = (file: string) => `permission denied: ${file}`;

export const realistic: readonly Result[] = [
  result({ id: "sshd.ciphers", status: "pass", severity: "high", title: "Only strong ciphers are offered" }),
  result({
    id: "sshd.permit-root-login",
    status: "fail",
    severity: "high",
    title: "Root does not log in over SSH",
    expected: "no",
    actual: "yes; without-password for user backup",
    evidence: [
      {
        source: "/etc/ssh/sshd_config.d/50-cloud-init.conf",
        line: 2,
        text: "PermitRootLogin   yes  # cloud image default",
      },
      { source: "/etc/ssh/sshd_config", line: 118, text: "    PermitRootLogin without-password" },
    ],
    details: [
      "everybody may log in as root with a password",
      "the Match block for user backup lets root in with a key",
    ],
    message:
      "everybody may log in as root with a password; the Match block for user backup lets root in with a key",
    remediation:
      'Put "PermitRootLogin no" into /etc/ssh/sshd_config.d/00-nodeward.conf, remove the line from the Match block, check with sshd -t and reload ssh.',
    fixable: true,
    risk: "lockout",
    references: { "cis-debian12": ["5.1.20"], "nist-800-53": ["AC-6"] },
  }),
  result({
    id: "sshd.x11-forwarding",
    status: "waived",
    severity: "medium",
    title: "X11 is not forwarded",
    expected: "no",
    actual: "yes",
    evidence: [{ source: "/etc/ssh/sshd_config", line: 88, text: "X11Forwarding yes" }],
    message: "everybody may forward X11",
    waiver: { reason: "bastion for the graphics team", owner: "team-x", expires: "2027-01-01" },
  }),
  result({
    id: "sshd.macs",
    status: "fail",
    severity: "critical",
    title: "Only strong message authentication codes are offered",
    expected: "none outside hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com",
    actual:
      "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1",
    evidence: [{ source: "/usr/sbin/sshd", line: 0, text: "compiled-in default of OpenSSH 9.2" }],
    message: "weak MACs are offered: hmac-sha1, hmac-sha1-etm@openssh.com, umac-64@openssh.com",
  }),
  result({ id: "sudo.use-pty", status: "error", message: denied("/etc/sudoers") }),
  result({ id: "sudo.nopasswd", status: "error", severity: "high", message: denied("/etc/sudoers") }),
  result({ id: "sudo.includes", status: "error", message: denied("/etc/sudoers.d/90-cloud-init-users") }),
  result({
    id: "sudo.binary",
    status: "error",
    title: "sudo is setuid root and not older than 1.9.5",
    message: "/usr/bin/sudo: the version could not be told",
    evidence: [{ source: "/usr/bin/sudo", line: 0, text: "" }],
  }),
  result({
    id: "kubelet.anonymous-auth",
    status: "not-applicable",
    severity: "critical",
    message: "no kubelet on this node",
  }),
  result({ id: "kubelet.read-only-port", status: "not-applicable", message: "no kubelet on this node" }),
  result({
    id: "kubelet.probe-10250",
    status: "not-applicable",
    message: "no socket is opened under --root",
  }),
  result({
    id: "sysctl.kernel.kptr_restrict",
    status: "pass",
    severity: "low",
    actual: "1",
    expected: "≥ 1",
  }),
  result({ id: "sysctl.kernel.dmesg_restrict", status: "pass", severity: "low" }),
];

/** Text that would do harm in each of the output formats if it were not escaped. */
export const hostileText =
  "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; ]]> --> `|*_[a](javascript:x) @everyone \\ {{7*7}} \u001b[31m\u0007\u0000\u202e\ud800 \nline two";

/** Every text of the report that a node or a saved file can influence is `text`. */
export function hostile(text = hostileText): Report {
  const everywhere = {
    title: text,
    expected: text,
    actual: text,
    message: text,
    details: [text, `second ${text}`],
    why: text,
    remediation: text,
    tags: [text],
    references: { [text]: [text], "cis-debian12": [text] },
    evidence: [
      { source: `/etc/${text}`, line: 3, text },
      { source: text, line: 0, text },
    ],
    waiver: { reason: text, owner: text, expires: text },
  };
  const statuses = ["fail", "error", "waived", "not-applicable", "pass"] as const;
  const results = statuses.map((status, index) =>
    result({ ...everywhere, id: `${text}.${index}`, domain: text, status }),
  );
  return report(results, {
    run: { id: text, startedAt: text, durationMs: 1, root: text, profile: text },
    host: { hostname: text, os: text, kernel: text, kubelet: text, roles: [text] },
  });
}

/** Reports of `size` nodes whose results differ in a way that does not change from run to run. */
export function fleet(size: number): readonly Report[] {
  return Array.from({ length: size }, (_, node) => {
    const results = realistic.map((one, index): Result => {
      const turned = one.status === "fail" && (node * 7 + index * 3) % 4 === 0;
      return turned
        ? { ...one, status: "pass", message: "", details: [], evidence: [], remediation: "" }
        : one;
    });
    const base = report(results);
    return { ...base, host: { ...base.host, hostname: `node-${node + 1}` } };
  });
}
