import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/accounts/root-path.js";
import { accountNode, loginDefsFile } from "../../../support/account-files.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const folders = { "/usr/bin": { kind: "directory" }, "/usr/sbin": { kind: "directory" } } as const;
const node = (more: object = {}, path = "/usr/sbin:/usr/bin") =>
  accountNode({ loginDefs: `UID_MIN 1000\nENV_SUPATH PATH=${path}\n`, more: { ...folders, ...more } });
const profile = "/etc/profile";

testCheck(check, {
  passes: [
    {
      name: "root's directories, and one that is not there yet",
      files: node({}, "/usr/sbin:/usr/bin:/usr/local/none"),
    },
    {
      name: "added to what was there",
      files: node({ [profile]: 'export PATH="$PATH:/usr/bin"\n', "/root/.profile": "PATH=${PATH}:~/bin\n" }),
    },
  ],
  fails: [
    {
      name: "empty and relative parts",
      files: node({ "/root/.bashrc": "PATH=.:$PATH:bin\n" }, "/usr/bin::/usr/sbin:"),
      at: [`${loginDefsFile}:2`, `${loginDefsFile}:2`, "/root/.bashrc:1", "/root/.bashrc:1"],
      says: /has an empty part in root's PATH.*\.bashrc:1 has \. in root's PATH, which is relative.*has bin in root's PATH/,
    },
    {
      name: "directories of others, and below such",
      files: node({
        [profile]: "PATH=/opt/a:/opt/b/bin\n",
        "/opt/a": { kind: "directory", mode: 0o777 },
        "/opt/b": { kind: "directory", uid: 1000 },
        "/opt/b/bin": { kind: "directory" },
      }),
      says: /\/opt\/a in root's PATH, and \/opt\/a can be written by everybody; .*\/opt\/b\/bin in root's PATH, and \/opt\/b belongs to user 1000/,
    },
    {
      name: "of root's own home, when that is another's",
      files: node({
        "/root": { kind: "directory", uid: 1000 },
        "/root/bin": { kind: "directory" },
        "/root/.profile": 'PATH="$HOME/bin:$PATH"\n',
      }),
      says: "/root belongs to user 1000",
    },
  ],
  errors: [
    { name: "a file that cannot be read", files: node({ [profile]: { error: "denied" } }) },
    {
      name: "weak under a condition",
      files: node({ [profile]: 'if [ "$1" ]; then PATH=.; fi\n' }),
      says: "under a condition that only the shell can decide",
    },
  ],
  hides: ["/usr"],
});

test("what only the shell can evaluate is told", async () => {
  const verdict = await verdictOf(check, {
    files: node({ [profile]: 'PATH="$(brew --prefix)/bin:/usr/bin"\nPATH=/x${PATH:+:$PATH}\n' }),
  });
  assert.equal("notes" in verdict ? verdict.notes?.length : 0, 2);
});

test.run();
