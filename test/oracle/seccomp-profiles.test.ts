// Do the shipped profiles do what their documents say? Each under runc and under crun: a program that only starts, a word
// printed, a page fetched, threads made; and what must not be possible is not.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Target } from "../../src/confine/finding.js";
import { lint, stopsRuntime } from "../../src/confine/lint.js";
import { type LowRuntime, lowRuntimes, neededBy } from "../../src/confine/runtime-base.js";
import { parseSeccomp } from "../../src/formats/seccomp.js";
import { parseSyscallTable } from "../../src/formats/syscall-table.js";
import { ContainerBed, cannotRun, type Ran } from "../support/container-bed.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));
const text = (name: string) => readFileSync(`seccomp/${name}.json`, "utf8");
const bed = new ContainerBed();
const port = 20_000 + (process.pid % 20_000);
let server: ChildProcess | undefined;

test.after(() => {
  server?.kill("SIGKILL");
  bed.end();
});

const usr = [{ source: "/usr", destination: "/usr" }];
const threads = [
  "import threading, os",
  "found = []",
  "many = [threading.Thread(target=found.append, args=(n,)) for n in range(4)]",
  "[one.start() for one in many]",
  "[one.join() for one in many]",
  "print('threads', sorted(found))",
].join("\n");

function under(runtime: LowRuntime, profile: string, ...args: readonly string[]): Ran {
  return bed.run(runtime, { profile, args, mounts: usr, ownNetwork: false }, 30);
}

function target(name: LowRuntime): Target {
  const low = [{ name, version: bed.version(name) }];
  const unknown = { kernel: undefined, libseccomp: undefined, engineVersion: undefined };
  const architecture = process.arch === "arm64" ? "aarch64" : "x86_64";
  return { architecture, engine: "containerd", low, noNewPrivileges: false, ...unknown };
}

const exercises: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["prints", ["/busybox", "echo", "hello"], /^hello$/m],
  ["fetches a page", ["/busybox", "wget", "-q", "-O", "-", `http://127.0.0.1:${port}/page`], /^a page$/m],
  ["makes threads", ["/usr/bin/python3", "-c", threads], /^threads \[0, 1, 2, 3\]$/m],
];

/** Calls by number, for C libraries have no function for some: answers "got" where the kernel does what is asked. */
function call(...words: readonly (string | number)[]): string {
  return `import ctypes; r = ctypes.CDLL(None).syscall(${words.join(", ")}); print("got" if r >= 0 else "refused")`;
}

/** Possible for this container without a filter; numbers are those of x86_64. */
const refusals: readonly (readonly [string, string])[] = [
  ["new user namespace", call(272, "0x10000000")],
  ["clone into a user namespace", call(56, "0x10000011", 0, 0, 0, 0)],
  ["keyring", call(250, 0, -3, 0)],
  ["userfaultfd", call(323, 1)],
];

function suite(runtime: LowRuntime): void {
  for (const name of ["audit", "fine-grained", "hardened"])
    for (const [what, args, wanted] of exercises)
      test(`${runtime}, ${name}: ${what}`, () => {
        const ran = under(runtime, text(name), ...args);
        assert.match(`${ran.out}\n${ran.err}`, wanted);
      });

  test(`${runtime}, runtime-base: a program starts, one that needs more does not`, () => {
    const ran = bed.run(runtime, { profile: text("runtime-base") });
    assert.is(ran.out, "started\n", ran.err);
    const more = under(runtime, text("runtime-base"), "/usr/bin/python3", "-c", threads);
    assert.is.not(more.code, 0);
  });

  test(`${runtime}, violation: nothing starts, and lint says so`, () => {
    const ran = bed.run(runtime, { profile: text("violation") });
    assert.is.not(ran.out, "started\n");
    const judged = lint(parseSeccomp(text("violation")), target(runtime), table);
    assert.ok(stopsRuntime(judged, runtime));
  });

  if (process.arch === "x64")
    for (const [what, code] of refusals)
      test(`${runtime}: ${what}, refused by both allow lists and not by audit`, () => {
        const answers = ["audit", "fine-grained", "hardened"].map(
          (name) => under(runtime, text(name), "/usr/bin/python3", "-c", code).out,
        );
        assert.match(answers[0] ?? "", /^got$/m);
        assert.equal(answers.slice(1), ["refused\n", "refused\n"]);
      });

  test(`${runtime}: without any one call of the base set it does not start, and lint says so`, () => {
    const low = { name: runtime, version: bed.version(runtime) };
    const whole = JSON.parse(text("runtime-base"));
    const differ = neededBy(low, false).filter((call) => {
      const rest = whole.syscalls.map((rule: { names: string[] }) => ({
        ...rule,
        names: rule.names.filter((one) => one !== call),
      }));
      const profile = JSON.stringify({ ...whole, defaultErrnoRet: 1, syscalls: rest });
      const started = bed.run(runtime, { profile }, 5).out === "started\n";
      return started || !stopsRuntime(lint(parseSeccomp(profile), target(runtime), table), runtime);
    });
    assert.equal(differ, []);
  });
}

for (const runtime of lowRuntimes) {
  const reason = cannotRun(bed, runtime);
  const missing = ["/usr/bin/busybox", "/usr/bin/python3"].find((path) => !existsSync(path));
  if (reason !== undefined) console.log(`SKIPPED seccomp-profiles: ${reason}`);
  else if (missing !== undefined) console.log(`SKIPPED seccomp-profiles: ${missing} is not installed`);
  else {
    if (server === undefined) {
      const pages = join(bed.folder, "pages");
      mkdirSync(pages);
      writeFileSync(join(pages, "page"), "a page\n");
      server = spawn("/usr/bin/busybox", ["httpd", "-f", "-p", `127.0.0.1:${port}`, "-h", pages], {
        stdio: "ignore",
      });
    }
    suite(runtime);
  }
}

test.run();
