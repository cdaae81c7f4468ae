// Lines of chrony.conf and ntp.conf: comments of both kinds, and any text.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { chronyStyle, ntpStyle, parseDirectives } from "../../../src/formats/directive-lines.js";

const text = "! a\n  % b\n; c\n#d\nServer  x   iburst # y\r\n\n\tpool z\0w";
const shown = (style: typeof chronyStyle) =>
  parseDirectives("f", text, style).map(
    ({ name, args, source }) => `${source.line} ${[name, ...args].join(" ")}`,
  );

test("chronyd's comments are lines of their own, ntpd's follow words", () => {
  assert.equal(shown(chronyStyle), ["5 server x iburst # y", "7 pool z w"]);
  assert.equal(shown(ntpStyle), ["1 ! a", "2 % b", "3 ; c", "5 server x iburst", "7 pool z w"]);
});

test("any text, each line's place its own", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\n", "#", "!", "\r", "\0", "é") }), (some) => {
      for (const { source, name } of parseDirectives("f", some, chronyStyle)) {
        assert.is(some.split("\n")[source.line - 1]?.trimEnd(), source.text);
        assert.ok(name !== "" && source.span.end <= some.length);
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
