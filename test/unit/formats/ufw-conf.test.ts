import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { lastOf, parseUfwConf, setUfwConf } from "../../../src/formats/ufw-conf.js";

function read(text: string, name = "ENABLED") {
  const { value, seen } = lastOf(parseUfwConf("/f", text), name) ?? {};
  return [value, seen];
}

test("the shell and the ufw command read one line in two ways", () => {
  for (const [text, value, seen] of [
    ["ENABLED=yes\n", "yes", "yes"],
    ["ENABLED=YES", "YES", "yes"],
    ['ENABLED="yes"\n', "yes", "yes"],
    ["ENABLED='yes'\n", "yes", undefined],
    [" ENABLED=yes\n", "yes", undefined],
    ["export ENABLED=yes\n", "yes", undefined],
    ["ENABLED=yes # at boot\n", "yes", "yes # at boot"],
    ["ENABLED=yes\r\n", "yes\r", "yes"],
    ["ENABLED=no\nENABLED=yes\n", "yes", "yes"],
    ["#ENABLED=yes\n", undefined, undefined],
    ["ENABLED=$X\n", undefined, undefined],
    ['ENABLED="$(id)"\n', undefined, undefined],
    ['ENABLED="yes\n', undefined, "yes"],
    ["ENABLED=\n", "", undefined],
    ['ENABLED=y"e"s\n', "yes", 'y"e"s'],
    ["__proto__=yes\n", undefined, undefined],
  ] as const)
    assert.equal(read(text), [value, seen], JSON.stringify(text));
});

test("lines that are more than an assignment are kept apart", () => {
  const { other } = parseUfwConf("/f", "# c\n\nA=1\nif true; then\nB=2; C=3\nsource /etc/x\n  # d\n");
  assert.equal(
    other.map(({ line }) => line),
    [4, 5, 6],
  );
});

test("a setting is changed where it is in force, comments and the rest stay", () => {
  for (const [before, after] of [
    ["ENABLED=no\n", "ENABLED=yes\n"],
    ["# x\nENABLED=no # why\nLOGLEVEL=low\n", "# x\nENABLED=yes\nLOGLEVEL=low\n"],
    ['ENABLED="no"\n', "ENABLED=yes\n"],
    [" ENABLED=no\r\nA=1\r\n", "ENABLED=yes\nA=1\r\n"],
    ["ENABLED=no\r\n", "ENABLED=yes\n"],
    ["ENABLED=yes\nENABLED=no\n", "ENABLED=yes\nENABLED=yes\n"],
    ["ENABLED=\n", "ENABLED=yes\n"],
    ["LOGLEVEL=low", "LOGLEVEL=low\nENABLED=yes\n"],
    ["", "ENABLED=yes\n"],
  ] as const) {
    const conf = parseUfwConf("/f", before);
    const edited = applyEdits(before, [setUfwConf(conf, "ENABLED", "yes")]);
    assert.is(edited.state === "ok" ? edited.text : "", after, JSON.stringify(before));
    assert.equal(read(after), ["yes", "yes"]);
  }
});

test("no edits, same bytes; any text is read", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
      const conf = parseUfwConf("/f", text);
      assert.is(conf.text, text);
      const edited = applyEdits(text, [setUfwConf(conf, "ENABLED", "yes")]);
      assert.is(edited.state, "ok");
    }),
  );
  const started = performance.now();
  parseUfwConf("/f", `A=${" ".repeat(500_000)}b\n${"x".repeat(500_000)}`);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
