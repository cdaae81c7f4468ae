// Is a text that its reader would refuse told from one that it takes?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { accountsRead, manifestReads, sysctlReads } from "../../../src/remedy/readable.js";

const good: readonly (readonly [string, string])[] = [
  [
    "/etc/pam.d/common-auth",
    "auth [success=1 default=ignore] pam_unix.so nullok # x\n@include common-account\n",
  ],
  [
    "/etc/login.defs",
    "# x\nPASS_MAX_DAYS\t365\nUMASK 027\nENCRYPT_METHOD YESCRYPT\nMAIL_DIR /var/mail\nUID_MIN 1000\n",
  ],
  ["/etc/security/faillock.conf", "deny = 5\nunlock_time = never\nsilent\n"],
  ["/etc/security/pwquality.conf.d/x.conf", "dcredit = -1\n"],
  ["/etc/profile", "umask what\n"],
];

test("what the readers take", () => {
  for (const [path, text] of good) assert.is(accountsRead(path, text), undefined, path);
});

const bad: readonly (readonly [string, string, string])[] = [
  [
    "/etc/pam.d/common-auth",
    "auth required pam_unix.so\nauth requred pam_unix.so\n",
    ":2: PAM would refuse everybody",
  ],
  ["/etc/pam.d/su", "auth\n", ":1: PAM would refuse everybody"],
  ["/etc/login.defs", "PASS_MAX_DAYS many\n", ":1: PASS_MAX_DAYS takes no such value"],
  ["/etc/login.defs", "UMASK 29\n", ":1: UMASK"],
  ["/etc/login.defs", "ENCRYPT_METHOD rot13\n", ":1: ENCRYPT_METHOD"],
  ["/etc/security/faillock.conf", "deny = few\n", ":1: deny takes a number"],
  ["/etc/security/pwquality.conf", "minlen\n", ":1: minlen takes a number"],
];

test("what they would not", () => {
  for (const [path, text, reason] of bad) assert.match(accountsRead(path, text) ?? "", `${path}${reason}`);
});

test("a manifest with no pod or two, and a line behind which nothing counts", () => {
  assert.match(manifestReads("/m/x.yaml", "") ?? "", "pods instead of one");
  const long = `kernel.x = 1 ${"x".repeat(2 ** 20)}\n`;
  assert.match(sysctlReads("/etc/sysctl.d/x.conf", long) ?? "", "reads no further");
});

test.run();
