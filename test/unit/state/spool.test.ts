// Messages that wait: within bounds, and in the order in which they were found, whatever the clock says.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queue, tell } from "../../../src/daemon/notify.js";
import type { Channel } from "../../../src/policy/drift-channels.js";
import { spooled } from "../../../src/state/spool.js";
import { news, world } from "../../support/told.js";

const webhook: Channel = { kind: "webhook", url: "https://hook.example/x", secretFile: undefined };
const command: Channel = { kind: "command", program: "/usr/local/bin/page", args: [] };
const first = "2026-11-21T10:00:00.000Z";
const second = "2026-11-21T11:00:00.000Z";

test("what waits is bounded for each channel: its oldest go, and it is said", () => {
  const { state } = world();
  queue([command], news("2025-01-01T00:00:00.000Z"), state);
  let said: readonly string[] = [];
  for (let hour = 0; hour < 220; hour++)
    said = queue([webhook], news(new Date(Date.UTC(2026, 0, 1, hour)).toISOString()), state).remarks;
  assert.is(spooled(state).filter(({ channel }) => channel.startsWith("webhook")).length, 200);
  assert.equal(said, ["webhook: too many messages wait: the oldest went (1)"]);
  assert.is(spooled(state).filter(({ channel }) => channel.startsWith("command")).length, 1);
});

test("what waits is bounded in bytes, too; the newest stays however large it is", () => {
  const { state } = world();
  const large = (since: string, size: number) => {
    const one = news(since);
    return queue([webhook], { ...one, told: { ...one.told, hostname: "n".repeat(size) } }, state).remarks;
  };
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  for (let minute = 0; minute < 5; minute++) assert.equal(large(at(minute), 3_000_000), []);
  assert.equal(large(at(5), 3_000_000), ["webhook: too many messages wait: the oldest went (1)"]);
  assert.equal(large(at(6), 20_000_000), ["webhook: too many messages wait: the oldest went (5)"]);
  assert.is(spooled(state).length, 1);
});

test("a clock that is put back changes no order; an interrupted look still takes its own place", async () => {
  const { state, sent, doors } = world();
  const looks = [second, first, "2026-11-21T09:00:00.000Z"];
  for (const [index, since] of looks.entries()) queue([webhook], news(since, `/etc/${index}`), state);
  queue([webhook], news(first, "/etc/again"), state);
  assert.is(spooled(state).length, 3);
  await tell([webhook], news(first), doors);
  assert.equal(
    sent.map((line) => line.match(/\/etc\/\w+/)?.[0]),
    ["/etc/0", "/etc/again", "/etc/2"],
  );
  queue([webhook], news(second), state);
  queue([webhook], news(first), state);
  queue([webhook], { ...news(first), drift: undefined }, state);
  assert.is(spooled(state).length, 2);
});

test.run();
