import { test } from "uvu";
import check from "../../../../src/checks/sshd/permit-root-login.js";
import { testCheck } from "../../../support/check.js";
import { dropIn, main, node, withDropIns } from "../../../support/sshd-node.js";

const cloud = "/etc/ssh/sshd_config.d/50-cloud-init.conf";

testCheck(check, {
  passes: [
    { name: "set to no", files: node("PermitRootLogin no\n") },
    { name: "in any spelling", files: node('\tpermitrootlogin = "NO" # why\n') },
    {
      name: "a drop-in is first",
      files: withDropIns("PermitRootLogin yes\n", { "a.conf": "PermitRootLogin no\n" }),
    },
    {
      name: "keys where the site says so",
      files: node("PermitRootLogin without-password\n"),
      params: { expected: "prohibit-password" },
    },
    {
      name: "a Match block in an included file does not leak out",
      files: withDropIns("PermitRootLogin no\n", { "a.conf": "Match User bob\n  PermitRootLogin no\n" }),
    },
  ],
  fails: [
    {
      name: "the default",
      files: node("Port 22\n"),
      at: [main],
      says: /PermitRootLogin is prohibit-password for everybody, the default of sshd/,
      fixed: { [main]: "Port 22\nPermitRootLogin no\n" },
    },
    {
      name: "set to yes, spelling and comment kept",
      files: node("# header\n PermitRootLogin\tyes  # why\n"),
      at: [`${main}:2`],
      fixed: { [main]: "# header\n PermitRootLogin\tno  # why\n" },
    },
    {
      name: "a Match block opens it again",
      files: node("PermitRootLogin no\nMatch Address 10.0.0.0/8\n  PermitRootLogin yes # ops\n"),
      at: [`${main}:1`, `${main}:3`],
      says: /for Match Address 10\.0\.0\.0\/8/,
      fixed: { [main]: "PermitRootLogin no\nMatch Address 10.0.0.0/8\n  PermitRootLogin no # ops\n" },
    },
    {
      name: "the default, and Match blocks: the new line stands before them",
      files: node("Port 22\nMatch User bob\n  X11Forwarding no\n"),
      fixed: { [main]: "Port 22\nPermitRootLogin no\nMatch User bob\n  X11Forwarding no\n" },
    },
    {
      name: "a drop-in beats the main file",
      files: withDropIns("PermitRootLogin no\n", { "50-cloud-init.conf": "PermitRootLogin   yes" }),
      at: [`${cloud}:1`],
      fixed: { [cloud]: "PermitRootLogin   no" },
    },
    {
      name: "unset with drop-ins: ours sorts first",
      files: withDropIns("Port 22\n", { "50-x.conf": "Match User bob\n" }),
      fixed: {
        [dropIn]: "# Set by nodeward. Sorts first, so that these values win.\nPermitRootLogin no\n",
        [main]: "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\n",
      },
    },
    {
      name: "no end of line at the end of the file",
      files: node("Port 22"),
      fixed: { [main]: "Port 22\nPermitRootLogin no" },
    },
    {
      name: "carriage returns",
      files: node("Port 22\r\nPermitRootLogin yes\r\n"),
      fixed: { [main]: "Port 22\r\nPermitRootLogin no\r\n" },
    },
    {
      name: "Match all is for everybody",
      files: node("PermitRootLogin no\nMatch all\nPermitRootLogin yes\n"),
      at: [`${main}:3`],
      says: /for Match all/,
    },
    {
      name: "keys only are more than no",
      files: node("PermitRootLogin prohibit-password\n"),
      says: /is prohibit-password/,
    },
    {
      name: "a vendor's file cannot be edited: ours comes before it",
      files: {
        ...withDropIns("Include /usr/share/x.conf\n"),
        "/usr/share/x.conf": "PermitRootLogin yes\n",
      },
      fixed: { [dropIn]: "# Set by nodeward. Sorts first, so that these values win.\nPermitRootLogin no\n" },
    },
  ],
  errors: [
    {
      name: "sshd does not start",
      files: node("PermitRootLogin no\nNoSuchThing yes\n"),
      says: /sshd_config:2/,
    },
    {
      name: "a dangling link among the drop-ins",
      files: withDropIns("PermitRootLogin no\n", { "z.conf": { link: "/nowhere" } }),
      says: /z\.conf/,
    },
  ],
  notApplicable: [
    { name: "no sshd", files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" }, says: /not installed/ },
    {
      name: "removed, its configuration left behind",
      files: {
        ...node("PermitRootLogin yes\n"),
        "/var/lib/dpkg/status":
          "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5\n\n",
      },
    },
  ],
});

test.run();
