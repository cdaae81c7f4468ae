// The formats that other programs read: JSON lines, SARIF, JUnit, Prometheus, policy reports.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { jsonl } from "../../../src/report/jsonl.js";
import { junit } from "../../../src/report/junit.js";
import { policyreport } from "../../../src/report/policyreport.js";
import { prometheus } from "../../../src/report/prometheus.js";
import { sarif } from "../../../src/report/sarif.js";
import { fleet, hostile, realistic, report } from "../../support/report.js";

const real = report(realistic);

test("JSON lines: the run, then one line a check, each complete", () => {
  const lines = jsonl(real)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.is(lines.length, realistic.length + 1);
  assert.is(lines[0].type, "run");
  assert.is(lines[0].summary.fail, 2);
  assert.is(lines[0].results, undefined);
  for (const line of lines.slice(1)) {
    assert.is(line.type, "result");
    assert.is(line.hostname, "node-7");
    assert.is(line.run, real.run.id);
    assert.is(line.time, real.run.startedAt);
  }
  assert.is(jsonl(hostile()).split("\n").length, 7);
});

test("SARIF: failures and waivers are results, with what code scanning asks for", () => {
  const [run] = JSON.parse(sarif([real])).runs;
  assert.is(run.automationDetails.id, "nodeward/node-7/20261121T131000Z-9f2c41");
  assert.equal(run.results.map(({ ruleId }: { readonly ruleId: string }) => ruleId).sort(), [
    "sshd.macs",
    "sshd.permit-root-login",
    "sshd.x11-forwarding",
  ]);
  for (const result of run.results) {
    const rule = run.tool.driver.rules[result.ruleIndex];
    assert.is(rule.id, result.ruleId);
    assert.type(rule.properties["security-severity"], "string");
    assert.is(result.locations.length, 1);
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.not.match(artifactLocation.uri, /^\//);
    assert.ok(region.startLine >= 1);
    assert.match(result.partialFingerprints.primaryLocationLineHash, /^[0-9a-f]{32}$/);
  }
  const root = run.results.find(
    ({ ruleId }: { readonly ruleId: string }) => ruleId === "sshd.permit-root-login",
  );
  assert.equal(root.locations[0].physicalLocation, {
    artifactLocation: { uri: "etc/ssh/sshd_config.d/50-cloud-init.conf", uriBaseId: "ROOT" },
    region: { startLine: 2, snippet: { text: "PermitRootLogin   yes  # cloud image default" } },
  });
  assert.is(root.relatedLocations[0].physicalLocation.region.startLine, 118);
  assert.is(root.suppressions, undefined);
  const waived = run.results.find(
    ({ ruleId }: { readonly ruleId: string }) => ruleId === "sshd.x11-forwarding",
  );
  assert.is(waived.suppressions[0].status, "accepted");
  assert.match(waived.suppressions[0].justification, "team-x");
  assert.is(run.invocations[0].toolExecutionNotifications.length, 4);
});

test("SARIF: a finding keeps its fingerprint when it moves to another line or is seen in another run", () => {
  const print = (line: number, id: string) => {
    const results = realistic
      .filter((one) => one.id === "sshd.x11-forwarding")
      .map((one) => ({ ...one, evidence: one.evidence.map((at) => ({ ...at, line })) }));
    const moved = report(results);
    return JSON.parse(sarif([{ ...moved, run: { ...moved.run, id } }])).runs[0].results[0]
      .partialFingerprints;
  };
  assert.equal(print(88, "a"), print(90, "b"));
});

test("SARIF: one run a node, and hostile text stays text", () => {
  const ids = JSON.parse(sarif(fleet(3))).runs.map(
    (run: { readonly automationDetails: { readonly id: string } }) => run.automationDetails.id.split("/")[1],
  );
  assert.equal(ids, ["node-1", "node-2", "node-3"]);
  const [run] = JSON.parse(sarif([hostile()])).runs;
  for (const { locations } of run.results)
    assert.match(locations[0].physicalLocation.artifactLocation.uri, /^[A-Za-z0-9%/._~!*'()-]+$/);
  assert.is(run.automationDetails.id.split("/").length, 3);
});

test("JUnit: failure, error and skipped, counted", () => {
  const xml = junit([real]);
  assert.match(xml, '<testsuites name="nodeward" tests="13" failures="2" errors="4" skipped="4"');
  assert.match(xml, '<testsuite name="node-7 sshd" tests="4" failures="2" errors="0" skipped="1"');
  assert.match(xml, 'timestamp="2026-11-21T13:10:00" hostname="node-7"');
  assert.match(
    xml,
    '<testcase classname="nodeward.sshd" name="sshd.permit-root-login" time="0"><failure type="high"',
  );
  assert.match(xml, "where: /etc/ssh/sshd_config:118 |     PermitRootLogin without-password");
  assert.match(xml, '<skipped message="waived by team-x until 2027-01-01: bastion for the graphics team"/>');
  assert.match(xml, '<skipped message="no kubelet on this node"/>');
  assert.match(xml, '<error type="undecided" message="permission denied: /etc/sudoers">');
  assert.is(junit(fleet(2)).match(/<testsuite /g)?.length, 8);
});

test("JUnit: hostile text opens no tag and holds nothing that XML 1.0 forbids", () => {
  const xml = junit([hostile()]);
  assert.not.match(xml, /<(?:script|img)/);
  assert.not.match(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
});

test("Prometheus: HELP and TYPE for all, no timestamps, checks only where they fail", () => {
  const text = prometheus(real);
  const names = new Set(text.match(/^nodeward_\w+/gm));
  for (const name of names) {
    assert.match(text, new RegExp(`^# HELP ${name} \\S`, "m"));
    assert.match(text, new RegExp(`^# TYPE ${name} gauge$`, "m"));
  }
  for (const line of text.trimEnd().split("\n"))
    if (!line.startsWith("#")) assert.match(line, /^nodeward_\w+(?:\{[^}]*\})? [0-9.]+$/);
  assert.match(text, "nodeward_score_ratio 0.212\n");
  assert.match(text, "nodeward_last_run_timestamp_seconds 1795266600\n");
  assert.match(text, 'nodeward_checks{status="error",severity="critical"} 0\n');
  assert.is(text.match(/^nodeward_check_failed\{/gm)?.length, 2);
  assert.match(text, 'nodeward_check_failed{check="sshd.macs",domain="sshd",severity="critical"} 1\n');
  assert.not.match(prometheus(report([])), "nodeward_check_failed");
});

test("Prometheus: hostile text stays inside its label", () => {
  for (const line of prometheus(hostile()).trimEnd().split("\n"))
    assert.match(line, /^(?:#.*|nodeward_\w+(?:\{(?:\w+="(?:[^"\\\n]|\\[\\n"])*",?)*\})? [0-9.]+)$/);
});

test("policy report: an object Kubernetes takes, its results in words of the API", () => {
  const object = JSON.parse(policyreport([real]));
  assert.is(object.apiVersion, "wgpolicyk8s.io/v1alpha2");
  assert.is(object.kind, "ClusterPolicyReport");
  assert.is(object.metadata.name, "nodeward-node-7");
  assert.equal(object.scope, { apiVersion: "v1", kind: "Node", name: "node-7" });
  assert.equal(object.summary, { pass: 3, fail: 2, warn: 0, error: 4, skip: 4 });
  for (const result of object.results) {
    assert.ok(["pass", "fail", "error", "skip"].includes(result.result));
    assert.ok(["critical", "high", "medium", "low"].includes(result.severity));
    assert.equal(result.timestamp, { seconds: 1795266600, nanos: 0 });
    for (const value of Object.values(result.properties)) assert.type(value, "string");
  }
  assert.is(JSON.parse(policyreport(fleet(2))).kind, "List");
});

test("policy report: any host name becomes a name that Kubernetes takes", () => {
  const name = (hostname: string) => {
    const { host } = real;
    return JSON.parse(policyreport([{ ...real, host: { ...host, hostname } }])).metadata.name;
  };
  const form = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
  for (const hostname of ["Node_7.example.COM", "", "-.-", "a..b", "a-.-b", "節点", "x".repeat(400), "x.-y"])
    assert.match(name(hostname), form, hostname);
  assert.match(JSON.parse(policyreport([hostile()])).metadata.name, form);
  assert.is(name("Node_7.example.COM"), "nodeward-node-7.example.com");
});

test.run();
