import { test } from "uvu";
import check from "../../../../src/checks/accounts/weak-hash.js";
import { accountNode, loginDefsFile, shadowFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [
    {
      name: "yescrypt and sha512",
      files: accountNode({ shadow: ["root:$6$a$b:1::::::", "a:$y$j9T$a$b:1::::::"] }),
    },
    { name: "a weak one that is locked", files: accountNode({ shadow: ["root:!$1$a$b:1::::::"] }) },
    {
      name: "another method by agreement",
      files: accountNode({ shadow: ["root:$2b$10$abcdefghijkl:1::::::"] }),
      params: { methods: ["bcrypt", "yescrypt"] },
    },
  ],
  fails: [
    {
      name: "md5, des and something unheard of",
      files: accountNode({
        shadow: ["root:$1$a$b:1::::::", "a:abJnggxhB/yWI:1::::::", "b:whatever:1::::::"],
      }),
      at: [1, 2, 3].map((line) => `${shadowFile}:${line}`).concat(`${loginDefsFile}:2`),
      says: /root is hashed with md5; the password of a is hashed with des; the password of b is hashed with unknown/,
    },
    {
      name: "a weak method for those to come",
      files: accountNode({ loginDefs: "ENCRYPT_METHOD MD5\n" }),
      says: "has ENCRYPT_METHOD MD5",
    },
    {
      name: "no method for those to come",
      files: accountNode({ loginDefs: "#ENCRYPT_METHOD SHA512\n" }),
      says: "sets no ENCRYPT_METHOD",
    },
  ],
  errors: [
    {
      name: "login.defs cannot be read",
      files: accountNode({ more: { [loginDefsFile]: { error: "denied" } } }),
    },
  ],
  notApplicable: [{ name: "no shadow", files: { "/etc/passwd": "root:x:0:0::/:/bin/sh\n" } }],
});

test.run();
