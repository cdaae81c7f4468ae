import { test } from "uvu";
import * as assert from "uvu/assert";
import { json } from "../../../src/report/json.js";
import { runIn } from "../../support/context.js";
import { fleet, realistic, report } from "../../support/report.js";

const one = json(report(realistic));
const [first, second] = fleet(2).map(json);
const files = {
  "/r/one.json": one,
  "/r/a.json": first ?? "",
  "/r/b.json": second ?? "",
  "/r/bad.json": "{}",
};
const render = (...args: readonly string[]) => runIn(["report", ...args], { files });

test("a saved report in another format; exit 0 whatever failed in it", async () => {
  const text = await render("/r/one.json");
  assert.is(text.code, 0, text.err);
  assert.match(text.out, "FAIL   critical  sshd.macs");
  assert.not.match(text.out, "Exit code");
  assert.match((await render("/r/one.json", "--format", "html")).out, "<!doctype html>");
  const again = await render("/r/one.json", "--format", "json");
  assert.equal(JSON.parse(again.out), JSON.parse(one));
});

test("- is standard input", async () => {
  const { code, out } = await runIn(["report", "-", "--quiet"], { input: one });
  assert.is(code, 0);
  assert.match(out, "Score 21.2");
  const bad = await runIn(["report", "-"], { input: "" });
  assert.is(bad.code, 2);
  assert.is(bad.err, "nodeward: standard input: empty\n");
});

test("several become one, in every format that can hold several", async () => {
  const says: Readonly<Record<string, string>> = {
    text: "2 nodes, mean score",
    json: '"kind": "fleet"',
    jsonl: '"hostname":"node-2"',
    html: "<h1><small>Fleet hardening report</small>2 nodes</h1>",
    markdown: "# Hardening of 2 nodes",
    sarif: '"id": "nodeward/node-2/',
    junit: 'hostname="node-2"',
    policyreport: '"kind": "List"',
  };
  for (const [format, part] of Object.entries(says)) {
    const { code, out, err } = await render("/r/a.json", "/r/b.json", "--format", format);
    assert.is(code, 0, err);
    assert.match(out, part, format);
  }
  const metrics = await render("/r/a.json", "/r/b.json", "--format", "prometheus");
  assert.is(metrics.code, 2);
  assert.match(metrics.err, "--format prometheus tells of one node");
});

test("what is no report is refused by name, all of it, and nothing is printed", async () => {
  const { code, out, err } = await render("/r/one.json", "/r/bad.json", "/r/none.json");
  assert.is(code, 2);
  assert.is(out, "");
  assert.is(
    err,
    "nodeward: /r/bad.json: not a report of nodeward: it has no schemaVersion\nno such file: /r/none.json\n",
  );
  assert.is((await render()).code, 2);
});

test("-o and --schema", async () => {
  const { out, written } = await render("/r/one.json", "--format", "markdown", "-o", "/w.md");
  assert.is(out, "");
  assert.match(written.get("/w.md")?.text ?? "", "# Hardening of node-7");
  assert.is(written.get("/w.md")?.mode, 0o600);
  const schema = await render("--schema");
  assert.is(schema.code, 0);
  assert.is(JSON.parse(schema.out).$id, "urn:nodeward:report:1");
});

test.run();
