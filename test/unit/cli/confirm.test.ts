import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { runIn } from "../../support/context.js";

const record = JSON.stringify({ run: "r1", until: "2026-11-21T13:12:00.000Z", token: "1", unit: "", pid: 1 });

/** Hands on a machine without a state directory's content. */
function hands(pending?: string) {
  const writer = new MemoryWriter({});
  return { openWriter: () => ({ state: "ok" as const, writer }), pending: () => pending };
}
const state = { "/var/lib/nodeward": { kind: "directory" } } as const;

test("while a run waits every command says so, but for the one that ends it", async () => {
  const said = await runIn(["explain", "sshd.banner"], { hands: hands(record) });
  assert.match(
    said.err,
    /run r1 waits to be confirmed until 2026-11-21T13:12:00.000Z: log in anew and run nodeward confirm/,
  );
  assert.is(said.code, 0);
  assert.is((await runIn(["explain", "sshd.banner"], { hands: hands("nonsense") })).err, "");
  const confirm = await runIn(["confirm"], { hands: hands(record), uid: 0 });
  assert.not.match(confirm.err, /waits to be confirmed until/);
});

test("without a run that waits there is nothing to confirm", async () => {
  for (const files of [{}, state]) {
    const { code, err } = await runIn(["confirm"], { files, hands: hands(), uid: 0 });
    assert.equal([code, err], [1, "nodeward: no run waits to be confirmed\n"]);
  }
});

test("only root confirms, and only root is the switch", async () => {
  for (const argv of [["confirm"], ["undo", "r1", "--switch", "1"]]) {
    const { code, err } = await runIn(argv, { files: state, hands: hands(), uid: 1000 });
    assert.is(code, 3);
    assert.match(err, /only root/);
  }
});

test("a switch whose run was confirmed does nothing, and says nothing", async () => {
  const { code, out, err } = await runIn(["undo", "r1", "--switch", "1"], {
    files: state,
    hands: hands(),
    uid: 0,
  });
  assert.equal([code, out, err], [0, "", ""]);
});

test("the switch is not for people: no help names it", async () => {
  assert.not.match((await runIn(["undo", "--help"])).out, /--switch|--after/);
});

test("a root that is this machine by another name is not changed as if nothing ran there", async () => {
  const writer = new MemoryWriter({});
  const named = { ...hands(), openWriter: () => ({ state: "ok" as const, writer }) };
  const argv = ["undo", "last", "--root", "/proc/1/root"];
  const { code, err } = await runIn(argv, { files: state, hands: named, uid: 0 });
  assert.is(code, 2, err);
  assert.match(err, "is this machine itself");
});

test("a proof needs a minute", async () => {
  const argv = ["audit", "--fix", "--yes", "--confirm", "probe", "--confirm-timeout", "60"];
  const { code, err } = await runIn(argv, { hands: hands(), uid: 0 });
  assert.is(code, 2);
  assert.match(err, /--confirm probe takes a minute/);
});

test.run();
