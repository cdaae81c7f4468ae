// Does lint agree with runc and crun on which profiles start a container? A corpus of right and wrong ones to all three.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Target } from "../../src/confine/finding.js";
import { lint, stopsRuntime } from "../../src/confine/lint.js";
import { type LowRuntime, lowRuntimes } from "../../src/confine/runtime-base.js";
import { parseSeccomp } from "../../src/formats/seccomp.js";
import { parseSyscallTable } from "../../src/formats/syscall-table.js";
import { ContainerBed, cannotRun } from "../support/container-bed.js";
import { corpus } from "../support/seccomp-corpus.js";
import { asContainerd } from "../support/seccomp-go.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));

/** Whether somebody listens is the node's matter, not the profile's: lint warns. */
const byTheNode = ["notify listener missing"];

const bed = new ContainerBed();
test.after(() => bed.end());

function targetFor(name: LowRuntime): Target {
  return {
    architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
    kernel: undefined,
    libseccomp: bed.libseccomp(),
    engine: "containerd",
    engineVersion: undefined,
    low: [{ name, version: name === "runc" ? bed.version("runc") : undefined }],
    noNewPrivileges: false,
  };
}

/** What crun is given has been through containerd: texts that containerd refuses never reach it. */
function given(runtime: LowRuntime, text: string): string | undefined {
  if (runtime === "runc") return text;
  const parsed = parseSeccomp(text);
  if (parsed.state === "error" || parsed.faults.some(({ refused }) => refused)) return undefined;
  if (["null", "empty"].includes(parsed.shape)) return undefined;
  return asContainerd(parsed.profile);
}

for (const runtime of lowRuntimes) {
  const reason = cannotRun(bed, runtime);
  if (reason !== undefined) console.log(`SKIPPED seccomp-lint: ${reason}`);
  else
    test(`${runtime} starts what lint says it starts`, () => {
      const differ: string[] = [];
      for (const { name, text } of corpus) {
        const profile = given(runtime, text);
        if (profile === undefined || byTheNode.includes(name)) continue;
        const ran = bed.run(runtime, { profile }, 5);
        const stops = stopsRuntime(lint(parseSeccomp(text), targetFor(runtime), table), runtime);
        // The trial program may fail under a filter that the runtime itself gets through: that is no start that failed.
        const started = ran.out === "started\n";
        if (started === stops)
          differ.push(`${name}: ${started ? "starts" : `does not start (${ran.err.trim().slice(-160)})`}`);
      }
      assert.equal(differ, []);
    });
}

test.run();
