// Who is told of what: once, in order, whatever fails meanwhile.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Comparison } from "../../../src/core/snapshot.js";
import { type Doors, queue, tell } from "../../../src/daemon/notify.js";
import type { Channel } from "../../../src/policy/drift-channels.js";
import { spooled } from "../../../src/state/spool.js";
import { news, world } from "../../support/told.js";

const webhook: Channel = {
  kind: "webhook",
  url: "https://hook.example/x",
  secretFile: "/etc/nodeward/hook.key",
};
const command: Channel = { kind: "command", program: "/usr/local/bin/page", args: ["-v"] };
const journald: Channel = { kind: "journald" };
const textfile: Channel = { kind: "prometheus", file: "/x/nodeward.prom" };

const hook = "https://hook.example/x hunter2";
const first = "2026-11-21T10:00:00.000Z";
const second = "2026-11-21T11:00:00.000Z";

test("each channel is told once", async () => {
  const { state, sent, published, doors } = world();
  const all = [webhook, command, journald, textfile];
  assert.equal(queue(all, news(first, "/etc/passwd", true), state).problems, []);
  assert.equal(await tell(all, news(first), doors), []);
  assert.equal(await tell(all, { ...news(second), drift: undefined }, doors), []);
  assert.equal(sent.map((line) => line.split("|", 1)[0]).sort(), [
    "/usr/local/bin/page -v",
    hook,
    "journal",
    "journal",
  ]);
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

test("an empty key signs nothing: anybody could", async () => {
  const { state, sent, doors } = world();
  queue([webhook], news(first), state);
  const empty: Doors = { ...doors, secret: async () => ({ text: " \n" }) };
  assert.match((await tell([webhook], news(first), empty)).join(), "/etc/nodeward/hook.key is empty");
  assert.equal(sent, []);
});

test("nothing changed: nothing is told, and nothing waits", async () => {
  const { state, sent, doors } = world();
  const calm = { ...news(first), drift: undefined };
  assert.equal(queue([webhook, journald], calm, state).problems, []);
  await tell([webhook, journald], calm, doors);
  assert.equal([sent, spooled(state)], [[], []]);
});

test("a message that the server does not take lets the others pass, and waits", async () => {
  const { state, sent, doors } = world();
  for (const [index, since] of [first, second].entries())
    queue([webhook], news(since, `/etc/${index}`), state);
  const picky: Doors = {
    ...doors,
    send: {
      ...doors.send,
      post: async (url, body, key, id) =>
        body.includes("/etc/0")
          ? { state: "failed", reason: "hook.example answered 413", alone: true }
          : await doors.send.post(url, body, key, id),
    },
  };
  assert.equal(await tell([webhook], news(second), picky), [
    "webhook: hook.example answered 413; kept, and told at the next run (1 message waits)",
  ]);
  assert.is(sent.length, 1);
  assert.equal(await tell([webhook], news(second), doors), []);
  assert.is(sent.length, 2);
});

test("a full disk: told later as a whole, and nothing twice", async () => {
  const { state, sent, doors } = world();
  const put = state.put.bind(state);
  let room = 1;
  state.put = (name, bytes) => {
    room -= 1;
    return room >= 0 ? put(name, bytes) : { state: "refused", path: name, reason: `${name}: no space left` };
  };
  const queued = queue([webhook, command], news(first), state);
  assert.match(queued.problems.join(), "command: not told yet: spool/");
  assert.equal(spooled(state), [], "the look is made again, and tells then");
  room = 99;
  const again = queue([webhook, command], news(first), state);
  await tell([webhook, command], news(first), doors, again.names);
  assert.equal(sent, [], "nor is told what was written down but not kept");
  queue([webhook, command], news(first), state);
  await tell([webhook, command], news(first), doors);
  assert.is(sent.length, 2);
});

test("what an interrupted look wrote down and was put back since is not told", async () => {
  const { state, sent, doors } = world();
  queue([webhook], news(first), state);
  const calm = news(first);
  const none = { ...calm.told, drifts: [] };
  const nothing: Comparison = { since: first, things: [], verdicts: [], notCompared: [] };
  const quiet = { against: "the last run", comparison: nothing, changes: [], bundles: [] };
  queue([webhook], { ...calm, told: none, drift: quiet }, state);
  await tell([webhook], { ...calm, drift: quiet }, doors);
  assert.equal([sent, spooled(state)], [[], []]);
});

test("a slow channel keeps a run for a minute at most; the rest is told at the next", async () => {
  const { state, sent, doors } = world();
  for (let hour = 0; hour < 20; hour++)
    queue([webhook], news(new Date(Date.UTC(2026, 0, 1, hour)).toISOString()), state);
  let time = 0;
  const slow: Doors = {
    ...doors,
    now: () => time,
    send: {
      ...doors.send,
      post: async (...given) => {
        time += 9000;
        return await doors.send.post(...given);
      },
    },
  };
  const said = await tell([webhook], news(first), slow);
  assert.match(
    said.join(),
    "took longer than 60 s for what waits; kept, and told at the next run (13 messages wait)",
  );
  await tell([webhook], news(first), doors);
  assert.is(sent.length, 20);
});

test("a channel that throws hurts no other", async () => {
  const { state, sent, doors } = world();
  queue([webhook, command], news(first), state);
  const thrown: Doors = {
    ...doors,
    secret: async () => {
      throw new Error("a fault");
    },
  };
  assert.equal(await tell([webhook, command], news(first), thrown), ["webhook: a fault"]);
  assert.is(sent.length, 1);
  assert.is(spooled(state).length, 1, "and loses nothing");
});

test("what waits for a channel that the site has taken out goes after a week, and it is said", async () => {
  const { state, doors } = world();
  queue([command], news("2026-11-01T00:00:00.000Z"), state);
  const said = await tell([webhook], news(second), doors);
  assert.equal(said, ["command /usr/local/bin/page -v: no longer in drift.notify: 1 old messages went"]);
  assert.equal(spooled(state), []);
  queue([{ ...webhook, url: "https://hook.example/T0/hunter2" }], news("2026-11-01T00:00:00.000Z"), state);
  assert.equal(
    await tell([command], news(second), doors),
    ["webhook https://hook.example/…: no longer in drift.notify: 1 old messages went"],
    "the path of a webhook may be what it knows its friends by",
  );
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
