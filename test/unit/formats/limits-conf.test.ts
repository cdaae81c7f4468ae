// limits.conf: lines that pam_limits takes, with the place of the value.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseLimits } from "../../../src/formats/limits-conf.js";

test("domains, types, comments, and lines of another form", () => {
  const text =
    "# c\n*\thard  core 0\n@dev - NOFILE Unlimited # x\nroot medium core 0\nalice soft core\n 1000:  hard core -1\r\n";
  const lines = parseLimits("/l", text);
  assert.equal(
    lines.map(({ domain, type, item, value, source }) => [source.line, domain, type, item, value]),
    [
      [2, "*", "hard", "core", "0"],
      [3, "@dev", "both", "nofile", "unlimited"],
      [6, "1000:", "hard", "core", "-1"],
    ],
  );
  for (const { valueSpan, value } of lines)
    assert.is(text.slice(valueSpan.start, valueSpan.end).toLowerCase(), value);
});

test("any text is read without an exception, spans are true", () => {
  const word = fc.constantFrom("*", "hard", "core", "0", "#", "-", "\t", "\n", " ", "\u0000");
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(" ")),
      (text) => {
        for (const { source } of parseLimits("/l", text))
          assert.is(text.slice(source.span.start, source.span.end), source.text);
      },
    ),
    { numRuns: 200 },
  );
});

test.run();
