import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetJson, fleetOf } from "../../../src/report/fleet.js";
import { fleetText } from "../../../src/report/fleet-text.js";
import type { View } from "../../../src/report/view.js";
import { widthOf } from "../../../src/report/wrap.js";
import { fleet, hostile, realistic, report, result } from "../../support/report.js";

const plain: View = { columns: 80, colour: false, verbose: false, quiet: false };
const shown = (size: number, view: Partial<View> = {}) => fleetText(fleet(size), { ...plain, ...view });

test("nodes and checks come worst first", () => {
  const { nodes, checks } = fleetOf(fleet(12));
  const scores = nodes.map(({ report: { summary } }) => summary.score);
  assert.equal(
    scores,
    [...scores].sort((a, b) => a - b),
  );
  assert.equal(
    checks.slice(0, 3).map(({ id }) => id),
    ["sshd.macs", "sshd.permit-root-login", "sudo.nopasswd"],
  );
  const first = checks[0];
  assert.is(first?.counts.fail, 9);
  assert.is(first?.counts.pass, 3);
});

test("nodes of one name are told apart, and checks that not all ran are counted where they did", () => {
  const a = report([result({ id: "a.b", status: "fail" })]);
  const b = report([result({ id: "a.b", status: "pass" }), result({ id: "a.c", status: "pass" })]);
  const { nodes, checks } = fleetOf([a, b, b]);
  assert.equal(
    nodes.map(({ label }) => label),
    [
      "node-7 2026-11-21T13:10:00.000Z",
      "node-7 2026-11-21T13:10:00.000Z (2)",
      "node-7 2026-11-21T13:10:00.000Z (3)",
    ],
  );
  assert.equal(
    checks.find(({ id }) => id === "a.c")?.results.map((one) => one?.status),
    [undefined, "pass", "pass"],
  );
});

test("JSON: the status of every check on every node", () => {
  const document = JSON.parse(fleetJson(fleet(3)));
  assert.is(document.kind, "fleet");
  assert.is(document.summary.nodes, 3);
  assert.equal(document.checks[0].nodes, { "node-1": "fail", "node-3": "fail", "node-2": "pass" });
});

test("text: a letter a node while they fit, else the names", () => {
  const few = shown(12);
  assert.match(few, /^critical {2}sshd\.macs {16}9\/12 {2}FFFFFFFFF\.\.\.$/m);
  assert.match(few, "12 nodes, mean score 32.5 of 100");
  assert.match(few, "2 checks of 13 fail on some node, 3 pass on every node.");
  assert.match(shown(60), /sshd\.macs +45\/60\n {10}node-1, node-3, .* and\n {10}37 more\n/);
  assert.not.match(few, "sysctl");
  assert.match(shown(12, { verbose: true }), "sysctl.kernel.kptr_restrict");
  assert.match(shown(12, { quiet: true }), /^12 nodes/);
});

test("text: fits the terminal, colour changes nothing but colour, hostile text does nothing", () => {
  for (const columns of [80, 160])
    for (const size of [2, 12, 60])
      for (const line of shown(size, { columns }).split("\n")) assert.ok(widthOf(line) <= columns, line);
  const coloured = shown(12, { colour: true });
  assert.match(coloured, "\u001b[");
  assert.is(coloured.replaceAll(/\u001b\[[0-9;]*m/g, ""), shown(12));
  const bad = fleetText([hostile(), report(realistic)], plain);
  assert.not.match(bad, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test.run();
