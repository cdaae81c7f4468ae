// The progress line: on a terminal only, never wider than it, gone at the end.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { progressLine } from "../../../src/cli/progress.js";

function stream(isTerminal: boolean) {
  const written: string[] = [];
  return { written, isTerminal, columns: 10, write: (text: string) => void written.push(text) };
}

test("replaces its own line and erases it", () => {
  const terminal = stream(true);
  const progress = progressLine(terminal);
  progress?.("0123456789abc");
  progress?.(undefined);
  assert.equal(terminal.written, ["\r\u001b[K012345678", "\r\u001b[K"]);
});

test("a log gets nothing", () => {
  assert.is(progressLine(stream(false)), undefined);
});

test.run();
