// The kubelet's file as it decodes it: YAML 1.1 or strict JSON, what is only logged, what stops it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { config, configured, effective, head, kubeletOf, started } from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const port = "readOnlyPort";
const json = (fields: string) =>
  `{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"${fields}}`;

function file(text: string): MemoryFiles {
  return { ...configured(""), [config]: text };
}

const read: readonly (readonly [name: string, files: MemoryFiles, path: string, expected: string])[] = [
  ...["yes", "on", "y", "True"].map(
    (word) =>
      [
        `${word} is true`,
        configured(`authentication: {anonymous: {enabled: ${word}}}\n`),
        anonymous,
        `true @ ${config}:3`,
      ] as const,
  ),
  ...["no", "off", "N", "FALSE"].map(
    (word) =>
      [
        `${word} is false`,
        configured(`authentication: {anonymous: {enabled: ${word}}}\n`),
        anonymous,
        `false @ ${config}:3`,
      ] as const,
  ),
  ["010 is 8", configured("readOnlyPort: 010\n"), port, `8 @ ${config}:3`],
  ["0x280F is 10255", configured("readOnlyPort: 0x280F\n"), port, `10255 @ ${config}:3`],
  ["1_000 is 1000", configured("readOnlyPort: 1_000\n"), port, `1000 @ ${config}:3`],
  ["1.0 is 1", configured("readOnlyPort: 1.0\n"), port, `1 @ ${config}:3`],
  ["~ is absent", configured("readOnlyPort: ~\n"), port, `0 @ ${config}`],
  ["an object without a value is absent", configured("authentication:\n"), anonymous, `false @ ${config}`],
  [
    "an empty mode is Webhook",
    configured('authorization: {mode: ""}\n'),
    "authorization.mode",
    `Webhook @ ${config}:3`,
  ],
  ["only the first document", configured("readOnlyPort: 1\n---\nreadOnlyPort: 2\n"), port, `1 @ ${config}:3`],
  [
    "anchors and merge keys",
    configured("x: &a {anonymous: {enabled: true}}\nauthentication:\n  <<: *a\n"),
    anonymous,
    `true @ ${config}:3`,
  ],
  ["byte order mark", file(`\ufeff${head}readOnlyPort: 1\n`), port, `1 @ ${config}:3`],
  ["CRLF", file(`${head}readOnlyPort: 1\n`.replaceAll("\n", "\r\n")), port, `1 @ ${config}:3`],
  ["a document marker first", file(`---\n${head}readOnlyPort: 1\n`), port, `1 @ ${config}:4`],
  ["an unknown key is logged", configured("readonlyport: 10255\n"), port, `0 @ ${config}`],
  [
    "a dot is no way into an object",
    configured("authentication.anonymous.enabled: true\n"),
    anonymous,
    `false @ ${config}`,
  ],
  ["names are case-sensitive", configured("ReadOnlyPort: 10255\n"), port, `0 @ ${config}`],
  ["of repeated keys the last", configured("readOnlyPort: 1\nreadOnlyPort: 2\n"), port, `2 @ ${config}:4`],
  [
    "a repeated object replaces the first",
    configured("authentication: {anonymous: {enabled: true}}\nauthentication: {}\n"),
    anonymous,
    `false @ ${config}`,
  ],
  ["JSON", file(json(', "readOnlyPort": 1')), port, `1 @ ${config}:1`],
  ["JSON on several lines with tabs", file(json(',\n\t"readOnlyPort": 1\n')), port, `1 @ ${config}:2`],
  [
    "a repeated object in JSON adds to the first",
    file(json(', "authentication": {"anonymous": {"enabled": true}}, "authentication": {}')),
    anonymous,
    `true @ ${config}:1`,
  ],
  [
    "keys that objects have",
    configured("__proto__: {readOnlyPort: 1}\nconstructor: 1\n"),
    port,
    `0 @ ${config}`,
  ],
  [
    "a path is relative to the file",
    configured("staticPodPath: manifests\n"),
    "staticPodPath",
    `/var/lib/kubelet/manifests @ ${config}:3`,
  ],
];
for (const [name, files, path, expected] of read)
  test(`file: ${name}`, async () => assert.equal(await effective(files, path), [expected]));

