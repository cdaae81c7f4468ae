import { test } from "uvu";
import lint from "../../../../src/checks/seccomp/lint.js";
import unknown from "../../../../src/checks/seccomp/unknown.js";
import { testCheck } from "../../../support/check.js";
import { folder, installed, node, shipped, weak } from "../../../support/seccomp-node.js";

testCheck(unknown, {
  passes: [
    { name: "ours alone", files: installed() },
    { name: "the operator's", files: installed({ [`${folder}/operator/ns/x.json`]: weak }) },
    {
      name: "expected",
      files: installed({ [`${folder}/profiles/x.json`]: weak }),
      params: { expected: ["profiles/*"] },
    },
  ],
  fails: [
    {
      name: "a weak one by the name of ours, elsewhere",
      files: installed({ [`${folder}/x/hardened.json`]: weak }),
      says: "x/hardened.json is declared nowhere",
      at: [`${folder}/x/hardened.json`],
    },
    {
      name: "a stranger",
      files: installed({ [`${folder}/x.json`]: weak }),
      says: "declared nowhere",
      at: [`${folder}/x.json`],
    },
  ],
  errors: [
    {
      name: "a folder that cannot be listed",
      files: installed({ [`${folder}/x`]: { kind: "directory", error: "denied" } }),
    },
  ],
  notApplicable: [{ name: "no kubelet", files: {} }],
});

const x = `${folder}/x.json`;

testCheck(lint, {
  passes: [
    { name: "all shipped", files: installed() },
    { name: "none", files: node() },
    { name: "something else beside them", files: installed({ [`${folder}/README`]: "read me\n" }) },
    { name: "an accepted call", files: installed({ [x]: weak }), params: { allow: ["mount", "bpf"] } },
  ],
  fails: [
    {
      name: "the recording profile by another name",
      files: installed({ [x]: shipped("audit") }),
      says: "refuses no call",
      at: [x],
    },
    { name: "dangerous", files: installed({ [x]: weak }), says: "allows mount" },
    { name: "empty", files: installed({ [x]: "{}" }), says: "no filter at all", at: [x] },
    { name: "no default action", files: installed({ [x]: '{"syscalls":[]}' }), says: "defaultAction" },
    {
      name: "unknown action",
      files: installed({ [x]: '{\n"defaultAction": "SCMP_ACT_DENY"\n}' }),
      says: "SCMP_ACT_DENY",
      at: [`${x}:2`],
    },
    {
      name: "Docker's",
      files: installed({
        [x]: shipped("hardened").replace('"action"', '"includes": {"caps": ["CAP_SYS_ADMIN"]}, "action"'),
      }),
      says: "Docker",
    },
    { name: "hostile", files: installed({ [x]: `{"__proto__": ${"[".repeat(5000)}` }), says: "not JSON" },
    {
      name: "many faults",
      files: installed({
        [x]: `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${Array.from({ length: 20 }, () => '{"names":["read"]}').join(",")}]}`,
      }),
      says: "more faults",
    },
  ],
  errors: [{ name: "unreadable", files: installed({ [x]: { error: "denied" } }) }],
  notApplicable: [{ name: "no kubelet", files: {} }],
});

test.run();
