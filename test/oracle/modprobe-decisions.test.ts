// Would modprobe load a module, and after our repair? Generated trees to our fact and to `modprobe -n -v`.
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { modprobe } from "../../src/facts/modprobe.js";
import { applied } from "../support/check.js";
import type { Tree } from "../support/kmod-bed.js";
import * as bed from "../support/kmod-bed.js";

const { installed, kernel, top, tree, modules, name, command, hostOf, lay, run, theirConfig } = bed;
if (!installed) console.log("SKIPPED modprobe: kmod is not installed");
test.before(() => bed.makeKernel());
test.after(() => bed.removeKernel());

async function ruleOf(files: Tree) {
  const fact = await asker(hostOf(files))(modprobe);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

const installLine = fc.tuple(name, command).map(([module, text]) => `install ${module} ${text}\n`);
const someTree = fc
  .record({ files: tree, module: fc.constantFrom(...modules), line: installLine })
  .map(({ files, module, line: text }) => ({ files: { ...files, "etc/modprobe.d/m.conf": text }, module }));
const loads = (output: string, module: string) =>
  output.includes(`insmod ${join(top, kernel)}/kernel/${module}.ko`);

test("600 trees: what modprobe would run for a module is the install line we found, or the module itself", async () => {
  if (!installed) return;
  let blocked = 0;
  for (const { files, module } of fc.sample(someTree, { numRuns: 600, seed: 2 })) {
    const rules = await ruleOf(files);
    const output = run([...lay(files), "-n", "-v", module]);
    const install = rules.install(module);
    const about = `${module} ${JSON.stringify(files)} -> ${output}`;
    // What only some versions of kmod read is not decided.
    if (rules.unread.length > 0) continue;
    // Another module is meant then: not our question.
    if (rules.aliases(module).length > 0) continue;
    if (install === undefined) assert.ok(loads(output, module), about);
    else if (rules.softDependencies(module) === undefined) {
      assert.not.ok(loads(output, module), about);
      assert.ok(output.includes(`install ${install.statement.argument}`), about);
      blocked++;
    }
    // The other way round nothing may be missed: what is loaded past an install line has a soft dependency.
    if (install !== undefined && loads(output, module)) assert.ok(rules.softDependencies(module), about);
  }
  assert.ok(blocked > 50, `${blocked} blocked modules are too few to mean something`);
});

test("200 trees: after our steps modprobe refuses the module", async () => {
  if (!installed) return;
  for (const { files, module } of fc.sample(someTree, { numRuns: 200, seed: 3 })) {
    const rules = await ruleOf(files);
    if (rules.unread.length > 0) continue;
    const plan = rules.block(module);
    if (plan.state !== "steps" || rules.softDependencies(module) || rules.aliases(module).length > 0)
      continue;
    const inMemory = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/${path}`, text]));
    const after = Object.entries(applied(inMemory, plan.steps)).map(([path, node]) => [
      path.slice(1),
      typeof node === "string" ? node : (node.text ?? ""),
    ]);
    const fixed: Tree = Object.fromEntries(after);
    const about = `${module} ${JSON.stringify(fixed)}`;
    const args = lay(fixed);
    assert.match(run([...args, "-n", "-v", module]), /^install\s+\/bin\/(?:false|true)/, about);
    const listed = theirConfig(run([...args, "--showconfig"]));
    assert.ok(listed.includes(`blacklist ${module.replaceAll("-", "_")}`), about);
  }
});

test.run();
