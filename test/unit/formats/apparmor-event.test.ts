import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type AppArmorEvent, AppArmorLogReader, isAppArmorLog } from "../../../src/formats/apparmor-event.js";
import { event, files, others } from "../../support/apparmor-lines.js";
import { syntaxes } from "../../support/apparmor-syntaxes.js";

function read(...texts: readonly string[]) {
  const events: AppArmorEvent[] = [];
  const reader = new AppArmorLogReader((one) => events.push(one));
  for (const text of texts) reader.read(text);
  return { events, reader };
}

test("one event in every syntax", () => {
  for (const [name, text] of Object.entries(syntaxes)) {
    assert.ok(isAppArmorLog(text), name);
    const { events } = read(text);
    assert.is(events.length, 1, name);
    const [one] = events;
    assert.equal([one?.verdict, one?.operation, one?.profile], ["DENIED", "open", "app"], name);
    assert.equal([one?.fields.get("name"), one?.fields.get("requested_mask")], ["/srv/f", "r"], name);
    assert.ok(/^(?:33|www-data)$/.test(one?.fields.get("fsuid") ?? ""), name);
  }
});

test("the same event by several ways counts once", () => {
  const same = ["audit.log", "dmesg", "journal, text", "journal, JSON", "journal, JSON of the audit"];
  const { events, reader } = read(...same.map((name) => syntaxes[name] ?? ""));
  assert.equal([events.length, reader.repeated], [1, 4]);
});

test("names in hexadecimal, and what only looks like it", () => {
  const name = (text: string) =>
    read(event("open", `${text} requested_mask="r"`)).events[0]?.fields.get("name");
  assert.is(name("name=2F6120622F"), "/a b/");
  assert.is(name("name=2F67C3B6"), "/gö");
  assert.is(name("name=2F67F62F"), "/g\ufffd/");
  assert.is(name('name="ABCD"'), "ABCD");
  // ausearch -i has decoded it.
  const text = syntaxes["ausearch -i"]?.replace("name=/srv/f", "name=/srv/a b") ?? "";
  assert.is(read(text).events[0]?.fields.get("name"), "/srv/a b");
});

test("other lines, and what says that some are missing", () => {
  const { events, reader } = read(
    'type=AVC msg=audit(1.1:1): apparmor="STATUS" operation="profile_load" name="x"',
    "type=AVC msg=audit(1.1:2): avc:  denied  { read } for  pid=1",
    'type=AVC msg=audit(1.1:3): apparmor="DENIED" operation="open"',
    "kernel: audit: audit_lost=3 audit_rate_limit=0",
    "apparmor=",
  );
  assert.equal([events.length, reader.others], [0, 2]);
  assert.is(reader.gaps.size, 2);
});

test("namespaces and stacks", () => {
  const of = (label: string) => {
    const { events } = read(`apparmor="DENIED" operation="open" profile="${label}" name="/x"`);
    return [events[0]?.profile, events[0]?.namespace];
  };
  assert.equal(of(":lxd-c1:app"), ["app", "lxd-c1"]);
  assert.equal(of(":lxd-c1://app"), ["app", "lxd-c1"]);
  assert.equal(of("app//&:lxd-c1:unconfined"), ["app", ""]);
  const { events } = read(
    'apparmor="DENIED" operation="open" namespace="root//lxd-c1" profile="app" name="/x"',
  );
  assert.is(events[0]?.namespace, "lxd-c1");
});

test("never throws, and takes time by the length alone", () => {
  const lines = [...files, ...others].map(({ line }) => line);
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.nat(400), fc.string({ maxLength: 8 }), (line, at, text) => {
      read(line.slice(0, at) + text + line.slice(at));
    }),
    { numRuns: 500, seed: 7 },
  );
  const started = performance.now();
  read(
    `apparmor="DENIED" ${"a=".repeat(200_000)}`,
    `apparmor="${" ".repeat(400_000)}`,
    `apparmor=x ${"'".repeat(200_000)} b=1`,
  );
  read(`"MESSAGE" : "apparmor=${"\\".repeat(200_001)}`, `{"apparmor=":${"[".repeat(100_000)}`);
  assert.ok(performance.now() - started < 10_000);
});

test.run();
