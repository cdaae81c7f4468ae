import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parsePolicyRules } from "../../../src/formats/apparmor-rules.js";

const text = `abi <abi/3.0>,
#include <tunables/global>
include if exists "/etc/own"
@{EXE} = /usr/bin/a "/opt/b c" # two
@{EXE}+=/usr/bin/d
profile one /usr/{bin,sbin}/one flags=(complain, attach_disconnected) {
  # a comment, with a comma
  include <abstractions/base>
  /usr/{bin,sbin}/x rix, /etc/y r,
  "/srv/a b" rw,
  signal (send)
    set=(term, kill) peer=other,
  if $x { /never r, }
  ^hat { /h r, }
  profile deeper { profile deepest { /d r, } }
}
/usr/bin/two { }
`;

test("profiles with their rules, includes, variables and ends", () => {
  const { profiles, includes, variables, problem } = parsePolicyRules(text);
  assert.is(problem, undefined);
  assert.equal(includes, ["tunables/global", "/etc/own"]);
  assert.equal(variables.get("EXE"), ["/usr/bin/a", "/opt/b c", "/usr/bin/d"]);
  assert.equal(
    profiles.map(({ name }) => name),
    ["one//hat", "one//deeper//deepest", "one//deeper", "one", "/usr/bin/two"],
  );
  const one = profiles[3];
  assert.equal(one?.flags, ["complain", "attach_disconnected"]);
  assert.equal(one?.includes, ["abstractions/base"]);
  assert.equal(
    one?.rules.map(({ words }) => words.join("|")),
    ["/usr/{bin,sbin}/x|rix", "/etc/y|r", '"/srv/a b"|rw', "signal|(send)|set=|(term, kill)|peer=other"],
  );
  for (const { rules, end } of profiles) {
    assert.is(text[end], "}");
    for (const { span } of rules) assert.match(text.slice(span.start, span.end), /^[^\s].*,$/s);
  }
});

test("what cannot be followed", () => {
  assert.is(parsePolicyRules("profile x {").problem, "a block is not closed");
  assert.is(parsePolicyRules("}").problem, "line 1 closes a block that is not open");
  assert.match(parsePolicyRules("profile x {\n".repeat(100)).problem ?? "", /nests more than 64/);
  assert.equal(parsePolicyRules("").profiles, []);
  const loose = parsePolicyRules("  /x r,\n  capability chown,\n").loose;
  assert.equal(
    loose.map(({ words }) => words.length),
    [2, 2],
  );
});

test("never throws, and takes time by the length alone", () => {
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ maxLength: 6 }), (at, more) => {
      parsePolicyRules(text.slice(0, at) + more + text.slice(at));
    }),
    { numRuns: 300, seed: 5 },
  );
  const started = performance.now();
  for (const one of ['"', "{", "(", "include ", "@{A}=", "a,", "#include <", "\\"])
    parsePolicyRules(one.repeat(100_000));
  assert.ok(performance.now() - started < 20_000);
});

test.run();
