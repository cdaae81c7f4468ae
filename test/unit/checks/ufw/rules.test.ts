import { test } from "uvu";
import loopback from "../../../../src/checks/ufw/loopback.js";
import rulesExpected from "../../../../src/checks/ufw/rules-expected.js";
import sshAllowed from "../../../../src/checks/ufw/ssh-allowed.js";
import { testCheck } from "../../../support/check.js";
import { socketFiles } from "../../../support/proc-net.js";
import { ufwFiles, userRules } from "../../../support/ufw.js";

const user = "/etc/ufw/user.rules";
const user6 = "/etc/ufw/user6.rules";
const before = "/etc/ufw/before.rules";
const ssh = { protocol: "tcp", dport: "22" };
const none = { name: "ufw is not installed", files: { [user]: userRules([ssh]) } };
const deny4 = { action: "deny", src: "127.0.0.0/8" } as const;
const deny6 = { action: "deny", src: "::1" } as const;

testCheck(loopback, {
  passes: [
    { name: "nothing is let in", files: ufwFiles() },
    { name: "its addresses are refused first", files: ufwFiles({ v4: [deny4, ssh], v6: [deny6, ssh] }) },
    { name: "only a network is let in", files: ufwFiles({ v4: [{ ...ssh, src: "10.0.0.0/8" }], v6: [] }) },
  ],
  fails: [
    {
      name: "a port is open to everybody, and so to who claims to be the loopback",
      files: ufwFiles({ v4: [ssh] }),
      at: [`${user}:5`, `${user6}:5`],
      says: /in the name of 127\.0\.0\.0\/8 is let in by \/etc\/ufw\/user\.rules:5/,
      fixed: { [user]: userRules([deny4, ssh]), [user6]: userRules([deny6, ssh], true) },
    },
    {
      name: "the loopback itself is shut",
      files: ufwFiles({ before: "*filter\n:ufw-before-input - [0:0]\nCOMMIT\n" }),
      says: /no rule lets in all that comes over the loopback \(IPv4\)/,
      fixed: { [user]: userRules([{ inInterface: "lo" }]) },
    },
  ],
  errors: [
    { name: "rules may not be read", files: { ...ufwFiles(), [user]: { error: "denied" } } },
    { name: "before.rules is a directory", files: { ...ufwFiles(), [before]: { kind: "directory" } } },
    { name: "before.rules is empty", files: { ...ufwFiles(), [before]: "" }, says: /is empty/ },
  ],
  notApplicable: [none],
});

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const listening = socketFiles({ host: "0.0.0.0", port: 22, by: sshd }, { host: "::", port: 22, by: sshd });
const high = socketFiles({ host: "0.0.0.0", port: 2222, by: sshd });

// As `ufw limit 22/tcp` writes it.
const limited = userRules([])
  .replace(
    "### END RULES",
    [
      "### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in",
      "-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set",
      "-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw-user-limit",
      "-A ufw-user-input -p tcp --dport 22 -j ufw-user-limit-accept",
      "",
      "### END RULES",
    ].join("\n"),
  )
  .replace("COMMIT", "-A ufw-user-limit -j REJECT\n-A ufw-user-limit-accept -j ACCEPT\nCOMMIT");

