import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryState } from "../../../src/host/memory-state.js";
import { scoresJson, scoresText } from "../../../src/report/scores.js";
import { keepScore, keptScores } from "../../../src/state/scores.js";

const hour = 3_600_000;
const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hour).toISOString();
const score = (hours: number, number = 90) => ({ at: at(hours), run: `r${hours}`, score: number, fail: 3 });

test("the newest are kept whole, of older days the last one, and not for ever", () => {
  const state = new MemoryState(() => undefined);
  for (let hours = 0; hours < 24 * 40; hours++) keepScore(state, score(hours));
  const { scores } = keptScores(state);
  assert.equal(
    scores.slice(-500).map((one) => one.at),
    Array.from({ length: 500 }, (_, index) => at(460 + index)),
  );
  assert.equal(
    scores.slice(0, -500).map((one) => one.at.slice(0, 13)),
    [...Array.from({ length: 19 }, (_, day) => at(24 * day + 23).slice(0, 13)), at(459).slice(0, 13)],
  );
  const line = (day: number) => `${JSON.stringify({ version: 1, ...score(24 * day) })}\n`;
  state.put("scores.ndjson", Buffer.from(Array.from({ length: 4000 }, (_, day) => line(day)).join("")));
  keepScore(state, score(24 * 4000));
  assert.is(keptScores(state).scores.length, 1500);
});

test("lines of the version before have no number; of another one or damaged they are let go, and counted", () => {
  const state = new MemoryState(() => undefined);
  const lines = [
    JSON.stringify(score(1)),
    JSON.stringify({ version: 2, ...score(2) }),
    "{",
    "null",
    JSON.stringify({ at: "x", run: "r", score: 1, fail: 1 }),
    JSON.stringify({ ...score(3), score: "90" }),
  ];
  state.put("scores.ndjson", Buffer.from(lines.join("\n")));
  assert.is(keepScore(state, score(4)).unread, 5);
  assert.equal(keptScores(state), { scores: [score(1), score(4)], unread: 0 });
});

test("a day in a line for people, all for programs", () => {
  const view = { columns: 80, colour: false, verbose: false, quiet: false };
  const all = [score(1, 80.5), score(2, 85), score(30, 100)];
  assert.is(
    scoresText(all, view),
    [
      "WHEN                  SCORE  FAIL  OF 100",
      "--------------------  -----  ----  --------------------",
      "2026-01-02 06:00 UTC  100    3     ####################",
      "2026-01-01 02:00 UTC  85     3     #################",
      "",
    ].join("\n"),
  );
  assert.is(scoresText(all, { ...view, verbose: true }).split("\n").length, 6);
  assert.match(scoresText([], view), "No score was kept here yet");
  assert.equal(JSON.parse(scoresJson(all)), { schemaVersion: 1, scores: all });
});

test.run();
