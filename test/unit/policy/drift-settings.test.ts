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
    settings: { intervalMs: 3_600_000, notify: [{ kind: "journald" }], autofix: "off" },
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
      "    - syslog",
      "    - syslog: {server: logs.example, caFile: /etc/ssl/logs.pem}",
      "    - syslog: {server: '[::1]:5514', transport: udp}",
      "    - mail: {to: root}",
      "    - mail: {to: [ops@example.org, a+b@c.d], from: n1@example.org, program: /usr/bin/msmtp, every: 1d}",
      "    - kubernetes",
      "    - kubernetes: {server: 'https://10.96.0.1/', node: n1, events: off, condition: off, failOn: high}",
      "  metrics: {listen: 127.0.0.1}",
      "  autofix: reload",
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
        { kind: "syslog", server: undefined },
        {
          kind: "syslog",
          server: { host: "logs.example", port: 6514, transport: "tls", caFile: "/etc/ssl/logs.pem" },
        },
        { kind: "syslog", server: { host: "::1", port: 5514, transport: "udp", caFile: undefined } },
        { kind: "mail", to: ["root"], from: undefined, program: "/usr/sbin/sendmail", everyMs: 0 },
        {
          kind: "mail",
          to: ["ops@example.org", "a+b@c.d"],
          from: "n1@example.org",
          program: "/usr/bin/msmtp",
          everyMs: 86_400_000,
        },
        {
          kind: "kubernetes",
          login: { kubeconfig: undefined },
          node: undefined,
          events: true,
          condition: "NodewardCompliant",
          failOn: "low",
        },
        {
          kind: "kubernetes",
          login: {
            server: "https://10.96.0.1",
            caFile: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
            tokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
          },
          node: "n1",
          events: false,
          condition: undefined,
          failOn: "high",
        },
      ],
      autofix: "reload",
      metrics: { host: "127.0.0.1", port: 9911 },
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
    ["drift: {notify: [syslogd]}", /did you mean "syslog"/],
    ["drift: {notify: [{syslog: {}}]}", /syslog takes a server \(host:port\), or no settings/],
    ["drift: {notify: [{syslog: {server: 'a b'}}]}", /such as logs\.example:6514/],
    ["drift: {notify: [{syslog: {server: 'a:99999', transport: udp}}]}", /such as logs\.example:514/],
    [
      "drift: {notify: [{syslog: {server: a, transport: tpc}}]}",
      /one of udp, tcp, tls \(did you mean "tcp"\?\)/,
    ],
    [
      "drift: {notify: [{syslog: {server: a, transport: tcp, caFile: /x}}]}",
      /over tls; the transport is tcp/,
    ],
    ["drift: {notify: [mail]}", /mail takes a map/],
    ["drift: {notify: [{mail: {}}]}", /mail takes an address/],
    ["drift: {notify: [{mail: {to: []}}]}", /mail takes an address/],
    ["drift: {notify: [{mail: {to: '-oQ/tmp'}}]}", /is no address/],
    ['drift: {notify: [{mail: {to: "a@b\\nBcc: c@d"}}]}', /is no address/],
    ["drift: {notify: [{mail: {to: a@b, from: 'x y'}}]}", /is no address/],
    ["drift: {notify: [{mail: {to: a@b, every: 1w}}]}", /every takes a time/],
    ["drift: {notify: [{mail: {to: a@b, program: sendmail}}]}", /program takes an absolute path/],
    ["drift: {notify: [{kubernetes: {condition: Ready}}]}", /Ready is a condition of Kubernetes itself/],
    ["drift: {notify: [{kubernetes: {condition: x}}]}", /such as NodewardCompliant, or off/],
    ["drift: {notify: [{kubernetes: {server: 'http://a'}}]}", /server takes https/],
    ["drift: {notify: [{kubernetes: {server: 'https://a', kubeconfig: /x}}]}", /not both/],
    ["drift: {notify: [{kubernetes: {tokenFile: /x}}]}", /belong to a server/],
    ["drift: {notify: [{kubernetes: {failOn: hihg}}]}", /did you mean "high"/],
    ["drift: {notify: [{kubernetes: {event: on}}]}", /did you mean "events"/],
    ["drift: {metrics: {listen: '0.0.0.0:9911'}}", /listen takes an address of loopback/],
    ["drift: {metrics: {listen: 'localhost:9911'}}", /listen takes an address of loopback/],
    ["drift: {metrics: {socket: run/x}}", /socket takes an absolute path/],
    [`drift: {metrics: {socket: /${"x".repeat(107)}}}`, /at most 107 bytes/],
    ["drift: {metrics: {listen: '[::1]:1', socket: /x}}", /not both/],
    ["drift: {metrics: {}}", /takes listen: an address, or socket: a path/],
  ];
  for (const [text, expected] of cases) assert.match(problems(text).join("\n"), expected, text);
});

test("autofix takes a risk or off, and off is the word without quotes too", () => {
  for (const [text, autofix] of Object.entries({ off: "off", none: "none", restart: "restart" })) {
    const found = read(`drift: {autofix: ${text}}\n`);
    assert.is(found.state === "ok" ? found.settings.autofix : found.state, autofix);
  }
  assert.match(problems("drift: {autofix: relod}\n").join(), 'did you mean "reload"?');
});

test.run();
