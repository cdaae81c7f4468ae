import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetJson } from "../../../src/report/fleet.js";
import { json } from "../../../src/report/json.js";
import { readReport } from "../../../src/report/saved.js";
import { everyStatus } from "../../support/every-status.js";
import { fleet, realistic, report } from "../../support/report.js";

test("a saved report is read back as it was", async () => {
  for (const one of [report(realistic), report([]), await everyStatus()]) {
    const saved = readReport(json(one));
    assert.is(saved.state, "ok", saved.state === "error" ? saved.reason : "");
    if (saved.state === "ok") assert.equal(saved.report, one);
  }
});

test("a report without what was added to version 1, and one with more than we know, are read", () => {
  const document = JSON.parse(json(report(realistic)));
  const results = document.results.map(
    ({ details, why, remediation, tags, ...rest }: Readonly<Record<string, unknown>>) => ({
      ...rest,
      later: details,
      why2: [why, remediation, tags],
    }),
  );
  const saved = readReport(JSON.stringify({ ...document, results, more: {} }));
  assert.is(saved.state, "ok", saved.state === "error" ? saved.reason : "");
  if (saved.state === "ok") assert.equal(saved.report.results[0]?.details, []);
});

test("anything else is refused, and the place is named", () => {
  const text = json(report(realistic));
  const changed = (change: (document: ReturnType<typeof JSON.parse>) => void): string => {
    const document = JSON.parse(text);
    change(document);
    return JSON.stringify(document);
  };
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^empty$/],
    ["{", /^not JSON: /],
    ["[]", /it has no schemaVersion|is a JSON object/],
    ["null", /is a JSON object/],
    ["{}", /it has no schemaVersion/],
    ['{"version":"2.1.0","runs":[]}', /a SARIF log/],
    [fleetJson(fleet(2)), /a fleet report/],
    ['{"type":"run"}\n{"type":"result"}\n', /JSON lines/],
    [
      changed((document) => Object.assign(document, { schemaVersion: 2 })),
      /report version 2: this nodeward reads version 1/,
    ],
    [
      changed((document) => Object.assign(document.results[1], { status: "failed" })),
      /results\[1\]\.status takes one of pass, fail/,
    ],
    [
      changed((document) => Object.assign(document.results[0], { id: "x; rm -rf /" })),
      /results\[0\]\.id takes the id of a check/,
    ],
    [
      changed((document) => Object.assign(document.results[0], { evidence: {} })),
      /results\[0\]\.evidence takes a list/,
    ],
    [
      changed((document) => Object.assign(document.results[0], { references: { a: [1] } })),
      /results\[0\]\.references\.a\[0\] takes a text/,
    ],
    [
      changed((document) => Object.assign(document.run, { startedAt: "yesterday" })),
      /run\.startedAt takes a time/,
    ],
    [
      changed((document) => Object.assign(document.summary, { fail: 0 })),
      /summary\.fail takes the number of such results, 2/,
    ],
    [
      changed((document) => Object.assign(document.summary, { score: 101 })),
      /summary\.score takes a number from 0 to 100/,
    ],
    [changed((document) => Object.assign(document.host, { kubelet: 5 })), /host\.kubelet takes a text/],
    [
      changed((document) => Object.assign(document, { tool: { name: "other", version: "1" } })),
      /tool\.name takes one of nodeward/,
    ],
    [changed((document) => Object.assign(document, { results: {} })), /results takes a list/],
  ];
  for (const [given, reason] of cases) {
    const saved = readReport(given);
    assert.is(saved.state, "error", given.slice(0, 60));
    if (saved.state === "error") assert.match(saved.reason, reason);
  }
});

test("names from a hostile file are values, not members of objects", () => {
  const document = JSON.parse(json(report(realistic)));
  const text = JSON.stringify(document).replace(
    '"references":{}',
    '"references":{"__proto__":["1"],"constructor":["2"]}',
  );
  const saved = readReport(text);
  assert.is(saved.state, "ok", saved.state === "error" ? saved.reason : "");
  if (saved.state === "ok") {
    const [first] = saved.report.results;
    assert.equal(Object.keys(first?.references ?? {}), ["__proto__", "constructor"]);
    assert.is(Object.getPrototypeOf(first?.references), Object.prototype);
  }
});

test.run();
