import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Json } from "../../../src/formats/oci-config.js";
import { parseSeccomp } from "../../../src/formats/seccomp.js";
import { canonicalConfig, canonicalProfile } from "../../../src/formats/seccomp-canonical.js";
import type { SeccompProfile } from "../../../src/formats/seccomp-profile.js";
import { architectureOf, parseSyscallTable } from "../../../src/formats/syscall-table.js";
import { corpus } from "../../support/seccomp-corpus.js";
import { shipped, shippedNames } from "../../support/seccomp-node.js";

function profile(text: string): SeccompProfile {
  const parsed = parseSeccomp(text);
  if (parsed.state === "error") throw new Error(parsed.message);
  return parsed.profile;
}

function faults(text: string): readonly string[] {
  const parsed = parseSeccomp(text);
  if (parsed.state === "error") return [parsed.message];
  return parsed.faults.map(({ line, message, refused }) => `${line}${refused ? "!" : ""} ${message}`);
}

test("reads a profile with its lines and every digit of its numbers", () => {
  const text = `{
  "defaultAction": "SCMP_ACT_ERRNO",
  "syscalls": [
    {"names": ["read", "write"],
     "action": "SCMP_ACT_ALLOW",
     "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 9007199254740993, "op": "SCMP_CMP_MASKED_EQ"}]}
  ]
}`;
  const { defaultAction, rules } = profile(text);
  assert.equal([defaultAction?.value, defaultAction?.line], ["SCMP_ACT_ERRNO", 2]);
  assert.equal(
    rules[0]?.names.map(({ value, line }) => `${line} ${value}`),
    ["4 read", "4 write"],
  );
  assert.is(rules[0]?.args[0]?.value, 18446744073709551615n);
  assert.is(rules[0]?.args[0]?.valueTwo, 9007199254740993n);
  const span = rules[0]?.names[1]?.span;
  assert.is(text.slice(span?.start, span?.end), '"write"');
});

test("finds fields as Go does: in any case, the last one counting, and says so", () => {
  assert.is(profile('{"DefaultACTION":"SCMP_ACT_LOG"}').defaultAction?.value, "SCMP_ACT_LOG");
  assert.is(
    profile('{"defaultAction":"SCMP_ACT_KILL","defaultaction":"SCMP_ACT_LOG"}').defaultAction?.value,
    "SCMP_ACT_LOG",
  );
  assert.equal(faults('{"defaultAction":"a",\n"defaultAction":"b"}'), [
    '2 "defaultAction" is given twice in a seccomp profile: the last one counts',
  ]);
});

test("tells what the decoder refuses from what it drops", () => {
  assert.match(
    faults('{"defaultActoin":"x","syscalls":[]}')[0] ?? "",
    /1 "defaultActoin" is no key .*did you mean "defaultAction"/,
  );
  assert.equal(faults('{"defaultAction":1}'), ["1! defaultAction is not a text"]);
  assert.equal(faults('{"syscalls":{}}'), ["1! syscalls is not a list"]);
  for (const value of ["-1", "1.5", "1e2", "18446744073709551616", '"1"'])
    assert.equal(faults(`{"syscalls":[{"args":[{"value":${value}}]}]}`), [
      "1! value is not a whole number from 0 to 2^64-1",
    ]);
  assert.equal(faults('{"syscalls":[{"names":null,"args":null,"errnoRet":null}]}'), []);
});

test("reads Docker's keys and names them", () => {
  const { rules, archMap, dockerKeys } = profile(
    '{"defaultAction":"a","archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],"syscalls":[{"name":"read","includes":{"caps":["CAP_BPF"],"arches":["amd64"],"minKernel":"4.8"},"excludes":{}}]}',
  );
  assert.equal(archMap, [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }]);
  assert.equal(rules[0]?.includes, { capabilities: ["CAP_BPF"], architectures: ["amd64"], minKernel: "4.8" });
  assert.is(rules[0]?.excludes, undefined);
  assert.is(rules[0]?.oldName?.value, "read");
  assert.equal(
    dockerKeys.map(({ value }) => value),
    ["archMap", "name", "includes"],
  );
});

test("tells what is no profile", () => {
  const shape = (text: string) => {
    const parsed = parseSeccomp(text);
    return parsed.state === "ok" ? parsed.shape : parsed.message;
  };
  assert.is(shape("null"), "null");
  assert.is(shape("{}"), "empty");
  assert.is(shape('{"ociVersion":"1.0.2","linux":{"seccomp":{}}}'), "container-configuration");
  assert.is(shape('{"apiVersion":"v1","kind":"Pod"}'), "kubernetes-object");
  assert.is(shape('{"foo":1}'), "profile");
  assert.is(shape("[]"), "is not a JSON object");
  assert.match(shape("\ufeff{}"), /byte order mark/);
  assert.match(shape('{"defaultAction":"x",}'), /is not JSON/);
  assert.match(shape("//x\n{}"), /is not JSON/);
});

test("takes anything without throwing, and in bounded time", () => {
  const hostile = [
    "",
    "\0",
    "[".repeat(100_000),
    `{"__proto__":{"defaultAction":"x"},"constructor":1}`,
    `{"defaultAction":"x"}${" ".repeat(1_000_000)}`,
    `{"syscalls":[${'{"names":["read"]},'.repeat(20_000)}{}]}`,
    "\ufffd\ud800",
  ];
  for (const text of hostile) parseSeccomp(text);
  fc.assert(
    fc.property(fc.string(), (text) => typeof parseSeccomp(text).state === "string"),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => typeof parseSeccomp(JSON.stringify(value)).state === "string"),
    { numRuns: 300 },
  );
});

test("recognises the filter of a container by the file it came from", () => {
  for (const name of shippedNames) {
    const text = shipped(name);
    const config = Json.parse(JSON.stringify({ linux: { seccomp: JSON.parse(text) } }));
    if (config.state !== "ok") throw new Error(config.message);
    assert.is(canonicalConfig(config.value.get("linux", "seccomp")), canonicalProfile(profile(text)));
  }
  const texts = corpus.map(({ text }) => parseSeccomp(text)).filter(({ state }) => state === "ok");
  assert.ok(texts.length > 40);
});

test("reads the table of system calls both ways", () => {
  const table = parseSyscallTable("# x\nname x86_64 arm\nread 0 3\nset_tls - 983045\n");
  assert.is(table.number("read", "x86_64"), 0);
  assert.is(table.number("set_tls", "x86_64"), undefined);
  assert.is(table.name(983045, "arm"), "set_tls");
  assert.equal(table.of("x86_64"), ["read"]);
  assert.not.ok(table.has("__proto__"));
  assert.equal(parseSyscallTable("").names, []);
  assert.is(architectureOf("SCMP_ARCH_PPC64LE"), "ppc64le");
});

test.run();
