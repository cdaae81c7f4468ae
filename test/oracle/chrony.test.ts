// Do we find the directives that chronyd finds, includes and folders followed? It prints them and exits (chronyd(8) -p).
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { timeServers } from "../../src/facts/time-servers.js";
import { memoryHost } from "../../src/host/memory.js";

const daemon = "/usr/sbin/chronyd";
const canPrint = existsSync(daemon) && spawnSync(daemon, ["-p", "-f", "/dev/null"]).status === 0;
if (!canPrint) console.log(`SKIPPED chrony: ${daemon} is not installed, or cannot print its configuration`);

const etc = "/etc/chrony";
const files: Readonly<Record<string, string>> = {
  "chrony.conf": [
    "! server commented-1",
    "  # server commented-2",
    "%server commented-3",
    "Server  one.example   iburst",
    "pool two.example iburst",
    "confdir /etc/chrony/a /etc/chrony/b",
    // chronyd reads folders of sources later and does not print them.
    "sourcedir /etc/chrony/s",
    "include /etc/chrony/more/*.x",
    "REFCLOCK SHM 0 poll 3",
    "peer four.example",
    "user nobody",
    "",
  ].join("\n"),
  "a/10.conf": "server a10.example\n",
  "a/20.conf": "server a20.example\n",
  "b/10.conf": "server hidden.example\n",
  "b/05.conf": "server b05.example\r\n",
  "b/no.txt": "server no.example\n",
  "s/x.sources": "server s.example",
  "more/1.x": "server m1.example\n",
  "more/2.y": "server m2.example\n",
};

if (canPrint)
  test("the same servers in the same order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-chrony-"));
    try {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(join(path, ".."), { recursive: true });
        writeFileSync(path, text.replaceAll(etc, folder));
      }
      const printed = execFileSync(daemon, ["-p", "-f", join(folder, "chrony.conf")], { encoding: "utf8" });
      const theirs = printed
        .split("\n")
        .map((line) => line.split(/[ \r]+/))
        .filter(([name = ""]) => /^(?:server|pool|peer|refclock)$/i.test(name))
        .map(([name = "", first = "", second = ""]) =>
          /^refclock$/i.test(name) ? `${first} ${second}` : first,
        );
      const named = Object.entries(files).map(([name, text]) => [`${etc}/${name}`, text] as const);
      const fact = await asker(memoryHost(Object.fromEntries(named)))(timeServers);
      assert.ok(fact.state === "known");
      assert.equal(
        fact.value
          .of("chrony")
          .servers.map(({ name }) => name)
          .filter((name) => name !== "s.example"),
        theirs,
      );
      assert.is(fact.value.of("chrony").user?.name, "nobody");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

test.run();
