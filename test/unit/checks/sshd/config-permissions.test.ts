import { test } from "uvu";
import check from "../../../../src/checks/sshd/config-permissions.js";
import { testCheck } from "../../../support/check.js";
import { main, node, withDropIns } from "../../../support/sshd-node.js";

const part = "/etc/ssh/sshd_config.d/a.conf";

testCheck(check, {
  passes: [
    { name: "0600", files: node("Port 22\n") },
    { name: "stricter", files: node("", { [main]: { text: "", mode: 0o400 } }) },
    {
      name: "a policy of a package",
      files: node("Include /usr/share/p.conf\n", { "/usr/share/p.conf": { text: "", mode: 0o644 } }),
    },
    { name: "though sshd does not start", files: node("Nonsense\n") },
  ],
  fails: [
    {
      name: "readable by all",
      files: node("", { [main]: { text: "", mode: 0o644 } }),
      at: [main],
      fixed: { [main]: "0600" },
    },
    {
      name: "an included file that others write",
      files: withDropIns("", { "a.conf": { text: "Port 22\n", mode: 0o666, uid: 1000 } }),
      at: [main, part],
      says: /a\.conf has mode 0666, more than 0600 and belongs to user 1000/,
      fixed: { [part]: "0600" },
    },
    {
      name: "a policy that others write",
      files: node("Include /usr/share/p.conf\n", { "/usr/share/p.conf": { text: "", mode: 0o646 } }),
      says: /more than 0644/,
    },
  ],
  errors: [
    {
      name: "a file we may not read",
      files: node("", { [main]: { text: "", error: "denied" } }),
      says: /permission denied/,
    },
  ],
  notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
});

test.run();
