import { test } from "uvu";
import check from "../../../../src/checks/sshd/host-key-permissions.js";
import { testCheck } from "../../../support/check.js";
import { node } from "../../../support/sshd-node.js";

const key = "/etc/ssh/ssh_host_ed25519_key";
const group = { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n", "/etc/group": "root:x:0:\nssh_keys:x:998:\n" };

function keys(privateKey: object, publicKey: object = { mode: 0o644 }) {
  return { [key]: { text: "secret", ...privateKey }, [`${key}.pub`]: { text: "public", ...publicKey } };
}

testCheck(check, {
  passes: [
    { name: "0600 and 0644", files: node("", keys({ mode: 0o600 })) },
    { name: "the group of Red Hat", files: node("", { ...group, ...keys({ mode: 0o640, gid: 998 }) }) },
    {
      name: "a key elsewhere",
      files: node("HostKey /srv/key\n", { "/srv/key": { text: "k", mode: 0o600 } }),
    },
  ],
  fails: [
    {
      name: "readable by the group",
      files: node("", keys({ mode: 0o640 })),
      at: [key, `${key}.pub`],
      says: /mode 0640, more than 0600/,
      fixed: { [key]: "0600" },
    },
    { name: "0640 of another group", files: node("", { ...group, ...keys({ mode: 0o640, gid: 7 }) }) },
    { name: "of another user", files: node("", keys({ mode: 0o600, uid: 33 })), says: /belongs to user 33/ },
    {
      name: "a public key others write",
      files: node("", keys({ mode: 0o600 }, { mode: 0o666 })),
      says: /0666/,
    },
    {
      name: "a configured key elsewhere",
      files: node("HostKey /srv/key\n", { "/srv/key": { text: "k", mode: 0o644 } }),
      at: ["/srv/key"],
    },
  ],
  errors: [{ name: "sshd does not start", files: node("HostKey\n", keys({ mode: 0o600 })) }],
  notApplicable: [
    { name: "an image that never ran", files: node("Port 22\n"), says: /no SSH host keys yet/ },
    { name: "no sshd", files: { "/etc/hostname": "x" } },
  ],
});

test.run();
