import { test } from "uvu";
import check from "../../../../src/checks/sshd/access-limited.js";
import { testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

testCheck(check, {
  passes: [
    { name: "groups", files: node("AllowGroups ops\n") },
    { name: "users on two lines", files: node("AllowUsers alice\nAllowUsers bob@10.0.0.0/8\n") },
    { name: "denied ones", files: node("DenyUsers *,!ops\n") },
  ],
  fails: [
    { name: "nobody named", files: node("Port 22\n"), says: /lets every account try/ },
    {
      name: "only within a Match block",
      files: node("Match Address 10.0.0.0/8\nAllowUsers bob\n"),
      at: [`${main}:2`],
    },
  ],
  errors: [
    { name: "sshd does not start", files: node("AllowUsers bob@10.0.0.1/8\n"), says: /invalid pattern/ },
  ],
  notApplicable: [{ name: "no sshd", files: { "/etc/hostname": "x" } }],
});

test.run();
