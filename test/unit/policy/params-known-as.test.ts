// A check's parameters can be given under another name than its id: the site file of the interface says ports.expected.
import { test } from "uvu";
import * as assert from "uvu/assert";
import unexpected from "../../../src/checks/ports/unexpected.js";
import { loadPolicy } from "../../../src/policy/load.js";
import { referencesOf } from "../../../src/policy/references.js";
import { type SelectResult, select } from "../../../src/policy/select.js";
import { memoryPolicyFiles } from "../../support/synthetic.js";

const site = "/etc/nodeward/nodeward.yaml";

async function run(params: string): Promise<SelectResult> {
  const files = memoryPolicyFiles(
    { baseline: "checks: {ports.unexpected: on}\n" },
    { [site]: `params:\n${params}` },
  );
  const request = { config: { path: site, required: true }, profiles: [], fallback: ["baseline"] };
  const loaded = await loadPolicy(request, files);
  if (loaded.state === "error") return loaded;
  return select(loaded.policy, { only: [], skip: [] }, [unexpected], referencesOf([]));
}

function allowed(result: SelectResult): unknown {
  return result.state === "ok" ? result.selected[0]?.params.allow : result.problems;
}

const ssh = [{ port: 22, proto: "tcp", process: "sshd" }];
const list = "{allow: [{port: 22, proto: tcp, process: sshd}]}";

test("under the other name and under the id", async () => {
  assert.equal(allowed(await run(`  ports.expected: ${list}\n`)), ssh);
  assert.equal(allowed(await run(`  ports.unexpected: ${list}\n`)), ssh);
});

test("the last one given wins, whatever its name", async () => {
  assert.equal(allowed(await run(`  ports.unexpected: {allow: []}\n  ports.expected: ${list}\n`)), ssh);
});

test("a mistake is told under the name that was used", async () => {
  const wrong = async (params: string) => JSON.stringify(allowed(await run(params)));
  assert.match(await wrong("  ports.expectd: {allow: []}\n"), /did you mean \\"ports\.expected\\"/);
  assert.match(
    await wrong("  ports.expected: {alow: []}\n"),
    /ports\.expected has no parameter alow \(did you mean \\"allow\\"/,
  );
  for (const bad of [
    "[{port: x}]",
    "[{port: 70000}]",
    "[{}]",
    "[{port: 22, prot: tcp}]",
    "[{port: 22, proto: icmp}]",
    "22",
    "[{port: 30-20}]",
  ])
    assert.match(
      await wrong(`  ports.expected: {allow: ${bad}}\n`),
      /ports\.expected\.allow takes a list such as/,
      bad,
    );
});

test.run();
