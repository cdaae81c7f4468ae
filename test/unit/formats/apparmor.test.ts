// AppArmor's texts: labels, the headers of policy files, attachments; what is hostile ends, and soon.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseLabel, parseProfileList } from "../../../src/formats/apparmor-label.js";
import { attachment } from "../../../src/formats/apparmor-pattern.js";
import { parsePolicyFile } from "../../../src/formats/apparmor-profile.js";

const headers = (text: string) =>
  parsePolicyFile(text).profiles.map(({ name, flags, line }) => [name, flags.join(" "), line]);

test("labels", () => {
  assert.is(parseLabel("unconfined\n"), "unconfined");
  assert.is(parseLabel(":ns://unconfined\n"), "unconfined");
  assert.equal(parseLabel("a//&b (mixed)\n\0"), { name: "a//&b", mode: "mixed" });
  for (const text of ["", "\n", "kernel", "system_u:system_r:init_t:s0", " (enforce)", "a (Enforce)"])
    assert.is(parseLabel(text), undefined, text);
  assert.equal(parseProfileList("a b (c) (kill)\n\nx\n"), {
    profiles: [{ name: "a b (c)", mode: "kill", line: 1 }],
    unread: [3],
  });
});

test("headers of every kind", () => {
  assert.equal(
    headers("abi <abi/4.0>,\ninclude <tunables/global>\n/usr/bin/man {\n  /{,usr/}bin/x rm,\n}\n"),
    [["/usr/bin/man", "", 3]],
  );
  assert.equal(headers('@{X}=/a /b\r\n"/opt/a b"  flags=( complain ) {\r\n}\r\n'), [
    ["/opt/a b", "complain", 2],
  ]);
  assert.equal(
    headers(
      "profile a @{bin}/{x,y}\n  xattrs=(user.a=b) flags=(kill,complain){\n ^h flags=(complain) {\n }\n hat i {\n }\n owner {\n /x r,\n }\n}\nprofile b {}\n",
    ),
    [
      ["a", "kill complain", 2],
      ["a//h", "complain", 3],
      ["a//i", "", 5],
      ["b", "", 11],
    ],
  );
  assert.equal(headers("\ufeff/a {\n}\n"), [["/a", "", 1]]);
  assert.equal(headers("/a { # flags=(complain) {\n}\n"), [["/a", "", 1]]);
});

test("half a file is said to be one", () => {
  assert.match(parsePolicyFile("/a {\n").problem ?? "", /not closed/);
  assert.match(parsePolicyFile("/a {\n}\n}\n").problem ?? "", /line 3/);
  assert.match(parsePolicyFile("a {\n".repeat(100)).problem ?? "", /line 65 nests/);
  assert.is(parsePolicyFile("").problem, undefined);
});

test("attachments", () => {
  const fits = (pattern: string, path: string) => attachment(pattern)?.(path);
  assert.is(fits("/{,usr/}{,s}bin/x", "/usr/sbin/x"), true);
  assert.is(fits("/{a,b{c,d}}", "/bd"), true);
  assert.is(fits("/opt/*/x", "/opt/a/b/x"), false);
  assert.is(fits("/opt/**/x", "/opt/a/b/x"), true);
  assert.is(fits("/a?[0-9][^x]", "/ab3y"), true);
  assert.is(fits("/a?[0-9][^x]", "/ab3x"), false);
  assert.is(fits("/a\\*\\{", "/a*{"), true);
  assert.is(fits("/a\\*", "/ab"), false);
  assert.is(attachment("/{a"), undefined);
  assert.is(attachment("@{bin}/a"), undefined);
  assert.is(attachment("/{a,b}".repeat(30)), undefined);
});

test("whatever the text, it ends, and soon", () => {
  const started = Date.now();
  const pieces = [
    "{",
    "}",
    "(",
    ")",
    '"',
    "\\",
    "#",
    "\n",
    ",",
    "profile ",
    "flags=",
    "/",
    "**",
    "[",
    "^",
    "\0",
    "é",
  ];
  const hostile = fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join(""));
  fc.assert(
    fc.property(hostile, (text) => {
      parsePolicyFile(text);
      parseLabel(text);
      parseProfileList(text);
      attachment(text)?.(text);
    }),
    { numRuns: 300 },
  );
  for (const piece of pieces) parsePolicyFile(piece.repeat(200_000));
  attachment(`/${"**a".repeat(200)}`)?.(`/${"a".repeat(1000)}`);
  assert.ok(Date.now() - started < 30_000);
});

test.run();
