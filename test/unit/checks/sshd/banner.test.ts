import { test } from "uvu";
import check from "../../../../src/checks/sshd/banner.js";
import { testCheck } from "../../../support/check.js";
import { main, node } from "../../../support/sshd-node.js";

const issue = { "/etc/issue.net": "Authorized uses only.\n" };

testCheck(check, {
  passes: [{ name: "a text", files: node("Banner /etc/issue.net\n", issue) }],
  fails: [
    {
      name: "not set",
      files: node("", issue),
      says: /Banner is none/,
      fixed: { [main]: "Banner /etc/issue.net\n" },
    },
    {
      name: "an empty file",
      files: node("Banner /etc/issue.net\n", { "/etc/issue.net": "" }),
      says: /is empty/,
    },
    { name: "a file that is not there", files: node("Banner /etc/nothing\n"), says: /no such file/ },
    {
      name: "none for some",
      files: node("Banner /etc/issue.net\nMatch User bot\nBanner none\n", issue),
      at: [`${main}:1`, `${main}:3`],
      fixed: { [main]: "Banner /etc/issue.net\nMatch User bot\nBanner /etc/issue.net\n" },
    },
  ],
  errors: [{ name: "sshd does not start", files: node("Banner\n") }],
  notApplicable: [{ name: "no sshd", files: issue }],
});

test.run();
