// Does dockerd refuse what we say it refuses? It reads its configuration, is then sent into a folder that cannot be, and
// ends there: no daemon comes up. In namespaces of its own all the same.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { docker } from "../../src/facts/docker.js";
import { memoryHost } from "../../src/host/memory.js";

const version = spawnSync("dockerd", ["--version"], { encoding: "utf8" });
const number = /\d+\.\d+\.\d+/.exec(version.stdout ?? "")?.[0];
const namespaces = ["-m", "-n", "-p", "-f", "--mount-proc", "--propagation", "private"];
const allowed = spawnSync("unshare", [...namespaces, "true"]).status === 0;
const folder = mkdtempSync(`${tmpdir()}/nodeward-dockerd-`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

type Content = string | Buffer | undefined;

/** Undefined: it read its configuration and went on. */
function refusal(text: Content, flags: readonly string[]): string | undefined {
  const file = `${folder}/daemon.json`;
  rmSync(file, { force: true });
  if (text !== undefined) writeFileSync(file, text);
  const nowhere = ["--data-root", "/proc/none", "--exec-root", `${folder}/x`, "--pidfile", `${folder}/pid`];
  const ran = spawnSync(
    "unshare",
    [
      ...namespaces,
      "dockerd",
      "--config-file",
      file,
      ...nowhere,
      "--containerd",
      `${folder}/none.sock`,
      ...flags,
    ],
    { encoding: "utf8", timeout: 60_000 },
  );
  const said = `${ran.stdout}${ran.stderr}`;
  assert.is(ran.signal, null, "dockerd ended by itself");
  return /unable to configure the Docker daemon with file .*/.exec(said)?.[0];
}

async function ours(text: Content, flags: readonly string[]): Promise<readonly string[]> {
  const file = "/etc/docker/site.json";
  const unit = `[Service]\nExecStart=/usr/sbin/dockerd --config-file ${file} ${flags.join(" ")}\n`;
  const fact = await asker(
    memoryHost({
      "/usr/lib/systemd/system/docker.service": unit,
      "/var/lib/dpkg/status": `Package: docker.io\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${number}\n`,
      ...(text === undefined ? {} : { [file]: typeof text === "string" ? text : { bytes: text } }),
    }),
  )(docker);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value.problems.map(({ message }) => message);
}

const cases: readonly (readonly [name: string, text: Content, flags?: string])[] = [
  ["nothing", "{}"],
  ["a flag and the file, the same value", '{"icc": false}', "--icc=false"],
  ["a list by flag and file", '{"hosts": ["unix:///x"]}', "-H unix:///y"],
  ["a map by flag and file", '{"log-opts": {"max-size": "1m"}}', "--log-opt max-file=3"],
  ["labels", '{"labels": ["a=b"]}', "--label c=d"],
  ["limits", '{"default-ulimits": {}}', "--default-ulimit nproc=1:1"],
  ["registries", '{"insecure-registries": ["a"]}', "--insecure-registry b"],
  ["name servers", '{"dns": ["1.1.1.1"]}', "--dns 8.8.8.8"],
  ["a short flag", '{"debug": true}', "-D"],
  ["runtimes are joined", '{"runtimes": {"a": {"path": "/x"}}}', "--add-runtime b=/y"],
  ["a key that there is not", '{"nobody": 1}'],
  ["another case", '{"ICC": false}'],
  ["a text for a boolean", '{"icc": "yes"}'],
  ["a number for a text", '{"bridge": 3}'],
  ["a text for a number", '{"mtu": "1500"}'],
  ["a text for a list", '{"hosts": "fd://"}'],
  ["null", '{"icc": null}'],
  ["a key twice", '{"icc": false, "icc": true}'],
  ["an empty file", ""],
  ["a list", "[]"],
  ["no JSON", "{"],
  ["a mark at the start", "\ufeff{}"],
  ["a mark and nothing else", "\ufeff"],
  ["two marks", "\ufeff\ufeff{}"],
  ["a blank and a mark", " \ufeff{}"],
  ["a mark before an unknown key", '\ufeff{"nobody": 1}'],
  ["bytes that are not UTF-8", Buffer.from('{"bridge": "\xff"}', "latin1")],
  ["comments", "// x\n{}"],
  ["no file", undefined],
];

if (number === undefined || !allowed) {
  console.log(
    `SKIPPED dockerd's configuration: needs root and ${number === undefined ? "dockerd" : "namespaces"}`,
  );
  test("skipped", () => {});
} else
  for (const [name, text, flags = ""] of cases)
    test(name, async () => {
      const words = flags.split(" ").filter((word) => word !== "");
      const theirs = refusal(text, words);
      const said = await ours(text, words);
      assert.is(said.length > 0, theirs !== undefined, `${theirs ?? "accepted"} / ${said.join("; ")}`);
    });

test.run();
