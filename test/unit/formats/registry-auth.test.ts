// Registry passwords and join tokens: whether and where, never what.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { tokenLines } from "../../../src/formats/join-token.js";
import { parseRegistryAuth } from "../../../src/formats/registry-auth.js";

test("passwords in the clear and by helper, in the newer and the older form", () => {
  assert.equal(
    parseRegistryAuth(
      '{"auths": {"a": {"auth": "c2VjcmV0"}, "b": {}, "c": {"identitytoken": "x"}, "d": {"auth": ""}}, "credHelpers": {"e": "pass"}}',
    ),
    { inTheClear: ["a", "c"], byHelper: ["e"] },
  );
  assert.equal(parseRegistryAuth('{"r": {"auth": "c2VjcmV0", "email": ""}}'), {
    inTheClear: ["r"],
    byHelper: [],
  });
  assert.equal(parseRegistryAuth("{}"), { inTheClear: [], byHelper: [] });
  for (const text of ["", "[]", "{", "7", "\0"])
    assert.is(parseRegistryAuth(text), undefined, JSON.stringify(text));
});

test("nothing of what is secret comes out", () => {
  const secret = "c2VjcmV0LXBhc3N3b3Jk";
  const found = parseRegistryAuth(`{"auths": {"a": {"auth": "${secret}", "password": "${secret}"}}}`);
  assert.not.match(JSON.stringify(found), secret);
});

test("lines with tokens of kubeadm and k3s", () => {
  assert.equal(
    tokenLines(
      `x\njoin --token abcdef.0123456789abcdef --x\nABCDEF.0123456789ABCDEF\nabcdef.0123456789abcde\nK10${"0".repeat(64)}::server:x\n`,
    ),
    [2, 5],
  );
  assert.equal(
    tokenLines(
      "ping google.internationalweb\nupdate.kubernetesmaster.example\n--token abcdef.abcdefghijklmnop\n",
    ),
    [3],
  );
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseRegistryAuth(text);
      tokenLines(text);
    }),
    { numRuns: 300 },
  );
});

test.run();
