import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { comparePolicies } from "../../../src/confine/apparmor-compare.js";
import { parsePolicyRules } from "../../../src/formats/apparmor-rules.js";

const wrap = (rules: string, flags = "") => `abi <abi/3.0>,\nprofile x ${flags} {\n${rules}\n}\n`;
const between = (before: string, after: string) =>
  comparePolicies(parsePolicyRules(before), parsePolicyRules(after));
const said = (before: string, after: string) => between(wrap(before), wrap(after));
const nothing = { opens: [], closes: [], other: [] };

test("blanks, comments, order and grouping make no difference", () => {
  const before = "capability chown kill,\n/a rw,\n/b r,\nsignal (send, receive) peer=x,\ndeny /c w,";
  const after =
    "# x\nsignal (receive send)   peer=x,\n/b r,\n deny   /c  w,\n/a w,\n/a r,\ncapability kill,\ncapability chown,";
  assert.equal(said(before, after), nothing);
  assert.equal(said("/a r, audit /b w,", "allow /a r, /b w,"), nothing);
  assert.equal(said('"/a b" r,\nfile /c rw,', '"/a b" r,\n/c wr,'), nothing);
});

test("what is allowed more, what less", () => {
  assert.equal(said("/a r,", "/a rwix,\ncapability sys_admin,\nmount,").opens, [
    "capability sys_admin",
    "mount",
    "/a wix",
  ]);
  assert.equal(said("/a rw,\nptrace,", "/a r,").closes, ["ptrace", "/a w"]);
  assert.equal(said("deny /a rw,", "deny /a r,").opens, ["what was denied: /a w"]);
  assert.equal(said("", "audit deny /a w,").closes, ["what is denied: /a w"]);
  assert.equal(said("/a ix,", "/a ux,"), { opens: ["/a ux"], closes: ["/a ix"], other: [] });
  assert.equal(said("/a px -> b,", "/a px -> c,").opens, ["/a px -> c"]);
  assert.equal(said("owner /a r,", "/a r,"), { opens: ["/a r"], closes: ["owner /a r"], other: [] });
  assert.equal(said("network inet,", "network,\nfile,").opens, ["network", "file"]);
  assert.equal(said("peer=(a),", "peer=(a),"), nothing);
  assert.equal(said("signal send peer=(a, b),", "signal send peer=(b, a),"), nothing);
});

test("modes, includes and profiles", () => {
  assert.equal(between(wrap("/a r,"), wrap("/a r,", "flags=(complain)")).other, [
    "its mode is complain instead of enforce",
  ]);
  assert.equal(said("", "include <abstractions/base>").other, ["it includes abstractions/base"]);
  assert.equal(said("include <abstractions/base>", "").other, ["it no longer includes abstractions/base"]);
  assert.equal(between(wrap(""), "profile y {\n}\n").other, ["the profile x is gone", "it has a profile y"]);
});

test("a shipped profile is the same as itself; any one line less is a difference", () => {
  const text = readFileSync(new URL("../../../apparmor/nodeward-restricted", import.meta.url), "utf8");
  assert.equal(between(text, text), nothing);
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith("  ") || line.startsWith("  #")) continue;
    const { opens, closes } = between(text, lines.toSpliced(index, 1).join("\n"));
    assert.ok(opens.length + closes.length > 0, line);
  }
});

test("never throws", () => {
  const words = fc.array(
    fc.constantFrom(
      "/a",
      "rw",
      "deny",
      "owner",
      "->",
      "(",
      ")",
      "{",
      "}",
      ",",
      "peer=",
      '"',
      "capability",
      "file",
      "link",
      "x",
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(words, words, (before, after) => {
      between(wrap(before.join(" ")), wrap(after.join(" ")));
    }),
    { numRuns: 200 },
  );
});

test.run();
