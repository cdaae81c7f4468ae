import { test } from "uvu";
import check from "../../../../src/checks/sshd/match-blocks.js";
import { testCheck } from "../../../support/check.js";
import { main, node, withDropIns } from "../../../support/sshd-node.js";

testCheck(check, {
  passes: [
    { name: "no block", files: node("PermitRootLogin yes\n") },
    { name: "stricter for some", files: node("PermitRootLogin yes\nMatch User bob\nPermitRootLogin no\n") },
    { name: "the same for some", files: node("X11Forwarding no\nMatch User bob\nX11Forwarding NO\n") },
    {
      name: "a weaker line that a block before it outvotes",
      files: node(
        "PasswordAuthentication no\nMatch User bob\nPasswordAuthentication no\nMatch User bob Address 10.0.0.0/8\nPasswordAuthentication yes\n",
      ),
    },
    {
      name: "a block for all is the rule itself",
      files: node("X11Forwarding no\nMatch all\nX11Forwarding yes\n"),
    },
    { name: "fewer algorithms", files: node("Match User x\nPubkeyAcceptedAlgorithms ssh-ed25519\n") },
  ],
  fails: [
    {
      name: "passwords for some",
      files: node("PasswordAuthentication no\nMatch Group ops\nPasswordAuthentication yes\n"),
      at: [`${main}:3`],
      says: /PasswordAuthentication is yes for Match Group ops .*weaker than no for everybody else/,
    },
    {
      name: "in an included file",
      files: withDropIns("PermitRootLogin no\n", {
        "a.conf": "Match Address 10.0.0.0/8\nPermitRootLogin yes\n",
      }),
      at: ["/etc/ssh/sshd_config.d/a.conf:2"],
    },
    {
      name: "a block within a block",
      files: node("X11Forwarding no\nMatch User bob\nInclude /etc/ssh/inner.conf\n", {
        "/etc/ssh/inner.conf": "Match Address 10.0.0.0/8\nX11Forwarding yes\n",
      }),
      says: /Match User bob within Match Address 10\.0\.0\.0\/8/,
    },
    {
      name: "no limit of time",
      files: node("ClientAliveInterval 60\nMatch User bob\nClientAliveInterval 0\n"),
    },
    { name: "more tries", files: node("MaxAuthTries 3\nMatch User bob\nMaxAuthTries 30\n") },
    {
      name: "more algorithms",
      files: node("Match User old\nPubkeyAcceptedAlgorithms +ssh-rsa\n"),
      says: /accepts .*ssh-rsa/,
    },
    {
      name: "weaker than a block for all",
      files: node("Match User bob\nX11Forwarding yes\nMatch all\nX11Forwarding no\n"),
      says: /for Match User bob/,
    },
  ],
  errors: [
    {
      name: "an unknown criterion stops sshd",
      files: node("Match Exec /bin/true\nX11Forwarding yes\n"),
      says: /Exec/,
    },
    { name: "a network with bits behind its mask stops sshd", files: node("Match Address 10.0.0.1/8\n") },
    {
      name: "a keyword that no block may hold",
      files: node("Match User bob\nUsePAM no\n"),
      says: /not allowed within a Match block/,
    },
  ],
  notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
});

test.run();
