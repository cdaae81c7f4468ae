// The built program as people run it: start-up, exit codes, pipes, and that --root touches nothing else.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { json } from "../../src/report/json.js";
import { report, result } from "../support/report.js";
import { makeTree } from "../support/tree.js";

const top = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nodeward-dist-"));
const program = join(folder, "nodeward.js");
test.before(() => {
  execFileSync(process.execPath, ["--import", "tsx", join(top, "packaging", "build.ts"), program], {
    cwd: top,
  });
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]) {
  const result = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", timeout: 60_000 });
  assert.not.match(result.stderr, /^\s+at .*:\d+:\d+\)?$/m, "no stack trace");
  return result;
}

test("the program runs without its code cache, with another program's, as a script and as a module", () => {
  const alone = mkdtempSync(join(tmpdir(), "nodeward-alone-"));
  try {
    const copy = join(alone, "nodeward.js");
    writeFileSync(copy, readFileSync(program));
    const version = () =>
      spawnSync(process.execPath, [copy, "checks", "--only", "sshd"], { encoding: "utf8" });
    const first = version();
    assert.is(first.status, 0, first.stderr);
    writeFileSync(join(alone, "package.json"), '{"type": "module"}');
    assert.equal(version().stdout, first.stdout);
    const cache = readFileSync(join(folder, "nodeward.cache"));
    // As a disk that lost power leaves a file: its length without its bytes.
    const hollow = Buffer.concat([cache.subarray(0, 160), Buffer.alloc(cache.length - 160)]);
    for (const bytes of [
      Buffer.alloc(0),
      cache.subarray(0, 200),
      Buffer.from("0".repeat(64)),
      hollow,
      cache,
    ]) {
      writeFileSync(join(alone, "nodeward.cache"), bytes);
      assert.equal(version().stdout, first.stdout, `${bytes.length} bytes of cache`);
    }
  } finally {
    rmSync(alone, { recursive: true, force: true });
  }
});

test("help and a wrong command line load the command line alone", () => {
  // Without their lines the program has only its first part.
  const cut = join(folder, "first-part.cjs");
  writeFileSync(cut, readFileSync(program, "utf8").replace(/\n\/\/nodeward-(?:audit|rest) .*/g, ""));
  for (const args of [["--help"], ["audit", "--help"], ["--version"], [], ["audit", "--no-such-option"]]) {
    const result = spawnSync(process.execPath, [cut, ...args], { encoding: "utf8" });
    assert.is(result.status, args.includes("--no-such-option") ? 2 : 0, result.stderr);
    assert.not.match(result.stderr, "internal error");
  }
});

test("an audit of sshd and the kubelet loads no more than its part", () => {
  const cut = join(folder, "two-parts.cjs");
  writeFileSync(cut, readFileSync(program, "utf8").replace(/\n\/\/nodeward-rest .*/, ""));
  const node = join(top, "test", "fixtures", "nodes", "kubeadm-weak", "root");
  for (const format of ["text", "json"]) {
    const args = [cut, "audit", "--root", node, "--only", "sshd", "kubelet", "--format", format];
    const result = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.is(result.status, 1, result.stderr);
    assert.is(result.stderr, "");
    assert.not.match(result.stdout, "internal error");
  }
});

