import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../../src/checks/index.js";
import { domainForm, idForm } from "../../../src/core/report.js";
import { shippedData } from "../../../src/host/data.js";
import { fleetJson } from "../../../src/report/fleet.js";
import { json } from "../../../src/report/json.js";
import { everyStatus } from "../../support/every-status.js";
import { fleet, hostile, realistic, report } from "../../support/report.js";

type Schema = { readonly [key: string]: unknown };

/** The schema as it would be if version 1 were closed: a member that it does not name is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, closed(inner)] as const);
  const names = entries.map(([key]) => key);
  const own =
    names.includes("properties") && !names.includes("additionalProperties") && !names.includes("$defs");
  const top = names.includes("$defs");
  return Object.fromEntries([...entries, ...(own || top ? [["unevaluatedProperties", false] as const] : [])]);
}

function schema(name: string): Schema {
  return JSON.parse(shippedData.read(`schema/${name}.schema.json`) ?? "null");
}

const open = new Ajv2020({ strict: true, allErrors: true });
open.addSchema(schema("report"));
const isReport = open.compile({ $ref: "urn:nodeward:report:1" });
const isFleet = open.compile(schema("fleet"));
const strictReport = new Ajv2020({ allErrors: true }).compile(Object(withoutAllOf(schema("report"))));

/** `summary` is `counts` and more: closing each of the two would refuse the other's members. */
function withoutAllOf(whole: Schema): unknown {
  const text = JSON.stringify(closed(whole));
  return JSON.parse(text, (key, value) => {
    if (key === "counts" && typeof value === "object" && value !== null) delete value.unevaluatedProperties;
    return value;
  });
}

function valid(text: string): void {
  const document = JSON.parse(text);
  assert.ok(isReport(document), JSON.stringify(isReport.errors));
  assert.ok(strictReport(document), JSON.stringify(strictReport.errors));
}

test("what the engine reports keeps to the schema, whatever the checks say", async () => {
  const made = await everyStatus();
  assert.equal(made.summary, { pass: 1, fail: 2, error: 3, "not-applicable": 1, waived: 1, score: 16.6 });
  valid(json(made));
  assert.not.match(json(made), "hunter2");
  assert.not.match(json(made), "\\u001b");
});

test("reports made of values keep to the schema, hostile ones but for the form of ids", () => {
  valid(json(report(realistic)));
  valid(json(report([])));
  const document = JSON.parse(json(hostile()));
  assert.not.ok(isReport(document));
  assert.equal([...new Set(isReport.errors?.map(({ keyword }) => keyword))], ["pattern"]);
});

test("a member that the schema does not name is noticed here, and is no fault to readers", () => {
  for (const at of [
    "",
    "run",
    "host",
    "tool",
    "summary",
    "results.0",
    "results.1.evidence.0",
    "results.2.waiver",
  ]) {
    const document = JSON.parse(json(report(realistic)));
    const place = at.split(".").reduce((value, key) => (key === "" ? value : value[key]), document);
    place.unheard = 1;
    assert.not.ok(strictReport(document), at);
    assert.ok(isReport(document), at);
  }
});

test("the schema and the reader know the same forms of ids, and every check keeps to them", () => {
  const { id, domain } = JSON.parse(shippedData.read("schema/report.schema.json") ?? "").$defs.result
    .properties;
  assert.equal([id.pattern, domain.pattern], [idForm.source, domainForm.source]);
  for (const check of checks) assert.ok(idForm.test(check.id) && domainForm.test(check.domain), check.id);
});

test("fleet reports keep to their schema", () => {
  for (const size of [2, 12])
    assert.ok(isFleet(JSON.parse(fleetJson(fleet(size)))), JSON.stringify(isFleet.errors));
});

test.run();
