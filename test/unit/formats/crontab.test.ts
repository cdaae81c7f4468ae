// crontab: jobs with and without a user's column, times by word, settings and comments.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseCrontab, programsOf } from "../../../src/formats/crontab.js";

const shown = (text: string, hasUser: boolean) =>
  parseCrontab("/c", text, hasUser).map(({ user, command, source }) => [source.line, user, command]);

test("the system's tables have a user, a user's own has none", () => {
  const text =
    "SHELL=/bin/sh\nPATH = /bin\n# c\n\n*/5 * * * 1-5 root  /bin/a b\r\n@daily root:staff cd /\n1 2 3 4\n";
  assert.equal(shown(text, true), [
    [5, "root", "/bin/a b"],
    [6, "root", "cd /"],
  ]);
  assert.equal(shown("@reboot /bin/x\n0 0 * * * echo 1 % in", false), [
    [1, "", "/bin/x"],
    [2, "", "echo 1 % in"],
  ]);
});

test("programs are the absolute paths that plain words name", () => {
  assert.equal(programsOf("test -x /usr/sbin/a && (/bin/b; c) | /d 'x /no' > /dev/null 2>&1 </etc/x"), [
    "/usr/sbin/a",
    "/bin/b",
    "/d",
    "/no",
  ]);
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, hasUser) => {
      for (const { command } of parseCrontab("/c", text, hasUser)) programsOf(command);
    }),
    { numRuns: 200 },
  );
});

test.run();
