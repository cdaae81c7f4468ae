import { test } from "uvu";
import * as assert from "uvu/assert";
import type { TrialRequest, TrialResult } from "../../../src/host/trial.js";
import { runIn } from "../../support/context.js";
import { folder, installed, node, ours, shipped, weak } from "../../support/seccomp-node.js";

const files = {
  ...installed(),
  "/made/weak.json": weak,
  "/made/broken.json": "{",
  "/made/deny.json": '{"defaultAction":"SCMP_ACT_ALLOW"}',
};

test("list names the shipped profiles and the site's own, with what each is for", async () => {
  const { code, out } = await runIn(["seccomp", "list"], {
    files: { "/etc/nodeward/seccomp/web.json": "{}" },
  });
  assert.is(code, 0);
  assert.match(out, /hardened +shipped +An allow list/);
  assert.match(out, /web +\/etc\/nodeward\/seccomp\/web\.json/);
  const json = JSON.parse((await runIn(["seccomp", "list", "--format", "json"])).out);
  assert.is(json.profiles.length, 5);
});

test("status: all in place, one changed, one missing, one of nobody", async () => {
  const clean = await runIn(["seccomp", "status"], { files });
  assert.is(clean.code, 0, clean.out + clean.err);
  assert.match(clean.out, /5 profiles, all installed/);
  const changed = await runIn(["seccomp", "status"], {
    files: { ...files, [`${ours}/hardened.json`]: weak, [`${folder}/x.json`]: weak },
  });
  assert.is(changed.code, 1);
  assert.match(changed.out, /CHANGED[\s\S]*it lets through bpf, mount/);
  assert.match(changed.out, /x\.json +UNDECLARED/);
  const none = await runIn(["seccomp", "status", "--quiet"], { files: node() });
  assert.equal([none.code, none.out], [1, "5 profiles, 5 not as meant\n"]);
  const json = await runIn(["seccomp", "status", "--format", "json", "--folder", "other"], { files });
  assert.is(
    JSON.parse(json.out).profiles.filter((one: { state: string }) => one.state === "missing").length,
    5,
  );
  const elsewhere = await runIn(["seccomp", "status"]);
  assert.is(elsewhere.code, 0);
  assert.match(elsewhere.err, /no kubelet/);
});

test("lint: faults with file and line, levels, exit codes", async () => {
  const good = await runIn(["seccomp", "lint", "hardened"], { files });
  assert.is(good.code, 0);
  assert.match(good.out, /no fault found[\s\S]*104 of 385 system calls/);
  const bad = await runIn(["seccomp", "lint", "/made/weak.json", "/made/broken.json"], { files });
  assert.is(bad.code, 1);
  assert.match(bad.out, /warning: allows bpf, which loads programs/);
  assert.match(bad.out, /\/made\/broken\.json:1: error: is not JSON/);
  const json = JSON.parse(
    (await runIn(["seccomp", "lint", "/made/broken.json", "--format", "json"], { files })).out,
  );
  assert.equal(json.profiles[0].findings[0].stops, ["runc", "crun"]);
  assert.is((await runIn(["seccomp", "lint", "/made/weak.json"], { files })).code, 0);
  assert.is((await runIn(["seccomp", "lint", "--strict", "/made/weak.json"], { files })).code, 1);
  assert.is((await runIn(["seccomp", "lint", "-"], { files, input: "null" })).code, 1);
});

test("lint: for another node than this one", async () => {
  const text = shipped("hardened").replace('"syscalls"', '"flags": ["SECCOMP_FILTER_FLAG_LOG"], "syscalls"');
  const given = { files: { ...files, "/made/flags.json": text } };
  const lint = async (...words: readonly string[]) =>
    (await runIn(["seccomp", "lint", "/made/flags.json", ...words], given)).code;
  assert.is(await lint(), 1);
  assert.is(await lint("--runc", "1.2.4"), 0);
  assert.is(await lint("--crun"), 0);
  const engine = await runIn(
    ["seccomp", "lint", "hardened", "--engine", "cri-o", "--engine-version", "1.30"],
    given,
  );
  assert.match(engine.out, /RuntimeDefault of cri-o 1\.30/);
});

test("diff: by meaning, with RuntimeDefault too", async () => {
  const same = await runIn(["seccomp", "diff", "hardened", "hardened"], { files });
  assert.equal([same.code, same.out.includes("same system calls")], [0, true]);
  const other = await runIn(["seccomp", "diff", "hardened", "/made/weak.json"], { files });
  assert.equal([other.code, /\+ let through: bpf, mount \(2\)/.test(other.out)], [1, true]);
  const usual = JSON.parse(
    (await runIn(["seccomp", "diff", "runtime-default", "hardened", "--format", "json"], { files })).out,
  );
  assert.match(usual.before, /RuntimeDefault of containerd 1\.7\.24/);
  assert.ok(usual.lost.some((one: { name: string }) => one.name === "io_uring_setup"));
  assert.is((await runIn(["seccomp", "diff", "hardened", "/made/broken.json"], { files })).code, 2);
});

test("generate: the profile to standard output, the counts to standard error", async () => {
  const input =
    'socket(AF_INET, 1, 0) = 3\nopenat(AT_FDCWD, "x", 0) = 4\nopenat(AT_FDCWD, "x", 0) = 4\nmount("a", "b") = 0\n';
  const made = await runIn(["seccomp", "generate", "--arguments"], { files, input });
  assert.is(made.code, 0);
  const profile = JSON.parse(made.out);
  assert.is(profile.defaultErrnoRet, 38);
  assert.match(made.err, /1 +mount +changes mounts/);
  assert.match(made.err, /2 +openat/);
  assert.match(made.err, /added for runc and crun: [\s\S]*execve/);
  const file = await runIn(["seccomp", "generate", "-o", "/made/out.json", "/made/a.trace", "--quiet"], {
    files: { ...files, "/made/a.trace": input },
  });
  assert.is(file.err, "");
  assert.ok(JSON.parse(file.written.get("/made/out.json")?.text ?? "").syscalls.length > 0);
  const merged = await runIn(["seccomp", "generate", "--merge", "fine-grained", "--quiet"], { files, input });
  assert.ok(merged.out.includes('"accept4"'));
  const json = JSON.parse((await runIn(["seccomp", "generate", "--format", "json"], { files, input })).out);
  assert.is(json.counts[0].name, "mount" in json ? "" : "openat");
});

