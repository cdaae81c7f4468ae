// The kubelet's command line, against what spf13/pflag made of the same words; and what hostile words cost.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { goDuration } from "../../../src/formats/component-flags.js";
import { parseKubeletConfig } from "../../../src/formats/kubelet-config.js";
import { parseKubeletFlags } from "../../../src/formats/kubelet-flags.js";

/** Words, and each flag's value as Go prints it; null: the program ends with an error. */
type Row = readonly [words: readonly string[], set: Readonly<Record<string, string>> | null];
const corpus: readonly Row[] = JSON.parse(
  readFileSync(new URL("../../fixtures/go/flags.json", import.meta.url), "utf8"),
);

function flags(words: readonly string[]) {
  const source = { file: "", line: 0, span: { start: 0, end: 0 }, text: "" };
  return parseKubeletFlags(words.map((text) => ({ text, source })));
}

function shown(name: string, value: unknown): string {
  // Go's shortest form of a small fraction is not ours.
  if (name === "streaming-connection-idle-timeout")
    return String(Number((goDuration(String(value)) ?? Number.NaN).toPrecision(9)));
  return Array.isArray(value) ? value.join("|") : String(value);
}

test("400 command lines mean to us what they mean to pflag", () => {
  assert.is(corpus.length, 400);
  for (const [words, set] of corpus) {
    const { byName, stops } = flags(words);
    assert.is(stops.length > 0, set === null, `exits: ${JSON.stringify(words)}`);
    if (set === null) continue;
    const ours = [...byName.values()]
      .filter(({ name }) => name !== "v")
      .map(({ name, value }) => [name, shown(name, value)] as const);
    const theirs = Object.entries(set).map(
      ([name, value]) => [name, name.startsWith("streaming") ? String(Number(value)) : value] as const,
    );
    assert.equal(Object.fromEntries(ours), Object.fromEntries(theirs), JSON.stringify(words));
  }
});

test("hostile words and files end soon", () => {
  const started = performance.now();
  for (const text of [
    "1".repeat(300_000),
    '"'.repeat(100_000),
    ",".repeat(100_000),
    '"a,'.repeat(50_000),
    "_".repeat(100_000),
  ]) {
    flags([
      `--allowed-unsafe-sysctls=${text}`,
      `--streaming-connection-idle-timeout=${text}`,
      `--port=${text}`,
      `--${text}`,
    ]);
    parseKubeletConfig(
      `{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "address": ${JSON.stringify(text)}, "syncFrequency": ${JSON.stringify(text)}}`,
    );
  }
  flags(Array.from({ length: 100_000 }, (_, index) => `--allowed-unsafe-sysctls=${index}`).slice(0, 5000));
  const keys = Array.from({ length: 5000 }, (_, index) => `  key${index}: true`).join("\n");
  parseKubeletConfig(
    `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates:\n${keys}\n`,
  );
  assert.ok(performance.now() - started < 30_000, `${Math.round(performance.now() - started)} ms`);
});

test("names from the node reach no prototype", () => {
  const config = parseKubeletConfig(
    '{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "__proto__": {"readOnlyPort": 1}, "featureGates": {"__proto__": true}}',
  );
  assert.is(config.fields.has("readOnlyPort"), false);
  assert.is(flags(["--__proto__=1"]).stops.length, 1);
});

test.run();
