import { test } from "uvu";
import * as assert from "uvu/assert";
import { parsePolicy } from "../../../src/policy/document.js";
import { driftSettings } from "../../../src/policy/drift-settings.js";

function read(...texts: readonly string[]) {
  const documents = texts.map((text, index) => {
    const parsed = parsePolicy(`/etc/nodeward/${index}.yaml`, text);
    if (parsed.state === "error") throw new Error(JSON.stringify(parsed.problems));
    return parsed.document;
  });
  return driftSettings({ documents, name: "x" });
}

function problems(text: string): readonly string[] {
  const found = read(text);
  return found.state === "ok"
    ? []
    : found.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test("without a section: every hour, to the journal", () => {
  assert.equal(read("checks: {}\n"), {
    state: "ok",
    settings: { intervalMs: 3_600_000, notify: [{ kind: "journald" }] },
  });
});

test("every channel, and the last document wins", () => {
  const found = read(
    "drift: {interval: 30m, notify: [journald]}\n",
    [
      "drift:",
      "  notify:",
      "    - prometheus",
      "    - prometheus: {file: /x/y.prom}",
      "    - webhook: {url: 'https://hook.example/a', secretFile: /etc/nodeward/key}",
      "    - webhook: {url: 'http://127.0.0.1:9000/'}",
      "    - command: {program: /usr/local/bin/page, args: [-v, ops]}",
      "",
    ].join("\n"),
  );
  assert.equal(found, {
    state: "ok",
    settings: {
      intervalMs: 1_800_000,
      notify: [
        { kind: "prometheus", file: "/var/lib/prometheus/node-exporter/nodeward.prom" },
        { kind: "prometheus", file: "/x/y.prom" },
        { kind: "webhook", url: "https://hook.example/a", secretFile: "/etc/nodeward/key" },
        { kind: "webhook", url: "http://127.0.0.1:9000/", secretFile: undefined },
        { kind: "command", program: "/usr/local/bin/page", args: ["-v", "ops"] },
      ],
    },
  });
});

test("what is wrong is named with its place", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      "drift: {intervall: 1h}",
      /^1:9 unknown key intervall in drift, did you mean interval|^1:9 unknown key intervall/,
    ],
    ["drift: {interval: 5}", /interval takes a time such as 30m/],
    ["drift: {interval: 1s}", /from 1m to 7d/],
    ["drift: {notify: journald}", /notify takes a list/],
    ["drift: {notify: [jornald]}", /takes a list of journald, prometheus, webhook, command.*journald/],
    ["drift: {notify: [webhook]}", /webhook takes a map of its settings/],
    ["drift: {notify: [{webhook: {url: 'http://hook.example/'}}]}", /url takes https/],
    ["drift: {notify: [{webhook: {url: 'https://u:p@hook.example/'}}]}", /without a user name/],
    ["drift: {notify: [{webhook: {url: 'https://h/', key: x}}]}", /unknown key key in a webhook/],
    ["drift: {notify: [{command: {program: page}}]}", /program takes an absolute path/],
    ["drift: {notify: [{command: {program: /x, args: -v}}]}", /args takes a list/],
    ["drift: {notify: [{prometheus: {file: /x/y.txt}}]}", /ends in .prom/],
    ["drift: [journald]", /drift takes a map/],
  ];
  for (const [text, expected] of cases) assert.match(problems(text).join("\n"), expected, text);
});

test.run();
