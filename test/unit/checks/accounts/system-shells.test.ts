import { test } from "uvu";
import check from "../../../../src/checks/accounts/system-shells.js";
import {
  accountNode,
  aliceUser,
  loginDefsFile,
  passwdFile,
  rootUser,
} from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

testCheck(check, {
  passes: [
    {
      name: "nologin, false, sync and people",
      files: accountNode({
        passwd: [
          rootUser,
          aliceUser,
          "a:x:2:2::/:/usr/sbin/nologin",
          "b:x:3:3::/:/bin/false",
          "sync:x:4:65534::/bin:/bin/sync",
        ],
      }),
    },
    {
      name: "an allowed one",
      files: accountNode({ passwd: [rootUser, "git:x:998:998::/srv:/bin/bash"] }),
      params: { allow: ["git"] },
    },
    {
      name: "people begin elsewhere",
      files: accountNode({ passwd: ["a:x:500:500::/:/bin/sh"], loginDefs: "UID_MIN\t 500\n" }),
    },
  ],
  fails: [
    {
      name: "a shell, an empty one, none at all, and nobody",
      files: accountNode({
        passwd: [
          rootUser,
          "a:x:998:998:,:/srv:/bin/bash",
          "b:x:3:3::/:",
          "c:x:4:4",
          "nobody:x:65534:65534::/:/bin/sh",
        ],
      }),
      at: [2, 3, 4, 5].map((line) => `${passwdFile}:${line}`),
      says: "b (user id 3) has the shell /bin/sh, as none is named",
      fixed: {
        [passwdFile]: `${rootUser}\na:x:998:998:,:/srv:/usr/sbin/nologin\nb:x:3:3::/:/usr/sbin/nologin\nc:x:4:4:::/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n`,
      },
    },
  ],
  errors: [
    {
      name: "login.defs cannot be read",
      files: accountNode({ more: { [loginDefsFile]: { error: "denied" } } }),
    },
  ],
});

test.run();
