// Does a trial start a container, end it in time, and leave nothing behind? The real runc in a temporary bundle.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { trialConfig } from "../../src/confine/trial-config.js";
import { trialProgram } from "../../src/confine/trial-program.js";
import { liveTrials, type TrialResult } from "../../src/host/trial.js";
import { ContainerBed, cannotRun } from "../support/container-bed.js";

const bed = new ContainerBed();
const reason = cannotRun(bed, "runc");
bed.end();

const trial = liveTrials({
  now: () => 0,
  killGroup: (group) => {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  },
});

let count = 0;

async function tried(profile: string, words: readonly string[] = [], limitMs = 20_000): Promise<TrialResult> {
  const id = `nodeward-oracle-${process.pid}-${count++}`;
  const [file, ...rest] = words;
  const name = file === undefined ? "trial" : "busybox";
  const config = trialConfig({
    profile,
    args: [`/${name}`, ...rest],
    noNewPrivileges: false,
    mounts: [],
    cgroup: `/${id}`,
    ownNetwork: true,
  });
  const program = file ?? trialProgram(process.arch === "arm64" ? "aarch64" : "x86_64");
  const result = await trial({ runtime: "runc", config, program, name, id, limitMs });
  const groups = readdirSync("/sys/fs/cgroup").map((folder) => `/sys/fs/cgroup/${folder}/${id}`);
  assert.equal(
    [`/sys/fs/cgroup/${id}`, ...groups].filter((folder) => existsSync(folder)),
    [],
  );
  assert.equal(
    readdirSync("/var/lib").filter((one) => one.startsWith("nodeward-trial-")),
    [],
  );
  return result;
}

const shipped = (name: string) => readFileSync(`seccomp/${name}.json`, "utf8");

if (reason !== undefined) console.log(`SKIPPED seccomp-try: ${reason}`);
else {
  test("the program of our own starts under a sound profile, and not under one that refuses all", async () => {
    const good = await tried(shipped("hardened"));
    assert.equal(good.state === "ended" && [good.code, good.stdout], [0, "started\n"]);
    const bad = await tried(shipped("violation"));
    assert.ok(bad.state === "ended" && bad.stdout === "" && bad.code !== 0);
  });

  test("a runc that hangs under a filter is ended with all its threads", async () => {
    const hangs = await tried('{"defaultAction":"SCMP_ACT_KILL"}', [], 3000);
    assert.is(hangs.state, "late");
  });

  test("a static program goes by its own name, and is ended in time", async () => {
    if (!existsSync("/usr/bin/busybox")) {
      console.log("SKIPPED seccomp-try: /usr/bin/busybox is not installed");
      return;
    }
    const echo = await tried(shipped("fine-grained"), ["/usr/bin/busybox", "echo", "hello"]);
    assert.equal(echo.state === "ended" && [echo.code, echo.stdout], [0, "hello\n"]);
    const sleeps = await tried(shipped("fine-grained"), ["/usr/bin/busybox", "sleep", "60"], 3000);
    assert.is(sleeps.state, "late");
  });
}

test.run();