test("the bundle is one executable file with a shebang that needs nothing beside it", () => {
  assert.is(statSync(program).mode & 0o111, 0o111);
  assert.match(readFileSync(program, "utf8"), /^#!\/usr\/bin\/env node\n/);
  const version = JSON.parse(readFileSync(join(top, "package.json"), "utf8")).version;
  assert.is(spawnSync(program, ["--version"], { encoding: "utf8", cwd: "/" }).stdout, `${version}\n`);
});

test("alone it prints help and exits 0; a wrong option or command exits 2 and says so", () => {
  const alone = run();
  assert.is(alone.status, 0);
  assert.match(alone.stdout, "Usage: nodeward");
  for (const args of [
    ["audit", "--frmat", "json"],
    ["adit"],
    ["audit", "--format", "pdf"],
    ["audit", "--only", "no.such"],
  ]) {
    const wrong = run(...args);
    assert.is(wrong.status, 2, args.join(" "));
    assert.is(wrong.stdout, "");
    assert.is.not(wrong.stderr, "");
  }
});

test("the JSON report of a tree is whole, and its numbers add up", () => {
  const tree = makeTree({
    "etc/os-release": 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "etc/hostname": "n1\n",
  });
  try {
    const result = run("audit", "--root", tree.root, "--format", "json");
    assert.ok(result.status === 0 || result.status === 1, result.stderr);
    const report = JSON.parse(result.stdout);
    assert.is(report.schemaVersion, 1);
    assert.is(report.host.hostname, "n1");
    assert.is(report.host.os, "Debian GNU/Linux 12 (bookworm)");
    const { score, ...counts } = report.summary;
    assert.ok(score >= 0 && score <= 100);
    assert.is(
      Object.values<number>(counts).reduce((sum, count) => sum + count, 0),
      report.results.length,
    );
  } finally {
    tree.remove();
  }
});

test("--root opens no file of the machine beyond what the program itself is made of, and writes nothing", () => {
  if (!existsSync("/usr/bin/strace")) {
    console.log("SKIPPED --root touches nothing outside: needs strace");
    return;
  }
  const tree = makeTree({
    "etc/os-release": "ID=debian\n",
    "etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nInclude ../../../../../../etc/passwd\n",
    "etc/ssh/sshd_config.d/a.conf": { link: "/etc/passwd" },
    "etc/passwd": "root:x:0:0::/root:/bin/sh\n",
    "etc/sudoers": "@include /../../../etc/shadow\n",
  });
  const trace = join(folder, "trace");
  try {
    const calls =
      "trace=open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,chmod,fchmodat,chown,fchownat,truncate,link,linkat,symlink,symlinkat,execve,connect,bind";
    const args = [
      "-f",
      "-qq",
      "-e",
      calls,
      "-o",
      trace,
      process.execPath,
      program,
      "audit",
      "--root",
      tree.root,
      "--config",
      "/dev/null/none",
    ];
    spawnSync("/usr/bin/strace", args, {
      encoding: "utf8",
      timeout: 120_000,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
    const lines = readFileSync(trace, "utf8").split("\n");
    assert.ok(lines.length > 20, "traced");
    const nodeOwn =
      /^"(?:\/(?:lib|usr\/lib|usr\/local\/lib|lib64)\/|\/etc\/(?:ld\.so|ssl\/openssl\.cnf|nsswitch)|\/usr\/lib\/ssl|\/usr\/(?:local\/)?ssl|\/usr\/share\/nodejs\/|\/proc\/(?:self|meminfo|cpuinfo|stat|version|\d+)|\/sys\/(?:fs\/cgroup|devices\/system\/cpu)|\/dev\/(?:null|urandom)|\/dev\/null\/none|pipe:)/;
    const outside = lines
      .filter((line) => / (?:open|openat|openat2)\(/.test(line) && !/ENOENT|ENOTDIR/.test(line))
      .map((line) => /"(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? "")
      .filter((path) => path.startsWith('"/') && !nodeOwn.test(path))
      .filter((path) => !path.startsWith(`"${folder}`) && path !== `"${tree.root}"` && path !== '"/"')
      .filter((path) => !/\/node(?:\.js)?"$|\/package\.json"$/.test(path));
    assert.equal([...new Set(outside)], []);
    const changes = lines.filter(
      (line) =>
        / (?:creat|rename\w*|unlink\w*|mkdir\w*|f?chmod\w*|f?chown\w*|truncate|link\w*|symlink\w*|connect|bind)\(/.test(
          line,
        ) || /O_(?:WRONLY|RDWR|CREAT)/.test(line),
    );
    assert.equal(
      changes.filter((line) => !/\/dev\/(?:null|tty)|eventfd|epoll/.test(line)),
      [],
    );
    assert.is(lines.filter((line) => line.includes(" execve(")).length, 1, "no program is started");
  } finally {
    tree.remove();
  }
});

test("a report through a pipe that is closed early ends quietly", () => {
  const result = spawnSync(
    "/bin/sh",
    ["-c", `"${process.execPath}" "${program}" audit --format json | head -c 10; true`],
    { encoding: "utf8" },
  );
  assert.not.match(result.stderr, "EPIPE");
  assert.is(result.stdout.length, 10);
});

test("a report of 5 MB arrives whole through a pipe that is read slowly", () => {
  const file = join(folder, "large.json");
  const results = Array.from({ length: 20_000 }, (_, index) =>
    result({ id: `made.c${index}`, status: "fail" }),
  );
  writeFileSync(file, json(report(results)));
  const read = spawnSync(
    "/bin/sh",
    ["-c", `"${process.execPath}" "${program}" report --format json "${file}" | (sleep 0.5; cat)`],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.is(read.stderr, "");
  assert.ok(read.stdout.length > 5_000_000);
  assert.is(JSON.parse(read.stdout).results.length, results.length);
});

test("output that finds no room is exit 3 and a sentence, not a report that ends somewhere", () => {
  const full = spawnSync("/bin/sh", ["-c", `"${process.execPath}" "${program}" checks > /dev/full`], {
    encoding: "utf8",
  });
  assert.is(full.status, 3);
  assert.match(full.stderr, /^nodeward: cannot write: ENOSPC[^\n]*\n$/);
});

test("-o writes a file that only its owner reads; a place that cannot be written is exit 3", () => {
  const target = join(folder, "report.json");
  run("audit", "--root", folder, "--format", "json", "-o", target);
  assert.is(statSync(target).mode & 0o777, 0o600);
  assert.is(JSON.parse(readFileSync(target, "utf8")).schemaVersion, 1);
  const refused = run("audit", "--root", folder, "-o", "/proc/none/report");
  assert.is(refused.status, 3);
  assert.match(refused.stderr, "cannot write the report");
});

test.run();