test("generate: an incomplete recording is said to be one; nothing is made of nothing", async () => {
  const input = "syscall_0x270f(1) = -1\nbrk(NULL) = 0\n";
  const made = await runIn(["seccomp", "generate", "--strict"], { files, input });
  assert.equal([made.code, /incomplete: number 9999/.test(made.err)], [1, true]);
  const empty = await runIn(["seccomp", "generate"], { files, input: "hello\n" });
  assert.equal([empty.code, empty.out], [2, ""]);
  assert.match(empty.err, /nothing that strace, the kernel's audit or Tracee writes/);
  const denied = await runIn(["seccomp", "generate", "--merge", "/made/deny.json"], { files, input });
  assert.equal([denied.code, /only an allow list/.test(denied.err)], [2, true]);
});

interface Script {
  readonly results: readonly TrialResult[];
  readonly requests: TrialRequest[];
}

/** Answers trials in turn. */
function trials(
  ...results: readonly TrialResult[]
): Script & { readonly hands: { readonly trial: (request: TrialRequest) => Promise<TrialResult> } } {
  const left = [...results];
  const requests: TrialRequest[] = [];
  const trial = async (request: TrialRequest): Promise<TrialResult> => {
    requests.push(request);
    return left.shift() ?? { state: "absent", reason: "not installed" };
  };
  return { results, requests, hands: { trial } };
}

const started = { state: "ended", code: 0, stdout: "started\n", stderr: "" } as const;
const dead = {
  state: "ended",
  code: 1,
  stdout: "",
  stderr: 'time="x" level=error msg="runc run failed: container process is already dead"\n',
} as const;

test("try: what the runtime did, and whether lint foresaw it", async () => {
  const good = trials(started);
  const fine = await runIn(["seccomp", "try", "hardened"], { files, hands: good.hands });
  assert.equal([fine.code, fine.out], [0, "runc: starts a container under hardened (shipped)\n"]);
  assert.ok(good.requests[0]?.config.includes(shipped("hardened")));
  const bad = await runIn(["seccomp", "try", "violation", "--runtime", "runc"], {
    files,
    hands: trials(dead, started).hands,
  });
  assert.is(bad.code, 1);
  assert.match(
    bad.out.replace(/\s+/g, " "),
    /starts no container under violation \(shipped\): runc run failed: container process is already dead $/,
  );
  const surprise = await runIn(["seccomp", "try", "hardened", "--runtime", "runc"], {
    files,
    hands: trials(dead, started).hands,
  });
  assert.match(surprise.out.replace(/\s+/g, " "), /lint says otherwise/);
});

test("try: a runtime that starts nothing at all says nothing of the profile", async () => {
  const blind = await runIn(["seccomp", "try", "hardened", "--runtime", "runc"], {
    files,
    hands: trials(dead, dead).hands,
  });
  assert.equal([blind.code, blind.out], [3, ""]);
  assert.match(blind.err, /runc starts no container here, with a filter or without/);
  const other = await runIn(["seccomp", "try", "hardened"], {
    files,
    hands: trials(dead, dead, started).hands,
  });
  assert.equal([other.code, other.out.startsWith("crun: starts")], [0, true]);
});

test("try: a program of one's own, time limits, no root, no runtime", async () => {
  const program = trials(started, { state: "ended", code: 3, stdout: "hello\u001b[31m\n", stderr: "oops\n" });
  const ran = await runIn(
    ["seccomp", "try", "hardened", "--runtime", "runc", "--program", "/bin/busybox", "echo"],
    { files, hands: program.hands },
  );
  assert.is(ran.code, 1);
  assert.match(ran.out, /ended with code 3: oops\n {4}hello\\x1b/);
  assert.is(program.requests[1]?.name, "busybox");
  assert.ok(program.requests[1]?.config.includes('"args":["/busybox","echo"]'));
  const late = await runIn(["seccomp", "try", "hardened", "--runtime", "runc"], {
    files,
    hands: trials({ state: "late", reason: "runc did not finish within 10 s" }, started).hands,
  });
  assert.match(late.out.replace(/\s+/g, " "), /did not finish within 10 s/);
  assert.is((await runIn(["seccomp", "try", "hardened"], { files, uid: 1000 })).code, 3);
  assert.is((await runIn(["seccomp", "try", "hardened"], { files, hands: trials().hands })).code, 3);
  assert.is((await runIn(["seccomp", "try", "hardened", "--timeout", "x"], { files })).code, 2);
  assert.is((await runIn(["seccomp", "try", "/made/broken.json"], { files })).code, 2);
});

test("what is asked wrongly is exit code 2, with the nearest name", async () => {
  const slip = await runIn(["seccomp", "lint", "hardned"], { files });
  assert.equal([slip.code, /did you mean "hardened"/.test(slip.err)], [2, true]);
  for (const words of [
    ["lint", "/none.json"],
    ["diff", "hardened"],
    ["bogus"],
    ["lint", "--engine", "podman", "hardened"],
    ["generate", "/none"],
  ])
    assert.is((await runIn(["seccomp", ...words], { files })).code, 2, words.join(" "));
});

test.run();
