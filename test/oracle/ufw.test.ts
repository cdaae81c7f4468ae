// Do we read ufw's files as ufw does, and does what we write there mean to ufw what we meant? The real ufw, in namespaces.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { readyRules } from "../../src/facts/packet-blocks.js";
import { reacher } from "../../src/facts/reach.js";
import { type Ufw, ufw } from "../../src/facts/ufw.js";
import { readFilter } from "../../src/formats/iptables-rule.js";
import { parseSaved } from "../../src/formats/iptables-save.js";
import { parseUfwRules } from "../../src/formats/ufw-rules.js";
import { asCommand } from "../../src/formats/ufw-tuple.js";
import { memoryHost } from "../../src/host/memory.js";
import { command, spoiltTuple } from "../support/ufw-commands.js";
import { type Answer, askUfw, type Sequence, ufwMissing } from "../support/ufw-oracle.js";

function sequences(count: number, load: boolean): readonly Sequence[] {
  return fc
    .sample(fc.array(command, { minLength: 1, maxLength: 8 }), count)
    .map((commands) => ({ commands, load }));
}

async function factOf(files: Readonly<Record<string, string>>): Promise<Ufw> {
  const fact = await asker(memoryHost({ ...files, "/usr/sbin/ufw": "" }))(ufw);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

/** Number, action and direction of each line of `ufw status numbered`. */
function numbersOf({ numbered = "" }: Answer): readonly string[] {
  return [...numbered.matchAll(/^\[ *(\d+)\] .*? (ALLOW|DENY|REJECT|LIMIT) (IN|OUT|FWD) /gm)].map(
    ([, number, verb, way]) => `${number} ${verb} ${way}`,
  );
}

async function compareReading(asked: Sequence, answer: Answer): Promise<number> {
  const { rules } = await factOf(answer.files);
  if (rules.state !== "known") throw new Error(rules.reason);
  const what = JSON.stringify(asked.commands);
  const added = (answer.added ?? "")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "(None)");
  const commands = [...new Set(rules.value.all.map((one) => `ufw ${one.command}`))];
  assert.equal(commands, added, what);
  const numbers = rules.value.all.map(
    ({ number, action: verb, routed: forward, direction }) =>
      `${number} ${verb.toUpperCase()} ${forward ? "FWD" : direction.toUpperCase()}`,
  );
  assert.equal([...new Set(numbers)], numbersOf(answer), what);
  assert.equal(rules.value.malformed, [], what);
  return rules.value.all.length;
}

/** The chains that we build from the files let in whom the kernel's chains let in, after ufw-init has loaded them. */
async function compareLoaded(asked: Sequence, answer: Answer): Promise<void> {
  const { chains } = await factOf(answer.files);
  const what = JSON.stringify(asked);
  assert.is(answer.started, 0, `${answer.said}\n${what}`);
  for (const [family, text] of [
    [4, answer.v4 ?? ""],
    [6, answer.v6 ?? ""],
  ] as const) {
    const built = chains[family];
    if (built.state !== "known") throw new Error(built.reason);
    const saved = parseSaved([{ file: "kernel", text }]);
    const kernel = reacher(readyRules(readFilter(saved.tables.get("filter"), family)), undefined);
    const files = reacher(readyRules(built.value.rules), undefined);
    for (const protocol of ["tcp", "udp"] as const)
      for (const port of [22, 53, 68, 80, 137, 443, 5353, 6003, 10250]) {
        const question = { protocol, port, destination: undefined };
        const [theirs, ours] = [kernel(question), files(question)];
        assert.is(
          ours.possible.describe(),
          theirs.possible.describe(),
          `${family} ${protocol} ${port} ${what}`,
        );
        assert.is(
          ours.certain.describe(),
          theirs.certain.describe(),
          `${family} ${protocol} ${port} ${what}`,
        );
      }
  }
}

const missing = ufwMissing();
if (missing !== undefined) {
  console.log(`SKIPPED ufw: needs ${missing}`);
  test("skipped", () => {});
} else {
  test("rules are read, written as commands and numbered as ufw does", async () => {
    const asked = sequences(240, false);
    let total = 0;
    for (const [index, answer] of askUfw(asked).entries())
      total += await compareReading(asked[index] ?? { commands: [] }, answer);
    assert.ok(total > 200, `only ${total} rules were accepted by ufw`);
  });
  test("tuples that somebody has spoilt are skipped where ufw skips them", async () => {
    const spoilt = fc.sample(spoiltTuple, { numRuns: 250, seed: 20_261 });
    const text = (tuple: string) =>
      `*filter\n### RULES ###\n\n### tuple ### ${tuple}\n### END RULES ###\nCOMMIT\n`;
    const asked = spoilt.map((tuple) => ({ commands: [], files: { "/etc/ufw/user.rules": text(tuple) } }));
    let skipped = 0;
    for (const [index, answer] of askUfw(asked).entries()) {
      // What makes the program itself fall over is no rule either.
      const theirs = (answer.added ?? "(None)")
        .split("\n")
        .slice(1)
        .filter((line) => line !== "(None)");
      const { rules } = parseUfwRules("user.rules", text(spoilt[index] ?? ""), false);
      assert.equal(
        rules.map(({ rule: one }) => `ufw ${asCommand(one)}`),
        theirs,
        spoilt[index],
      );
      if (theirs.length === 0) skipped++;
    }
    assert.ok(skipped > 50 && skipped < 220, `${skipped} of ${spoilt.length} skipped`);
  });
  test("the chains built from the files are those that ufw-init loads", async () => {
    const asked = sequences(12, true);
    for (const [index, answer] of askUfw(asked).entries())
      await compareLoaded(asked[index] ?? { commands: [] }, answer);
  });
}

test.run();
