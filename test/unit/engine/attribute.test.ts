import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalLine } from "../../../src/core/journal-event.js";
import type { Thing, ThingChange } from "../../../src/core/snapshot.js";
import { attribute, type Evidence } from "../../../src/engine/attribute.js";
import type { DpkgDeed } from "../../../src/formats/dpkg-log.js";

const minute = 60_000;
const at = Date.UTC(2026, 10, 21, 10);
const file = (key: string, changedMs?: number): Thing => ({
  kind: "file",
  key,
  fields: { sha256: "1" },
  ...(changedMs === undefined ? {} : { changedMs }),
});
const changed = (key: string, changedMs?: number): ThingChange => ({
  change: "changed",
  kind: "file",
  key,
  before: file(key),
  after: file(key, changedMs),
  fields: ["sha256"],
});
const upgrade = (name: string, atMs: number): DpkgDeed => ({
  atMs,
  action: "upgrade",
  package: `${name}:amd64`,
  before: "1",
  after: "2",
});

type Given = Partial<Omit<Evidence, "deeds">> & { readonly deeds?: Partial<Evidence["deeds"]> };

function evidence(given: Given = {}): Evidence {
  return {
    journal: [],
    owner: (path) => (path.startsWith("/usr/") ? "tools" : undefined),
    userName: (uid) => (uid === 1000 ? "alice" : undefined),
    listener: () => undefined,
    sinceMs: at - 60 * minute,
    untilMs: at + 60 * minute,
    ...given,
    deeds: { packages: [], sessions: [], commands: [], audited: [], ...given.deeds },
  };
}
const by = (things: readonly ThingChange[], given?: Given) =>
  attribute(things, evidence(given)).map((one) => one.by);

function done(path: string, timeMs: number): JournalLine {
  return {
    version: 1,
    seq: 1,
    time: new Date(timeMs).toISOString(),
    event: { event: "file-done", run: "r7", group: "sshd", path },
    data: {},
  };
}

test("our own run is named, but not one of before the last look", () => {
  assert.equal(by([changed("/etc/a", at)], { journal: [done("/etc/a", at)] }), ["nodeward run r7"]);
  assert.equal(by([changed("/etc/a", at)], { journal: [done("/etc/a", at - 120 * minute)] }), ["unknown"]);
  assert.equal(by([changed("/etc/b", at)], { journal: [done("/etc/a", at)] }), ["unknown"]);
});

test("a package's files belong to the upgrade of that package, all of them to one deed", () => {
  const deeds = { packages: [upgrade("tools", at), upgrade("other", at + minute)] };
  const found = attribute([changed("/usr/bin/a", at), changed("/usr/bin/b", at + 5000)], evidence({ deeds }));
  assert.equal(
    found.map((one) => one.by),
    ["dpkg (upgrade of 2 packages)", "dpkg (upgrade of 2 packages)"],
  );
  assert.is(new Set(found.map((one) => one.deed)).size, 1);
});

test("a package's file that changed at another time, or while another package was upgraded, is not dpkg's", () => {
  const deeds = { packages: [upgrade("tools", at)] };
  assert.equal(by([changed("/usr/bin/a", at + 30 * minute)], { deeds }), ["unknown"]);
  assert.equal(by([changed("/usr/bin/a", at)], { deeds: { packages: [upgrade("other", at)] } }), ["unknown"]);
});

test("a file of no package that was written while dpkg worked is a script's; one package is named with its versions", () => {
  const deeds = { packages: [upgrade("tools", at)] };
  assert.equal(by([changed("/etc/passwd", at + 3000)], { deeds }), ["dpkg (upgrade of tools:amd64 1 -> 2)"]);
});

test("a package's change of version is its deed's", () => {
  const thing = (version: string): Thing => ({ kind: "package", key: "tools:amd64", fields: { version } });
  const change: ThingChange = {
    change: "changed",
    kind: "package",
    key: "tools:amd64",
    before: thing("1"),
    after: thing("2"),
    fields: ["version"],
  };
  assert.equal(by([change], { deeds: { packages: [upgrade("tools", at)] } }), [
    "dpkg (upgrade of tools:amd64 1 -> 2)",
  ]);
  assert.equal(by([change]), ["unknown"]);
});

test("the audit log names login and program, and comes before guesses", () => {
  const deeds = {
    audited: [{ atMs: at + 100, path: "/etc/a", loginUid: 1000, uid: 0, exe: "/usr/bin/vim" }],
    sessions: [{ user: "bob", line: "pts/1", host: "", fromMs: at - minute, untilMs: undefined }],
  };
  assert.equal(by([changed("/etc/a", at)], { deeds }), ["alice with /usr/bin/vim"]);
  assert.equal(by([changed("/etc/b", at)], { deeds }), ["unknown, while bob was logged in"]);
  const daemon = [{ atMs: at, path: "/etc/a", loginUid: undefined, uid: 0, exe: "/usr/sbin/cron" }];
  assert.equal(by([changed("/etc/a", at)], { deeds: { audited: daemon } }), [
    "uid 0 (no login) with /usr/sbin/cron",
  ]);
});

test("a sudo command that names the file is told; sessions that were over are not", () => {
  const command = { atMs: at - minute, user: "alice", runAs: "root", command: "/usr/bin/tee /etc/a" };
  assert.equal(by([changed("/etc/a", at)], { deeds: { commands: [command] } }), [
    "alice by sudo (/usr/bin/tee /etc/a)",
  ]);
  const over = { user: "bob", line: "pts/1", host: "", fromMs: at - 20 * minute, untilMs: at - 10 * minute };
  assert.equal(by([changed("/etc/a", at)], { deeds: { sessions: [over] } }), ["unknown"]);
});

test("a time of before the last look tells nothing: a moved file keeps its time", () => {
  const session = { user: "bob", line: "tty1", host: "", fromMs: 0, untilMs: undefined };
  const [found] = attribute(
    [changed("/etc/a", at - 600 * minute)],
    evidence({ deeds: { sessions: [session] } }),
  );
  assert.equal([found?.by, found?.atMs], ["unknown", undefined]);
});

test("what listens is whose process it is, since that started", () => {
  const door: Thing = { kind: "listener", key: "tcp [::]:4444", fields: { process: "node" } };
  const origin = { by: "root with /usr/bin/node (package nodejs), unit door.service", atMs: at };
  const listener = (key: string) => (key === door.key ? origin : undefined);
  const [found] = attribute(
    [{ change: "appeared", kind: "listener", key: door.key, after: door }],
    evidence({ listener }),
  );
  assert.equal([found?.by, found?.atMs], [origin.by, at]);
  const gone: ThingChange = { change: "gone", kind: "listener", key: door.key, before: door };
  assert.equal(by([gone], { listener }), ["unknown"]);
});

test.run();
