// sysctl.d as systemd and as procps read it, every byte accounted for, edits of values alone.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { kernelNumber } from "../../../src/core/kernel-number.js";
import {
  appendAssignment,
  parseSysctl,
  replaceValue,
  type SysctlReader,
  sysctlKey,
  sysctlPath,
} from "../../../src/formats/sysctl-conf.js";

const readers: readonly SysctlReader[] = ["systemd", "procps"];
const summary = (text: string, reader: SysctlReader) =>
  parseSysctl("/f", text, reader).entries.map(
    ({ path, value, source }) => `${path}=${value} @${source.line}`,
  );

test("dots and slashes", () => {
  assert.is(sysctlPath("net.ipv4.conf.eth0/100.rp_filter"), "net/ipv4/conf/eth0.100/rp_filter");
  assert.is(sysctlPath("net/ipv4/conf/eth0.100/rp_filter"), "net/ipv4/conf/eth0.100/rp_filter");
  assert.is(sysctlPath("//net/./ipv4/ip_forward/"), "net/ipv4/ip_forward");
  assert.is(sysctlKey("net/ipv4/conf/eth0.100/rp_filter"), "net.ipv4.conf.eth0/100.rp_filter");
});

test("comments, minus, blanks, what is no assignment", () => {
  const text = "# a=1\n;b=1\n c.d = 1 # x\n-e.f=2\n-g.*.h\nnonsense\n=3\ni.j=\n\n";
  for (const reader of readers) {
    assert.equal(summary(text, reader), ["c/d=1 # x @3", "e/f=2 @4", "g/*/h=undefined @5", "i/j= @8"]);
    assert.equal(
      parseSysctl("/f", text, reader).ignored.map(({ line }) => line),
      [6, 7],
    );
  }
});

test("where the two programs differ", () => {
  assert.equal(summary("a.b=1\rc.d=2\r\n", "systemd"), ["a/b=1 @1", "c/d=2 @1"]);
  assert.equal(summary("a.b=1\rc.d=2\r\n", "procps"), ["a/b=1\rc.d=2 @1"]);
  assert.equal(summary("a.b=1\0c.d=2\n", "systemd"), ["a/b=1 @1", "c/d=2 @1"]);
  assert.equal(summary("a.b=1\0c.d=2\n", "procps"), ["a/b=1 @1"]);
  assert.equal(summary("- a.b=1\n", "systemd"), ["a/b=1 @1"]);
  assert.equal(summary("--a.b=1\n", "procps"), ["a/b=1 @1"]);
  assert.equal([summary("a.b.=1", "systemd"), summary("a.b.=1", "procps")], [["a/b=1 @1"], []]);
  assert.equal([summary("a/../b=1", "systemd"), summary("a/../b=1", "procps")], [[], ["b=1 @1"]]);
});

test("systemd gives up at a line of a mebibyte", () => {
  const text = `a.b=1\n${"x".repeat(1 << 20)}\nc.d=2\n`;
  assert.equal([summary(text, "systemd"), summary(text, "procps")], [["a/b=1 @1"], ["a/b=1 @1", "c/d=2 @3"]]);
  assert.is(parseSysctl("/f", text, "systemd").cut?.line, 2);
});

const piece = fc.constantFrom("a.b", "c/d", "=", " ", "\t", "-", "\n", "\r", "\0", "#", "*", "1", "é", "..");
const anyText = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
  fc.string(),
);

test("every entry's text, line and value are the file's", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(...readers), (text, reader) => {
      for (const { source, value, valueSpan } of parseSysctl("/f", text, reader).entries) {
        assert.is(text.slice(source.span.start, source.span.end), source.text);
        assert.is(source.line, text.slice(0, source.span.start).split("\n").length);
        assert.is(text.slice(valueSpan.start, valueSpan.end), value ?? "");
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("an edit changes one value, an addition is an assignment, and no other entry changes", () => {
  const brief = (text: string, reader: SysctlReader) =>
    parseSysctl("/f", text, reader).entries.map(({ path, value }) => [path, value]);
  fc.assert(
    fc.property(anyText, fc.constantFrom(...readers), (text, reader) => {
      const { entries } = parseSysctl("/f", text, reader);
      const index = entries.findIndex(({ value }) => value !== undefined);
      const entry = entries[index];
      if (entry !== undefined) {
        const edited = applyEdits(text, [replaceValue(entry, "7")]);
        assert.is(edited.state, "ok");
        const expected = brief(text, reader).map((one, at) => (at === index ? [one[0], "7"] : one));
        if (edited.state === "ok") assert.equal(brief(edited.text, reader), expected);
      }
      const added = applyEdits(text, [appendAssignment(text, "z.y", "7")]);
      if (added.state === "ok")
        assert.equal(brief(added.text, reader), [...brief(text, reader), ["z/y", "7"]]);
    }),
    { numRuns: 1000, seed: 2 },
  );
});

test("numbers as the kernel takes them", () => {
  for (const [text, number] of [
    ["1", 1],
    [" 2 # why", 2],
    ["0x1F", 31],
    ["010", 8],
    ["-1", -1],
    ["0", 0],
    ["2# why", undefined],
    ["08", undefined],
    ["+1", undefined],
    ["yes", undefined],
    ["", undefined],
    ["1,2", undefined],
  ] as const)
    assert.is(kernelNumber(text), number, text);
});

test("a large file takes no longer than its size", () => {
  const started = performance.now();
  for (const reader of readers) {
    parseSysctl("/f", "a.b=1\n".repeat(50_000), reader);
    parseSysctl("/f", " ".repeat(900_000), reader);
    parseSysctl("/f", "\r\n".repeat(100_000), reader);
  }
  assert.ok(performance.now() - started < 30_000);
});

test("what is taken from the other program's reading is what would have been read", () => {
  const line = fc.array(
    fc.constantFrom("a.b", "c/d", "=", " ", "\t", "-", "..", "//", ".", "/", "#", "*", "é", "\v", "\r", "\0"),
    { maxLength: 6 },
  );
  const text = fc
    .array(line, { maxLength: 6 })
    .map((lines) => lines.map((parts) => parts.join("")).join("\n"));
  fc.assert(
    fc.property(text, (text) => {
      for (const [one, other] of [readers, readers.toReversed()]) {
        if (one === undefined || other === undefined) continue;
        const before = parseSysctl("/f", text, one);
        assert.equal(parseSysctl("/f", text, other, before), parseSysctl("/f", text, other));
      }
    }),
    { numRuns: 3000 },
  );
  const before = parseSysctl("/f", "a.b = 1\nc.d. = 1\n", "systemd");
  const { entries } = parseSysctl("/f", "a.b = 1\nc.d. = 1\n", "procps", before);
  assert.is(entries[0], before.entries[0], "one object for both");
  assert.is(entries.length, 1);
});

test.run();
