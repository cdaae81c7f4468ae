// The stand-in kubelet of test/e2e and nodeward read the same words, file and drop-ins: two readings of one rule, compared.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { at, settingsOf } from "../e2e/nodes/kubelet-settings.js";
import { head, installed, kubeletOf, ownUnit, surroundings } from "../support/kubelet.js";

const paths = [
  "authentication.anonymous.enabled",
  "authentication.webhook.enabled",
  "authorization.mode",
  "readOnlyPort",
  "seccompDefault",
  "podPidsLimit",
];

const boolean = fc.constantFrom("true", "false");
const mode = fc.constantFrom("Webhook", "AlwaysAllow");
const line = fc.oneof(
  boolean.map((value) => `authentication:\n  anonymous:\n    enabled: ${value}\n`),
  boolean.map((value) => `authentication: {webhook: {enabled: ${value}}}\n`),
  mode.map((value) => `authorization: {mode: ${value}}\n`),
  fc.constantFrom(
    "readOnlyPort: 10255\n",
    "readOnlyPort: 0x280F\n",
    "readOnlyPort: null\n",
    "podPidsLimit: 100\n",
  ),
  boolean.map((value) => `seccompDefault: ${value}\n`),
);
/** Every key once: a repeated one is an error in a drop-in. */
const text = fc
  .uniqueArray(line, { maxLength: 3, selector: (one) => one.split(":")[0] })
  .map((all) => head + all.join(""));
const flag = fc.oneof(
  boolean.map((value) => `--anonymous-auth=${value}`),
  boolean.map((value) => `--authentication-token-webhook=${value}`),
  mode.map((value) => `--authorization-mode=${value}`),
  fc.constantFrom("--read-only-port=10255", "--read_only_port=0", "--read-only-port 7", "--anonymous-auth"),
  fc.constantFrom("--seccomp-default", "--seccomp-default=false", "--pod-max-pids=5"),
);
const start = fc.record({
  file: fc.option(text, { nil: undefined }),
  dropIns: fc.option(
    fc.uniqueArray(fc.tuple(fc.constantFrom("10.conf", "a/20.conf", "b.conf", "z.txt"), text), {
      maxLength: 3,
      selector: ([name]) => name,
    }),
    { nil: undefined },
  ),
  flags: fc.array(flag, { maxLength: 4 }),
});

test("both come to the same settings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-kubelet-"));
  const [config, dropIns] = [join(folder, "config.yaml"), join(folder, "conf.d")];
  try {
    await fc.assert(
      fc.asyncProperty(start, async (given) => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(join(dropIns, "a"), { recursive: true });
        const files = new Map<string, string>();
        if (given.file !== undefined) files.set(config, given.file);
        for (const [name, body] of given.dropIns ?? []) files.set(join(dropIns, name), body);
        for (const [path, body] of files) writeFileSync(path, body);
        const words = [
          "--kubeconfig=/etc/kubernetes/kubelet.conf",
          ...(given.file === undefined ? [] : [`--config=${config}`]),
          ...(given.dropIns === undefined ? [] : [`--config-dir=${dropIns}`]),
          ...given.flags.flatMap((one) => one.split(" ")),
        ];
        const { tree } = settingsOf(words);
        const ours = await kubeletOf({
          ...surroundings,
          ...installed("1.36.2-1.1"),
          ...Object.fromEntries(files),
          [`${dropIns}/a`]: { kind: "directory" },
          [ownUnit]: `[Service]\nExecStart=/usr/bin/kubelet ${words.join(" ")}\n`,
        });
        const [first] = ours.views;
        const theirs = paths.map((path) => `${path} ${at(tree, path) ?? "unset"}`);
        const found = paths.map((path) => {
          const { value } = first?.view.setting(path) ?? {};
          const unset =
            (path === "podPidsLimit" && value === -1n) || (path === "seccompDefault" && value === false);
          return `${path} ${unset && at(tree, path) === undefined ? "unset" : value}`;
        });
        assert.equal(found, theirs, JSON.stringify(given));
      }),
      { numRuns: 150 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