const stops: readonly (readonly [name: string, files: MemoryFiles, says: RegExp])[] = [
  [
    "missing",
    { ...started(`--config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf`) },
    /config\.yaml does not exist/,
  ],
  ["empty", file(""), /is empty/],
  ["only comments", file("# nothing\n"), /is empty/],
  ["a folder", { ...configured(""), [config]: { kind: "directory" } }, /is a directory/],
  ["tabs", configured("authentication:\n\tanonymous: {}\n"), /config\.yaml:4/],
  [
    "a wrong type",
    configured('readOnlyPort: "0"\n'),
    /:3: readOnlyPort takes a whole number of 32 bits, not "0"/,
  ],
  ["a number for a text", configured("clusterDomain: 10\n"), /clusterDomain takes a text/],
  ["a truth for a text", configured("address: on\n"), /address takes a text, not "on"/],
  ["a number for a duration", configured("streamingConnectionIdleTimeout: 0\n"), /takes a duration/],
  ["a list for a map", configured("authentication: [anonymous]\n"), /authentication takes a map, not a list/],
  [
    "a text for a list",
    configured("tlsCipherSuites: TLS_AES_128_GCM_SHA256\n"),
    /tlsCipherSuites takes a list of texts/,
  ],
  ["numbers in a list of texts", configured("clusterDNS: [10]\n"), /clusterDNS takes a list/],
  ["a number beyond 32 bits", configured("maxPods: 4294967296\n"), /maxPods takes a whole number/],
  ["a broken number", configured("maxPods: 1.5\n"), /maxPods takes a whole number/],
  [
    "an unknown apiVersion",
    file("apiVersion: kubelet.config.k8s.io/v1\nkind: KubeletConfiguration\n"),
    /is kubelet\.config\.k8s\.io\/v1 KubeletConfiguration, not/,
  ],
  ["no apiVersion", file("kind: KubeletConfiguration\n"), /apiVersion is missing/],
  ["no kind", file("apiVersion: kubelet.config.k8s.io/v1beta1\n"), /kind is missing/],
  ["another kind", file("apiVersion: v1\nkind: Config\n"), /is v1 Config, not/],
  ["an empty first document", file(`---\n---\n${head}`), /is empty/],
  ["a list", file("- a\n"), /is not a map/],
  ["JSON with a comma too many", file(json(",")), /config\.yaml:1/],
  ["JSON with a comment", file(`${json("")} // x`), /something follows/],
  [
    "JSON with YAML's truths",
    file(json(', "authentication": {"anonymous": {"enabled": no}}')),
    /a value is missing/,
  ],
  [
    "JSON with a float for a whole number",
    file(json(', "readOnlyPort": 0.0')),
    /readOnlyPort takes a whole number/,
  ],
  ["infinity", configured("memoryThrottlingFactor: .inf\n"), /is no JSON value/],
  [
    "not UTF-8",
    { ...configured(""), [config]: { bytes: Buffer.from(`${head}# \xff\n`, "latin1") } },
    /is not valid UTF-8/,
  ],
];
for (const [name, files, says] of stops)
  test(`file, exits: ${name}`, async () => {
    const [only] = await effective(files, anonymous);
    assert.match(only ?? "", /^stops: /);
    assert.match(only ?? "", says);
  });

test("file: what is only logged is told", async () => {
  const { views } = await kubeletOf(
    configured("readonlyPort: 10255\nmaxPods: 1\nmaxPods: 2\nauthentication: {anonymus: {}}\n"),
  );
  assert.equal(
    views[0]?.view.input.sources.faults.map(({ message }) => message),
    [
      `${config}:5: "maxPods" is given twice`,
      `${config}:3: unknown field "readonlyPort" (did you mean "readOnlyPort"?)`,
      `${config}:6: unknown field "authentication.anonymus" (did you mean "anonymous"?)`,
    ],
  );
});

test("file: unreadable, or beyond our bounds, is not decided", async () => {
  const denied = await effective({ ...configured(""), [config]: { error: "denied" } }, anonymous);
  assert.match(denied[0] ?? "", /^unread: permission denied/);
  const huge = await effective(file(`${head}# ${"x".repeat(300_000)}\n`), anonymous);
  assert.match(huge[0] ?? "", /^unread: .*larger than/);
  const bomb = `a: &a [x]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${`*${i === 0 ? "a" : `b${i - 1}`}, `.repeat(9)}x]`).join("\n")}\n`;
  assert.match((await effective(configured(bomb), anonymous))[0] ?? "", /^unread: .*too many values/);
  const fifo = await effective({ ...configured(""), [config]: { kind: "fifo" } }, anonymous);
  assert.match(fifo[0] ?? "", /^unread: /);
});

test.run();
