import { test } from "uvu";
import check from "../../../../src/checks/accounts/tmout.js";
import { testCheck } from "../../../support/check.js";

const file = "/etc/profile.d/tmout.sh";
const profile = { "/etc/profile": "PATH=/bin\n" };

testCheck(check, {
  passes: [
    { name: "set and locked", files: { ...profile, [file]: "TMOUT=600\nreadonly TMOUT\nexport TMOUT\n" } },
    { name: "at once", files: { ...profile, [file]: "declare -xr TMOUT=900\n" } },
    { name: "readonly with a value", files: { ...profile, [file]: "readonly TMOUT='300'; export TMOUT\n" } },
  ],
  fails: [
    {
      name: "not set",
      files: { ...profile, "/etc/profile.d/x.csh": "TMOUT=1\nreadonly TMOUT\n" },
      at: [],
      says: "no login script sets TMOUT",
      fixed: { "/etc/profile.d/zz-nodeward-tmout.sh": "TMOUT=900\nreadonly TMOUT\nexport TMOUT\n" },
    },
    {
      name: "too long, off, and not locked",
      files: { ...profile, [file]: "TMOUT=3600 # an hour\nexport TMOUT", "/etc/profile.d/u.sh": "TMOUT=0\n" },
      at: [`${file}:1`, "/etc/profile.d/u.sh:1"],
      says: /tmout.sh:1 sets TMOUT to 3600, not 1 to 900; .*u.sh:1 sets TMOUT to 0.*it is not readonly/,
      fixed: {
        [file]: "TMOUT=900 # an hour\nexport TMOUT",
        "/etc/profile.d/u.sh": "TMOUT=900\nreadonly TMOUT\n",
      },
    },
    {
      name: "what only the shell knows",
      files: { ...profile, [file]: "TMOUT=$LIMIT\nreadonly TMOUT\n" },
      says: "sets TMOUT to $LIMIT",
    },
  ],
  errors: [
    {
      name: "under a condition",
      files: { ...profile, [file]: '[ -n "$PS1" ] && TMOUT=600\n' },
      says: "/etc/profile.d/tmout.sh:1 sets TMOUT under a condition",
    },
    { name: "a file cannot be read", files: { ...profile, [file]: { text: "", error: "denied" } } },
  ],
});

test.run();
