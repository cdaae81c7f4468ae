// Does a generated profile hold what it was made from? redis under strace does an exercise; under the profile that is made of
// that, in runc, it does the same exercise again, and less is allowed than by the runtime's default.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Generated, generate } from "../../src/confine/generate.js";
import { lint } from "../../src/confine/lint.js";
import { parseSeccomp } from "../../src/formats/seccomp.js";
import { parseStrace } from "../../src/formats/strace.js";
import { parseSyscallTable } from "../../src/formats/syscall-table.js";
import { ContainerBed, cannotRun } from "../support/container-bed.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));
const architecture = process.arch === "arm64" ? "aarch64" : "x86_64";
const bed = new ContainerBed();
const traces = mkdtempSync(join(tmpdir(), "nodeward-trace-"));
test.after(() => {
  bed.end();
  rmSync(traces, { recursive: true, force: true });
});

/**
 * The server, commands over a socket of the family UNIX, a snapshot by a forked child, threads, and the end. Every run has
 * to make the same calls: a child that is not waited for is killed in some, and a shell that waits sleeps in some.
 */
const exercise = (folder: string) => `
redis-server --port 0 --unixsocket ${folder}/s --dir ${folder} --daemonize no --save "" &
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -S ${folder}/s ] && break; sleep 0.2; done
cli="redis-cli -s ${folder}/s"
$cli set key value && $cli get key && $cli lpush list a b c && $cli lrange list 0 -1 && $cli eval "return redis.call('incr','n')" 0
$cli bgsave
while ! [ -e ${folder}/dump.rdb ]; do sleep 0.2; done
sleep 0.5
$cli unlink list && $cli shutdown nosave
while [ -S ${folder}/s ]; do sleep 0.2; done
echo done
`;
const wanted = ["OK", "value", "3", "done"];

function record(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const folder = join(traces, `run-${index}`);
    mkdirSync(folder);
    const trace = join(traces, `trace-${index}`);
    const ran = spawnSync("strace", ["-f", "-o", trace, "sh", "-c", exercise(folder)], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.ok(ran.stdout.includes("done"), ran.stderr);
    return readFileSync(trace, "utf8");
  });
}

function made(texts: readonly string[], withArguments: boolean): Generated {
  return generate(
    texts.map(parseStrace),
    { architecture, architectures: [], base: true, arguments: withArguments, errno: 38, also: [] },
    table,
  );
}

const missing = ["/usr/bin/strace", "/usr/bin/redis-server", "/usr/bin/redis-cli"].find(
  (path) => !existsSync(path),
);
const reason = missing === undefined ? cannotRun(bed, "runc") : `${missing} is not installed`;

if (reason !== undefined) console.log(`SKIPPED seccomp-generate: ${reason}`);
else
  test("redis passes the same exercise under the profile made of it, which is tighter than RuntimeDefault", () => {
    const texts = record(2);
    for (const withArguments of [false, true]) {
      const { profile } = made(texts, withArguments);
      const inside = (name: string, filter: string | undefined) => {
        const folder = `data/${name}-${withArguments}`;
        mkdirSync(bed.inside(folder));
        const args = ["/bin/sh", "-c", exercise(`/${folder}`)];
        return bed.run(
          "runc",
          { profile: filter, args, mounts: [{ source: "/usr", destination: "/usr" }] },
          60,
        );
      };
      const free = inside("free", undefined);
      const held = inside("held", profile);
      for (const word of wanted) assert.ok(free.out.includes(word), `${word}: ${free.err}`);
      const lines = (out: string) => out.split("\n").filter((line) => !/^\d+:[MCX] |_|^\s*$/.test(line));
      assert.equal(lines(held.out), lines(free.out), held.err);
      const judged = lint(
        parseSeccomp(profile),
        {
          architecture,
          kernel: undefined,
          libseccomp: undefined,
          engine: "containerd",
          engineVersion: "1.6.20",
          low: [{ name: "runc", version: bed.version("runc") }],
          noNewPrivileges: false,
        },
        table,
      );
      assert.equal(
        judged.findings.filter(({ level }) => level === "error"),
        [],
      );
      const over = judged.strength?.overDefault;
      assert.equal(judged.strength?.weaker, []);
      assert.ok((over?.lost.length ?? 0) > 150, `${over?.lost.length} calls tighter`);
    }
  });

test.run();
