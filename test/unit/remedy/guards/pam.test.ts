import { test } from "uvu";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { allows, group, loginNode, shadowText, stops } from "../../../support/guard-node.js";

const auth =
  "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n";
const guarded = `auth requisite pam_faillock.so preauth\n${auth.replace("success=1", "success=2")}auth [default=die] pam_faillock.so authfail\n`;
const modules = "/usr/lib/x86_64-linux-gnu/security";
const node: MemoryFiles = {
  ...loginNode,
  "/etc/pam.d/common-auth": auth,
  "/etc/pam.d/sshd": "@include common-auth\naccount required pam_unix.so\n",
  "/etc/pam.d/su": "auth sufficient pam_rootok.so\n@include common-auth\n",
  ...Object.fromEntries(
    ["pam_unix", "pam_deny", "pam_permit", "pam_faillock", "pam_rootok", "pam_wheel"].map((name) => [
      `${modules}/${name}.so`,
      "",
    ]),
  ),
};
const change = (files: Readonly<Record<string, string>>, check = "accounts.pam-faillock") =>
  group("accounts", [check], { files });

test("pam_faillock as Debian places it is allowed", async () => {
  await allows(node, change({ "/etc/pam.d/common-auth": guarded }));
});

test("a line of a module that is not installed is refused: it would refuse everybody", async () => {
  const bare = Object.fromEntries(Object.entries(node).filter(([path]) => !path.endsWith("pam_faillock.so")));
  await stops(
    bare,
    /^refuse accounts.pam-faillock: PAM would refuse everybody: .*pam_faillock.so is not installed/,
    change({ "/etc/pam.d/common-auth": guarded }),
  );
});

test("a stack that cannot be used is refused", async () => {
  await stops(
    node,
    /PAM would refuse everybody: sshd, .*missing/,
    change({ "/etc/pam.d/sshd": "@include common-nothing\n" }),
  );
});

test("a lock that anybody can turn for root, or for good, waits for a person", async () => {
  const text = { "/etc/pam.d/common-auth": guarded };
  await stops(
    node,
    /^defer .*root too would be locked/,
    change({ ...text, "/etc/security/faillock.conf": "even_deny_root\n" }),
  );
  await stops(
    node,
    /^defer .*until root unlocks it/,
    change({ ...text, "/etc/security/faillock.conf": "unlock_time = 0\n" }),
  );
  await stops(
    node,
    /^defer .*root too/,
    change({ "/etc/pam.d/common-auth": guarded.replace("preauth", "preauth even_deny_root") }),
  );
  await allows(node, change({ ...text, "/etc/security/faillock.conf": "deny = 5\nunlock_time = 900\n" }));
});

const wheel = (group: string) => ({
  "/etc/pam.d/su": `auth sufficient pam_rootok.so\nauth required pam_wheel.so use_uid group=${group}\n@include common-auth\n`,
});

test("su is limited where sudo gives root, or the group has members", async () => {
  await allows(node, change(wheel("adm"), "su.restricted"));
  const rooted = {
    ...node,
    "/etc/sudoers": "root ALL=(ALL) ALL\n",
    "/etc/shadow": shadowText.replace("root:*", "root:$y$j9T$s$h"),
  };
  await allows(rooted, change(wheel("sudo"), "su.restricted"));
});

test("su stays open where it is the only way to root and the group is empty", async () => {
  const rooted = {
    ...node,
    "/etc/sudoers": "root ALL=(ALL) ALL\n",
    "/etc/shadow": shadowText.replace("root:*", "root:$y$j9T$s$h"),
  };
  await stops(
    rooted,
    /^refuse su.restricted: su is the only way to root here, and nobody is in the group adm/,
    change(wheel("adm"), "su.restricted"),
  );
});

test.run();
