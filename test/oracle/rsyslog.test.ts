// Does rsyslogd make its files with the modes we say? A daemon of its own with a socket and files under the temporary folder.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { rsyslog } from "../../src/facts/rsyslog.js";
import { memoryHost } from "../../src/host/memory.js";

const daemon = "/usr/sbin/rsyslogd";
const missing = [daemon, "/usr/bin/logger"].filter((path) => !existsSync(path));
if (missing.length > 0) console.log(`SKIPPED rsyslog: ${missing.join(", ")} not installed`);

const paths = (folder: string, names: readonly string[]) => names.map((name) => join(folder, `${name}.log`));

function configuration(folder: string): { readonly text: string; readonly files: readonly string[] } {
  const files = paths(folder, ["a", "b", "c", "d", "e", "f", "g", "h"]);
  const [a, b, c, d, e, f, g, h] = files;
  const text = [
    'module(load="imuxsock" SysSock.Use="off")',
    `input(type="imuxsock" Socket="${folder}/socket")`,
    `*.* ${a}`,
    `action(type="omfile" file="${b}")`,
    "$FileCreateMode 0600",
    `*.*;auth.none -${c};RSYSLOG_TraditionalFileFormat`,
    `action(type="omfile" file="${d}")`,
    'module(load="builtin:omfile" fileCreateMode="0640")',
    `action(type="omfile" file="${e}")`,
    `action(type="omfile" file="${f}" fileCreateMode="0604")`,
    "$FileCreateMode 0620",
    `:msg, contains, "hello" ${g}`,
    `if $msg contains "hello" then ${h}`,
    "",
  ].join("\n");
  return { text, files };
}

/** What the daemon makes of it; undefined files were not made in time. */
async function made(folder: string, text: string, count: number): Promise<ReadonlyMap<string, number>> {
  writeFileSync(join(folder, "conf"), text);
  const child = spawn("/bin/sh", ["-c", `umask 0; exec ${daemon} -n -f ${folder}/conf -i ${folder}/pid`], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const logs = () => readdirSync(folder).filter((name) => name.endsWith(".log"));
  try {
    for (let tries = 0; tries < 300 && logs().length < count; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (existsSync(join(folder, "socket")))
        execFileSync("/usr/bin/logger", ["-u", join(folder, "socket"), "hello"]);
    }
    return new Map(logs().map((name) => [join(folder, name), statSync(join(folder, name)).mode & 0o7777]));
  } finally {
    child.kill();
    await ended;
  }
}

if (missing.length === 0)
  test("modes of new files in both syntaxes, by what stands before them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-rsyslog-"));
    try {
      const { text, files } = configuration(folder);
      const theirs = await made(folder, text, files.length);
      const fact = await asker(memoryHost({ "/etc/rsyslog.conf": text }))(rsyslog);
      assert.is(fact.state, "known");
      if (fact.state !== "known") return;
      const ours = fact.value.created.flatMap(({ mode, paths: made }) =>
        made.map((path) => [path, mode] as const),
      );
      assert.equal(new Map([...ours].sort()), new Map([...theirs].sort()));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

test.run();
