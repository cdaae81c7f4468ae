// fstab: what libmount reads and passes over, which flags hold, and edits that change options alone.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { appendLine, flagsOf, parseFstab, withFlags } from "../../../src/formats/fstab.js";

const parse = (text: string) => parseFstab("/etc/fstab", text);

function edited(text: string, point: string, wanted: readonly string[]): string {
  const entry = parse(text).entries.find((one) => one.point === point);
  assert.ok(entry);
  const result = applyEdits(text, entry === undefined ? [] : withFlags(entry, wanted));
  if (result.state !== "ok") throw new Error(result.state);
  return result.text;
}

test("comments, blanks, tabs, escapes, CRLF and a missing last newline", () => {
  const { entries, unread } = parse(
    "# a\n  # b\n\n/dev/sda1\t/  ext4\tdefaults 0 1\r\nLABEL=a\\040b /a\\040b ext4\ntmpfs /tmp tmpfs nodev#x,nosuid",
  );
  assert.equal(unread, []);
  assert.equal(
    entries.map(({ device, point, options, source }) => [device, point, options, source.line]),
    [
      ["/dev/sda1", "/", ["defaults"], 4],
      ["LABEL=a b", "/a b", [], 5],
      ["tmpfs", "/tmp", ["nodev#x", "nosuid"], 6],
    ],
  );
});

test("lines that libmount refuses are named: too few fields, words where numbers belong", () => {
  assert.equal(parse("/dev/sda2 /home\ntmpfs /t tmpfs nodev #x\n/a /b c d 0 1 extra\n").unread, [1, 2]);
});

test("a comma inside quotes belongs to its option", () => {
  assert.equal(parse('a /b ext4 context="u:r:s0:c1,c2",nodev 0 0').entries[0]?.options, [
    'context="u:r:s0:c1,c2"',
    "nodev",
  ]);
});

// As mount(8) of util-linux 2.38 left them in /proc/self/mountinfo.
for (const [options, holds] of [
  ["nodev,defaults", ["nodev"]],
  ["user", ["noexec", "nosuid", "nodev"]],
  ["user,exec", ["nosuid", "nodev"]],
  ["exec,user", ["noexec", "nosuid", "nodev"]],
  ["nosuid,suid", []],
  ["owner", ["nosuid", "nodev"]],
  ["group", ["nosuid", "nodev"]],
  ["users,dev", ["noexec", "nosuid"]],
  ["nodev,rw,dev,nodev", ["nodev"]],
] as const)
  test(`flags of ${options}`, () => {
    const flags = flagsOf(options.split(","));
    assert.equal(
      ["noexec", "nosuid", "nodev"].filter((flag) => flags.has(flag)),
      [...holds],
    );
  });

test("options are changed in place and nothing else is", () => {
  const text = "# keep\n/dev/sda4   /var/tmp\text4\tdefaults,dev   0 2 # note\n";
  assert.is(
    edited(text, "/var/tmp", ["nodev", "nosuid"]),
    "# keep\n/dev/sda4   /var/tmp\text4\tdefaults,nodev,nosuid   0 2 # note\n",
  );
  assert.is(edited("a /b ext4", "/b", ["nodev"]), "a /b ext4 nodev");
  assert.is(
    edited("a /b ext4 exec,x=\\040y,user 0 0\r\n", "/b", ["exec"]),
    "a /b ext4 x=\\040y,user,exec 0 0\r\n",
  );
  assert.is(edited("a /b ext4 nodev", "/b", ["nodev"]), "a /b ext4 nodev");
  assert.is(
    edited("p /p proc hidepid=0,gid=5,hidepid=1 0 0", "/p", ["hidepid=2"]),
    "p /p proc gid=5,hidepid=2 0 0",
  );
});

test("a new line follows a last line without newline", () => {
  const add = (text: string) => {
    const result = applyEdits(text, [appendLine(text, ["tmpfs", "/dev/shm", "tmpfs", "nodev"])]);
    return result.state === "ok" ? result.text : "";
  };
  assert.is(add("a /b ext4"), "a /b ext4\ntmpfs /dev/shm tmpfs nodev 0 0");
  assert.is(add(""), "tmpfs /dev/shm tmpfs nodev 0 0\n");
});

test("any text: no exception, spans are true, an edit makes the flags hold and is not repeated", () => {
  const word = fc.constantFrom(
    "tmpfs",
    "/tmp",
    "#",
    "nodev,user",
    "exec",
    "0",
    "x",
    '"a,b",dev',
    "\\134",
    "\0",
    "__proto__",
  );
  const line = fc.array(word, { maxLength: 7 }).map((words) => words.join(" \t"));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n")),
      ),
      (text) => {
        const wanted = ["nodev", "noexec"];
        for (const entry of parse(text).entries) {
          assert.is(text.slice(entry.source.span.start, entry.source.span.end), entry.source.text);
          const result = applyEdits(text, withFlags(entry, wanted));
          const again = parse(result.state === "ok" ? result.text : "").entries.find(
            ({ source }) => source.line === entry.source.line,
          );
          assert.ok(again !== undefined && wanted.every((flag) => flagsOf(again.options).has(flag)));
          assert.equal(again === undefined ? [] : withFlags(again, wanted), []);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("one endless line is read in linear time", () => {
  const started = performance.now();
  parse(`a /b ext4 ${'x,"'.repeat(300_000)} 0 0`);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
