import { test } from "uvu";
import check from "../../../../src/checks/accounts/admin-groups.js";
import { accountNode, aliceUser, groupFile, gshadowFile, rootUser } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const passwd = [rootUser, aliceUser, "bob:x:1001:27::/home/bob:/bin/sh"];

testCheck(check, {
  passes: [
    { name: "nobody", files: accountNode() },
    {
      name: "without a list, those who come by sudo",
      files: accountNode({ passwd, group: ["sudo:x:27:alice", "docker:x:999:"] }),
    },
    {
      name: "exactly the list, primary group included",
      files: accountNode({ passwd, group: ["sudo:x:27:alice", "docker:x:999:ci"] }),
      params: { expected: ["sudo:alice", "sudo:bob", "docker:ci"] },
    },
  ],
  fails: [
    {
      name: "root without sudo",
      files: accountNode({ group: ["sudo:x:27:", "docker:x:999:alice", "disk:x:6:bob"] }),
      at: [`${groupFile}:2`, `${groupFile}:3`],
      says: "alice is in group docker, which starts containers with the host's root directory in them",
    },
    {
      name: "more than the list, by primary group and by the group's administrator",
      files: accountNode({ passwd, group: ["sudo:x:27:alice"], gshadow: ["sudo:!:eve:"] }),
      params: { expected: ["sudo:alice"] },
      says: "bob is in group sudo, which sudo lets become root; eve is in group sudo",
    },
    {
      name: "a password of the group",
      files: accountNode({ group: ["docker:x:9:"], gshadow: ["docker:$6$a$b::"] }),
      says: "whoever knows it joins",
    },
  ],
  errors: [
    { name: "gshadow cannot be read", files: accountNode({ more: { [gshadowFile]: { error: "denied" } } }) },
  ],
});

test.run();
