// files.greetings: texts that tell the system, by its name or by an escape of agetty.
import { test } from "uvu";
import greetings from "../../../../src/checks/files/greetings.js";
import { testCheck } from "../../../support/check.js";

const own = "For authorised users only. All activity is watched.\n";
const os = { "/etc/os-release": 'ID=examplix\nPRETTY_NAME="Examplix 1"\n' };

testCheck(greetings, {
  passes: [
    { name: "one's own words", files: { "/etc/issue": own, "/etc/issue.net": own, "/etc/motd": own } },
    { name: "a line and a name of the host", files: { "/etc/issue": `\\n \\l\n${own}` } },
    { name: "an escape means nothing after login", files: { "/etc/motd": "C:\\readme\n" } },
    { name: "by agreement", files: { "/etc/motd": "Debian\n" }, params: { allow: ["/etc/motd"] } },
  ],
  fails: [
    {
      name: "as distributions bring them",
      files: {
        "/etc/issue": "Debian GNU/Linux 12 \\n \\l\n\n",
        "/etc/issue.net": "\nUbuntu 24.04 LTS\n",
        "/etc/motd": "free software of the Debian project\n",
      },
      at: ["/etc/issue:1", "/etc/issue.net:2", "/etc/motd:1"],
      says: "/etc/issue.net:2 tells the system (ubuntu)",
    },
    { name: "escapes", files: { "/etc/issue": "\\S{PRETTY_NAME} \\r\n" }, says: "(\\S{PRETTY_NAME})" },
    {
      name: "in a folder, and by its own name",
      files: { ...os, "/etc/issue.d/x.issue": "Welcome to EXAMPLIX\n", "/etc/issue.d/y": "debian\n" },
      at: ["/etc/issue.d/x.issue:1"],
    },
  ],
  errors: [
    {
      name: "a folder that cannot be listed",
      files: { "/etc/issue.d": { kind: "directory", error: "denied" } },
    },
  ],
});

test.run();
