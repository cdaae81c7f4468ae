// Who is told of what: once, in order, whatever fails meanwhile.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Comparison } from "../../../src/core/snapshot.js";
import { type Doors, type News, queue, tell } from "../../../src/daemon/notify.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import type { Channel } from "../../../src/policy/drift-settings.js";
import { spooled } from "../../../src/state/spool.js";
import { report, result } from "../../support/report.js";

const webhook: Channel = {
  kind: "webhook",
  url: "https://hook.example/x",
  secretFile: "/etc/nodeward/hook.key",
};
const command: Channel = { kind: "command", program: "/usr/local/bin/page", args: ["-v"] };
const journald: Channel = { kind: "journald" };
const textfile: Channel = { kind: "prometheus", file: "/x/nodeward.prom" };

function news(since: string, key = "/etc/passwd", verdict = false): News {
  const comparison: Comparison = {
    since,
    things: [{ change: "gone", kind: "file", key, before: { kind: "file", key, fields: {} } }],
    verdicts: verdict
      ? [
          {
            id: "a.b",
            severity: "critical",
            change: "new",
            before: "pass",
            after: "fail",
            message: "x\ny \u001b[31m",
          },
        ]
      : [],
    notCompared: [],
  };
  const changes = comparison.things.map((thing) => ({ thing, diff: "", by: "alice", when: "" }));
  const drift = { against: "the last run", comparison, changes, bundles: [] };
  const told = { hostname: "n1", takenAt: since, version: "1", drifts: [drift], remarks: [] };
  return { report: report([result({ id: "a.b", status: "fail" })]), drift, told };
}

function world(broken: ReadonlySet<string> = new Set()) {
  const state = new MemoryState(() => undefined);
  const sent: string[] = [];
  const published = new Map<string, string>();
  const failing = new Set(broken);
  const answer = (what: string, body: string) => {
    if (failing.has(what)) return { state: "failed" as const, reason: `${what} is down` };
    sent.push(`${what}|${body}`);
    return { state: "ok" as const };
  };
  const doors: Doors = {
    files: state,
    send: {
      pipe: async (program, args, input) => answer([program, ...args].join(" "), input),
      post: async (url, body, key) => answer(`${url} ${key}`, body),
    },
    publish: (path, text) => {
      published.set(path, text);
      return { state: "ok" };
    },
    secret: async () => ({ text: "hunter2\n" }),
    distrust: async () => undefined,
  };
  return { state, sent, published, failing, doors };
}
const hook = "https://hook.example/x hunter2";
const first = "2026-11-21T10:00:00.000Z";
const second = "2026-11-21T11:00:00.000Z";

test("each channel is told once", async () => {
  const { state, sent, published, doors } = world();
  const all = [webhook, command, journald, textfile];
  assert.equal(queue(all, news(first, "/etc/passwd", true), state), []);
  assert.equal(await tell(all, news(first), doors), []);
  assert.equal(await tell(all, { ...news(second), drift: undefined }, doors), []);
  assert.equal(
    sent.map((line) => line.split("|", 1)[0]).sort(),
    ["/usr/bin/logger --journald", "/usr/bin/logger --journald", "/usr/local/bin/page -v", hook].sort(),
  );
  assert.equal(spooled(state), []);
  assert.match(published.get("/x/nodeward.prom") ?? "", 'nodeward_drift_changes{kind="file"} 0');
});

test("entries of the journal have fields of their own, a priority, and no line or escape of the node's", async () => {
  const { state, sent, doors } = world();
  queue([journald], news(first, "/etc/a\nPRIORITY=0", true), state);
  await tell([journald], news(first), doors);
  const [verdict = "", change = ""] = sent.map((line) => line.slice(line.indexOf("|") + 1));
  assert.match(verdict, /^PRIORITY=2$/m);
  assert.match(verdict, /^NODEWARD_CHECK=a\.b$/m);
  assert.match(change, /^NODEWARD_BY=alice$/m);
  assert.is(change.match(/^PRIORITY=/gm)?.length, 1);
  assert.not.match(verdict + change, "\u001b");
});

test("what a channel missed it gets later, in order, and only once; others do not wait for it", async () => {
  const { state, sent, failing, doors } = world(new Set([hook]));
  queue([webhook, command], news(first, "/etc/1"), state);
  const problems = await tell([webhook, command], news(first), doors);
  assert.match(
    problems.join(),
    "webhook: https://hook.example/x hunter2 is down; kept, and told at the next run",
  );
  assert.is(sent.length, 1, "the command was told");
  queue([webhook, command], news(second, "/etc/2"), state);
  failing.delete(hook);
  assert.equal(await tell([webhook, command], news(second), doors), []);
  assert.equal(
    sent.filter((line) => line.startsWith(hook)).map((line) => /etc\/\d/.exec(line)?.[0]),
    ["etc/1", "etc/2"],
  );
  assert.equal(spooled(state), []);
});

test("a run that was interrupted before its look was kept is told once, not twice", async () => {
  const { state, sent, doors } = world();
  queue([webhook], news(first, "/etc/1"), state);
  queue([webhook], news(first, "/etc/1"), state);
  await tell([webhook], news(first), doors);
  assert.is(sent.length, 1);
});

test("a program that others could have written is not started, a key that others could have written not used", async () => {
  const { state, sent, doors } = world();
  queue([webhook, command], news(first), state);
  const wary: Doors = {
    ...doors,
    secret: async () => ({ reason: "the key is writable by others" }),
    distrust: async (program) => `${program} belongs to user 1000`,
  };
  const problems = await tell([webhook, command], news(first), wary);
  assert.equal(sent, []);
  assert.match(problems.join(), "writable by others");
  assert.match(problems.join(), "belongs to user 1000");
});

test("nothing changed: nothing is told, and nothing waits", async () => {
  const { state, sent, doors } = world();
  const calm = { ...news(first), drift: undefined };
  assert.equal(queue([webhook, journald], calm, state), []);
  await tell([webhook, journald], calm, doors);
  assert.equal([sent, spooled(state)], [[], []]);
});

test("what waits is bounded: the oldest go, and it is said", () => {
  const { state } = world();
  let said: readonly string[] = [];
  for (let hour = 0; hour < 520; hour++)
    said = queue([webhook], news(new Date(Date.UTC(2026, 0, 1, hour)).toISOString()), state);
  assert.is(spooled(state).length, 500);
  assert.match(said.join(), "1 of the oldest messages were dropped");
});

test("a damaged message is taken away and stops none", async () => {
  const { state, sent, doors } = world();
  state.put("spool/000000000000001-0123456789abcdef.json", Buffer.from("{"));
  state.put("spool/README", Buffer.from("not ours"));
  queue([webhook], news(first), state);
  assert.equal(await tell([webhook], news(first), doors), []);
  assert.is(sent.length, 1);
  assert.equal(state.list("spool"), ["README"]);
});

test.run();
