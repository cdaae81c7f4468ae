// Starting programs: bounded in time, in output and in what they are given. Uses programs every machine has.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Probe, probes, runRow } from "../../../src/host/probes.js";

const environment = {
  now: () => 0,
  killGroup: (group: number) => {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended.
    }
  },
};

function row(program: string, args: readonly string[], more: Partial<Probe> = {}): Probe {
  return { programs: [program], args: () => args, ...more };
}

test("gives output and exit code", async () => {
  assert.equal(await runRow(environment, row("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"]), []), {
    state: "ok",
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("a program that is not there is absent", async () => {
  assert.equal(await runRow(environment, row("/nonexistent/program", []), []), {
    state: "absent",
    reason: "/nonexistent/program is not installed",
  });
});

test("a hanging program is ended with all it started, at its time limit", async () => {
  const started = performance.now();
  const hanging = row("/bin/sh", ["-c", "sleep 61.5 & echo $!; wait"], { timeLimitMs: 300 });
  const result = await runRow(environment, hanging, []);
  assert.equal(result, { state: "failed", reason: "/bin/sh did not finish within 0.3 s" });
  assert.ok(performance.now() - started < 30_000);
  const left = await runRow(
    environment,
    row("/bin/sh", ["-c", "grep -lz '^61.5$' /proc/[0-9]*/cmdline 2>/dev/null; true"]),
    [],
  );
  assert.is(left.state === "ok" ? left.stdout : "", "");
});

test("a program that ended while we were busy was not late", async () => {
  const running = runRow(environment, row("/bin/echo", ["done"], { timeLimitMs: 100 }), []);
  // It is started by now, and nothing of it can be taken meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
  assert.equal(await running, { state: "ok", code: 0, stdout: "done\n", stderr: "" });
});

test("a program that prints without end is ended", async () => {
  const endless = row("/bin/sh", ["-c", "while :; do echo yyyyyyyyyyyyyyyyyyyy; done"], {
    outputLimit: 1000,
  });
  assert.equal(await runRow(environment, endless, []), {
    state: "failed",
    reason: "/bin/sh printed too much",
  });
});

test("a program killed by a signal did not succeed", async () => {
  const result = await runRow(environment, row("/bin/sh", ["-c", "kill -SEGV $$"]), []);
  assert.is(result.state, "failed");
  assert.match(result.state === "failed" ? result.reason : "", "SIGSEGV");
});

test("it gets a fixed environment, no input, and the root as its directory", async () => {
  process.env.LD_NODEWARD_TEST = "leaks";
  const result = await runRow(environment, row("/bin/sh", ["-c", "cat; env; pwd"]), []);
  delete process.env.LD_NODEWARD_TEST;
  const out = result.state === "ok" ? result.stdout : "";
  assert.not.match(out, "LD_NODEWARD_TEST");
  assert.match(out, "LC_ALL=C");
  assert.match(out, /^PATH=\/usr\/sbin:\/usr\/bin:\/sbin:\/bin$/m);
  assert.match(out, /^\/$/m);
});

test("arguments are words, never shell text", async () => {
  const echo: Probe = { programs: ["/bin/echo"], args: (...words) => words };
  const result = await runRow(environment, echo, ["$(id)", "; rm -rf /", "`x`"]);
  assert.is(result.state === "ok" && result.stdout, "$(id) ; rm -rf / `x`\n");
});

test("every program of the table has an absolute path", () => {
  for (const [name, probe] of Object.entries(probes))
    for (const program of probe.programs) assert.match(program, /^\/(?:[\w.-]+\/)+[\w.-]+$/, name);
});

test.run();