testCheck(sshAllowed, {
  passes: [
    { name: "to everybody", files: { ...ufwFiles({ v4: [ssh] }), ...listening } },
    {
      name: "to the administrators",
      files: { ...ufwFiles({ v4: [{ ...ssh, src: "10.0.0.0/8" }] }), ...listening },
      params: { from: ["10.1.0.0/16"] },
    },
    {
      name: "with a limit",
      files: {
        ...ufwFiles(),
        ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }),
        [user]: limited,
      },
    },
  ],
  fails: [
    {
      name: "the rule is for another port",
      files: { ...ufwFiles({ v4: [ssh] }), ...high },
      at: ["/proc/net/tcp:2", "/etc/default/ufw:2"],
      says: /sshd listens on 0\.0\.0\.0 port 2222, and nobody surely gets there/,
      fixed: { [user]: userRules([ssh, { protocol: "tcp", dport: "2222" }]) },
    },
    {
      name: "a rule before it refuses",
      files: { ...ufwFiles({ v4: [{ action: "deny" }, ssh] }), ...listening },
      says: /nobody surely gets there/,
      fixed: { [user]: userRules([ssh, { action: "deny" }, ssh]) },
    },
    {
      name: "not all of the administrators' networks",
      files: { ...ufwFiles({ v4: [{ ...ssh, src: "10.0.0.0/8" }], v6: [] }), ...listening },
      params: { from: ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"] },
      says: /not all of 192\.0\.2\.0\/24 surely gets there over IPv4.*2001:db8::\/32/,
      fixed: {
        [user]: userRules([
          { ...ssh, src: "10.0.0.0/8" },
          { ...ssh, src: "192.0.2.0/24" },
        ]),
        [user6]: userRules([{ ...ssh, src: "2001:db8::/32" }], true),
      },
    },
  ],
  errors: [
    {
      name: "the owners of sockets cannot be seen",
      files: {
        ...ufwFiles({ v4: [ssh] }),
        ...listening,
        "/proc/700/fd": { kind: "directory", error: "denied" },
      },
      says: /cannot be told/,
    },
    {
      name: "rules may not be read",
      files: {
        ...ufwFiles(),
        ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }),
        [user]: { error: "denied" },
      },
    },
  ],
  notApplicable: [
    none,
    { name: "no running system", files: ufwFiles(), says: /cannot be seen/ },
    {
      name: "sshd on the loopback alone",
      files: { ...ufwFiles(), ...socketFiles({ host: "127.0.0.1", port: 22, by: sshd }) },
    },
  ],
});

testCheck(rulesExpected, {
  passes: [
    { name: "no rule", files: ufwFiles() },
    { name: "an ordinary one", files: ufwFiles({ v4: [ssh] }) },
    {
      name: "those that are expected, whatever their comments",
      files: ufwFiles({
        v4: [
          { ...ssh, comment: "ops" },
          { protocol: "tcp", dport: "6443", src: "10.0.0.0/8" },
        ],
        v6: [],
      }),
      params: { expected: ["allow 22/tcp", "ufw allow from 10.0.0.0/8 to any port 6443 proto tcp"] },
    },
    {
      name: "a sensitive port for a network",
      files: ufwFiles({ v4: [{ protocol: "tcp", dport: "2379", src: "10.0.0.0/8" }], v6: [] }),
    },
    {
      name: "a narrower rule before a wider one",
      files: ufwFiles({ v4: [{ ...ssh, src: "10.0.0.0/8" }, ssh], v6: [] }),
    },
  ],
  fails: [
    {
      name: "etcd for everybody",
      files: ufwFiles({ v4: [{ protocol: "tcp", dport: "2379:2380" }], v6: [] }),
      at: [`${user}:4`],
      says: /user\.rules:4 \(allow 2379:2380\/tcp\) opens 2379\/tcp, 2380\/tcp to everybody/,
    },
    {
      name: "everything for everybody",
      files: ufwFiles({ v4: [{}], v6: [] }),
      says: /opens every port to everybody/,
    },
    {
      name: "a rule behind one that takes all it names",
      files: ufwFiles({
        v4: [
          { action: "deny", src: "10.0.0.0/8" },
          { ...ssh, src: "10.1.0.0/16" },
        ],
        v6: [],
      }),
      says: /user\.rules:7 \(allow from 10\.1\.0\.0\/16 to any port 22 proto tcp\) never matches/,
    },
    {
      name: "one that is not expected",
      files: ufwFiles({ v4: [ssh, { protocol: "tcp", dport: "8080" }] }),
      params: { expected: ["allow 22/tcp"] },
      says: /user\.rules:7 \(allow 8080\/tcp\) is not expected/,
    },
    {
      name: "a tuple that somebody broke",
      files: {
        ...ufwFiles({ v4: [ssh] }),
        [user]: userRules([ssh]).replace("allow tcp 22", "allow tcp 99999"),
      },
      says: /user\.rules:4 is malformed/,
    },
  ],
  errors: [
    { name: "rules may not be read", files: { ...ufwFiles(), [user]: { error: "denied" } } },
    {
      name: "more rules than can be compared",
      files: ufwFiles({
        v4: Array.from({ length: 4000 }, (_, index) => ({ ...ssh, dport: String(40000 + index) })),
        v6: [],
      }),
      says: /too many rules/,
    },
  ],
  notApplicable: [none],
});

test.run();
