import { test } from "uvu";
import check from "../../../../src/checks/accounts/inactive.js";
import { accountNode, shadowFile } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const useradd = "/etc/default/useradd";
const node = (text: string, shadow?: readonly string[]) =>
  accountNode({ ...(shadow === undefined ? {} : { shadow }), more: { [useradd]: text } });

testCheck(check, {
  passes: [
    { name: "30 days", files: node("SHELL=/bin/sh\nINACTIVE=30\n") },
    { name: "who has no password needs none", files: node("INACTIVE=45", ["root:*:1::::::"]) },
  ],
  fails: [
    {
      name: "off, and a password that stays open",
      files: node("# INACTIVE=30\nINACTIVE=-1\nSHELL=/bin/sh\n", ["a:*:1::::::"]),
      at: [`${useradd}:2`],
      says: "/etc/default/useradd has INACTIVE=-1",
      fixed: { [useradd]: "# INACTIVE=30\nINACTIVE=45\nSHELL=/bin/sh\n" },
    },
    { name: "not set", files: node("SHELL=/bin/sh"), fixed: { [useradd]: "SHELL=/bin/sh\nINACTIVE=45" } },
  ],
  errors: [
    {
      name: "shadow cannot be read",
      files: accountNode({ more: { [useradd]: "INACTIVE=30\n", [shadowFile]: { error: "denied" } } }),
    },
  ],
  notApplicable: [{ name: "no useradd", files: accountNode() }],
});

test.run();
