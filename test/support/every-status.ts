// A run of the engine over checks made for it, in which every status comes up, and an exception in a check.
import { defineCheck } from "../../src/checks/define.js";
import { notApplicable, undecided, type Verdict } from "../../src/core/outcome.js";
import type { Report } from "../../src/core/report.js";
import { audit } from "../../src/engine/audit.js";
import { memoryHost } from "../../src/host/memory.js";
import { referencesOf } from "../../src/policy/references.js";
import type { Selected } from "../../src/policy/select.js";
import { passing } from "./synthetic.js";

const evidence = [{ file: "/etc/x", line: 3, span: { start: 0, end: 1 }, text: "PASSWORD=hunter2hunter2" }];
const failing: Verdict = {
  expected: "a",
  actual: "b",
  evidence,
  problems: [{ message: "it is b" }],
  notes: ["so"],
};

export async function everyStatus(): Promise<Report> {
  const verdicts: Readonly<Record<string, Verdict>> = {
    pass: passing,
    fail: failing,
    waived: failing,
    expired: failing,
    error: undecided("permission denied: /etc/x", evidence),
    unknown: { ...failing, problems: [], unknowns: ["permission denied: /etc/y"] },
    absent: notApplicable("no x on this node"),
  };
  const make = (name: string, evaluate: () => Verdict): Selected => ({
    check: defineCheck({
      id: `made.${name}`,
      title: `${name} holds`,
      why: "Because.",
      remedy: "Put it right.",
      severity: "high",
      risk: "reload",
      fixable: true,
      tags: ["made-up"],
      needs: ["platform"],
      params: {},
      evaluate,
    }),
    params: {},
    ...(name === "waived" ? { waiver: { reason: "r", owner: "o", expires: "2026-11-21" } } : {}),
    ...(name === "expired" ? { waiver: { reason: "r", owner: "o", expires: "2026-11-20" } } : {}),
  });
  const selected = [
    ...Object.entries(verdicts).map(([name, verdict]) => make(name, () => verdict)),
    make("throws", () => {
      throw new Error("a bug");
    }),
  ];
  return await audit({
    host: memoryHost({
      "/etc/os-release": 'ID=debian\nPRETTY_NAME="Debian \u001b[31m12"\n',
      "/etc/hostname": "n1\n",
    }),
    selected,
    references: referencesOf([
      {
        name: "cis-x",
        title: "X",
        version: "1",
        items: new Map([["1.2.3", ["made.fail"]]]),
        excluded: new Map(),
      },
    ]),
    profile: "baseline",
    version: "1.0.0",
    runId: "20261121T131000Z-9f2c41",
    clock: () => Date.UTC(2026, 10, 21, 13, 10),
  });
}
