// Does what nodeward writes into ufw's files mean to ufw what was meant? The real ufw, in namespaces of its own.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Step } from "../../src/core/step.js";
import { asker } from "../../src/engine/gather.js";
import { type UfwRule, ufw } from "../../src/facts/ufw.js";
import { ruleText } from "../../src/formats/ufw-rules.js";
import { asCommand } from "../../src/formats/ufw-tuple.js";
import { memoryHost } from "../../src/host/memory.js";
import { applied } from "../support/check.js";
import { command, writtenRule } from "../support/ufw-commands.js";
import { askUfw, ufwMissing } from "../support/ufw-oracle.js";

type Texts = Readonly<Record<string, string>>;

async function factOf(files: Texts) {
  const fact = await asker(memoryHost({ ...files, "/usr/sbin/ufw": "" }))(ufw);
  if (fact.state !== "known" || fact.value.rules.state !== "known") throw new Error("ufw was not read");
  return { settings: fact.value.settings, rules: fact.value.rules.value };
}

function edited(files: Texts, steps: readonly Step[]): Texts {
  return Object.fromEntries(
    Object.entries(applied(files, steps)).map(([path, node]) => [
      path,
      typeof node === "string" ? node : (node.text ?? ""),
    ]),
  );
}

interface Plan {
  readonly rule: UfwRule;
  readonly place: "first" | "last";
  readonly replace: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  rule: writtenRule,
  place: fc.constantFrom("first", "last"),
  replace: fc.boolean(),
});

/** The files after a repair, and the commands that ufw should list for that family from then on. */
async function repaired(
  files: Texts,
  { rule, place, replace }: Plan,
): Promise<{ files: Texts; expected: readonly string[] }> {
  const { rules } = await factOf(files);
  const own = rules.all.filter(({ v6 }) => v6 === rule.v6);
  const target = replace ? own.find((one) => one.replace([rule]) !== undefined) : undefined;
  const step = target === undefined ? rules.add(rule, place) : target.replace([rule]);
  if (step === undefined) throw new Error("the file has no place for a rule");
  const text = asCommand(rule);
  const before = own.map(({ command: line }) => line);
  const expected =
    target === undefined
      ? place === "first"
        ? [text, ...before]
        : [...before, text]
      : own.map((one) => (one === target ? text : one.command));
  return { files: edited(files, [step]), expected };
}

const missing = ufwMissing();
if (missing !== undefined) {
  console.log(`SKIPPED ufw edits: needs ${missing}`);
  test("skipped", () => {});
} else {
  test("rules that are added or replaced are ufw's own from then on", async () => {
    const cases = fc.sample(fc.tuple(fc.array(command, { maxLength: 5 }), plan), {
      numRuns: 40,
      seed: 20_261,
    });
    const pristine = askUfw(cases.map(([commands]) => ({ commands })));
    const repairs = await Promise.all(
      cases.map(async ([, one], index) => ({ one, ...(await repaired(pristine[index]?.files ?? {}, one)) })),
    );
    // ufw writes the whole file anew when the level of logging changes.
    const answers = askUfw(
      repairs.map(({ files }) => ({ commands: [], files, after: [["logging", "medium"]], load: true })),
    );
    for (const [index, { one, expected }] of repairs.entries()) {
      const { rule } = one;
      const answer = answers[index];
      const what = JSON.stringify(cases[index]);
      assert.ok(answer, what);
      if (answer === undefined) continue;
      assert.is(answer.started, 0, `${answer.said} ${what}`);
      assert.equal(answer.refused, [], what);
      const { rules } = await factOf(answer.files);
      assert.equal(
        rules.all.filter(({ v6 }) => v6 === rule.v6).map((one) => one.command),
        expected,
        what,
      );
      // Our lines are those that it writes itself.
      const path = rule.v6 ? "/etc/ufw/user6.rules" : "/etc/ufw/user.rules";
      assert.ok(
        answer.files[path]?.includes(ruleText(rule)),
        `${ruleText(rule)} ${answer.files[path]} ${what}`,
      );
    }
  });

  test("settings that are changed are what both programs read", async () => {
    const [shipped] = askUfw([{ commands: [] }]);
    const { settings } = await factOf(shipped?.files ?? {});
    const steps = [
      settings.enabled.set("yes"),
      settings.logLevel.set("high"),
      settings.input.set('"REJECT"'),
      settings.ipv6.set("no"),
    ];
    const [answer] = askUfw([{ commands: [], files: edited(shipped?.files ?? {}, steps), load: true }]);
    assert.is(answer?.error, undefined);
    assert.is(answer?.started, 0, answer?.said);
    assert.match(answer?.v4 ?? "", /^-A ufw-reject-input -j REJECT/m);
    assert.match(answer?.v6 ?? "", /^:INPUT DROP/m);
    assert.not.match(answer?.v6 ?? "", /ufw6-user-input/);
  });
}

test.run();
