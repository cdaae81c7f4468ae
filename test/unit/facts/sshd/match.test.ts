import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SshdBuild } from "../../../../src/facts/sshd/build.js";
import {
  type Connection,
  conditionHolds,
  holdsAtStart,
  mayHold,
  parseCondition,
} from "../../../../src/facts/sshd/match.js";
import { parseSshdConfig } from "../../../../src/formats/sshd-config.js";

function build(version: number): SshdBuild {
  return { version, vendor: "debian", text: "1:10.2p1-2", gssapi: true, known: true, from: "" };
}

function parse(text: string, version: number) {
  const dialect = version >= 807 ? "arguments" : "delimited";
  const [line] = parseSshdConfig(text, dialect).lines;
  if (line === undefined) throw new Error(text);
  const port = (word: string) => (/^\d+$/.test(word) ? Number(word) : word === "ssh" ? 22 : undefined);
  return parseCondition(text, line, build(version), port);
}

function condition(text: string, version = 902) {
  const found = parse(`Match ${text}`, version);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

function holds(text: string, who: Connection, version = 902): boolean {
  return conditionHolds(condition(text, version), who, build(version));
}

test("every criterion of a line must hold", () => {
  const bob = { user: "bob", groups: ["ops"], host: "H.example.org", address: "10.1.1.1", localPort: 22 };
  assert.ok(holds("User bob Group ops Address 10.0.0.0/8 Host *.EXAMPLE.org LocalPort 22", bob));
  assert.not.ok(holds("User bob Group root", bob));
  assert.not.ok(holds("User bob Address 11.0.0.0/8", bob));
  assert.not.ok(holds("LocalPort 2222", bob));
  assert.not.ok(holds("LocalAddress 10.0.0.1", bob));
  assert.ok(holds("LocalPort 0022", bob));
  assert.ok(holds("LocalPort ssh", bob));
});

test("what nothing is known of matches nothing", () => {
  for (const text of ["User *", "Group *", "Host *", "Address 0.0.0.0/0", "LocalPort 22"])
    assert.not.ok(holds(text, {}), text);
  assert.ok(holds("all", {}));
});

test("a group that is refused outweighs one that matches", () => {
  assert.not.ok(holds("Group ops,!guests", { user: "x", groups: ["ops", "guests"] }));
  assert.ok(holds("Group ops,!guests", { user: "x", groups: ["ops"] }));
});

test("lines by version", () => {
  const bad = (text: string, version: number) => "problem" in parse(`Match ${text}`, version);
  for (const text of [
    "Exec /bin/true",
    "User",
    "all User x",
    "User x all",
    "Address 10.0.0.1/8",
    "LocalPort x",
    "# x",
  ])
    assert.ok(bad(text, 902), text);
  assert.ok(bad("invalid-user", 902));
  assert.not.ok(bad("invalid-user", 909));
  // `=` separated words up to 9.8, not in 9.9, and again since 10.0.
  assert.equal(
    [902, 909, 1000].map((version) => bad("User=bob", version)),
    [false, true, false],
  );
  assert.ok(bad("version OpenSSH_*", 909));
  assert.ok(holds("version OpenSSH_10.*", {}, 1002));
  assert.ok(bad('User bob "" x', 902));
});

test("blocks that count while sshd starts", () => {
  assert.ok(holdsAtStart(condition("all"), build(902)));
  assert.not.ok(holdsAtStart(condition("User *"), build(902)));
  assert.equal(
    [909, 1000].map((version) => holdsAtStart(condition("invalid-user", version), build(version))),
    [true, false],
  );
  assert.ok(holdsAtStart(condition("version *", 1002), build(1002)));
});

test("who could meet a block from some address", () => {
  const some = (text: string, user: string) =>
    mayHold([condition(text)], { user, groups: [user] }, build(902));
  assert.ok(some("User bob Address 10.0.0.0/8", "bob"));
  assert.not.ok(some("User bob Address 10.0.0.0/8", "eve"));
  assert.ok(some("LocalPort 22", "eve"));
});

test.run();
