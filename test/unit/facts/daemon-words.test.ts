// The configuration that a runtime's daemon is really started with, wherever the command line or the unit names it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { containerd } from "../../../src/facts/containerd.js";
import { crio } from "../../../src/facts/crio.js";
import { docker } from "../../../src/facts/docker.js";
import type { FactSource } from "../../../src/facts/source.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

interface Shown {
  readonly configFile: string;
  readonly unread: readonly string[];
}

async function read<T extends Shown>(source: FactSource<T>, files: MemoryFiles): Promise<T> {
  const fact = await asker(memoryHost({ "/proc/stat": "btime 1\n", ...files }))(source);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

function running(pid: number, words: readonly string[], { uid = 0, level = 1 } = {}): MemoryFiles {
  const name = words[0]?.slice(words[0].lastIndexOf("/") + 1) ?? "";
  const pids = Array.from({ length: level }, (_, index) => pid + index).join("\t");
  return {
    [`/proc/${pid}/status`]: `Name:\t${name}\nPPid:\t1\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nNSpid:\t${pids}\n`,
    [`/proc/${pid}/cmdline`]: `${words.join("\0")}\0`,
  };
}

function unit(name: string, exec: string, more = ""): MemoryFiles {
  return { [`/usr/lib/systemd/system/${name}.service`]: `[Service]\nExecStart=${exec}\n${more}` };
}

const own = "/opt/own.conf";
const toml: MemoryFiles = { "/etc/containerd/config.toml": "version = 2\n", [own]: "version = 2\n" };

test("containerd's configuration is the one that its command line names, in every spelling", async () => {
  for (const words of [
    ["-c", own],
    ["--config", own],
    [`--config=${own}`],
    [`-c=${own}`],
    ["-config", own],
    ["--c", own],
  ]) {
    const exec = ["/usr/bin/containerd", ...words];
    assert.is((await read(containerd, { ...toml, ...running(200, exec) })).configFile, own, words.join(" "));
    const started = unit("containerd", exec.join(" "));
    assert.is((await read(containerd, { ...toml, ...started })).configFile, own, words.join(" "));
  }
  const usual = unit("containerd", "/usr/bin/containerd");
  const both = { ...toml, ...usual, ...running(200, ["/usr/bin/containerd", "--config", own]) };
  assert.is((await read(containerd, both)).configFile, own, "what runs is in force");
});

test("dockerd's and CRI-O's too", async () => {
  const json: MemoryFiles = { "/etc/docker/daemon.json": "{}", [own]: '{"icc": false}' };
  for (const words of [["--config-file", own], [`--config-file=${own}`]]) {
    const exec = ["/usr/bin/dockerd", ...words];
    for (const files of [running(200, exec), unit("docker", exec.join(" "))])
      assert.is((await read(docker, { ...json, ...files })).configFile, own);
  }
  const conf: MemoryFiles = { "/etc/crio/crio.conf": "", [own]: "", "/opt/crio.d/a.conf": "" };
  for (const words of [
    ["-c", own, "-d", "/opt/crio.d"],
    ["--config", own, "--config-dir", "/opt/crio.d"],
    [`--config=${own}`, "--config-dir=/opt/crio.d"],
  ]) {
    const exec = ["/usr/bin/crio", ...words];
    for (const files of [running(200, exec), unit("crio", exec.join(" "))]) {
      const found = await read(crio, { ...conf, ...files });
      assert.equal([found.configFile, found.dropInFolder], [own, "/opt/crio.d"], words.join(" "));
    }
  }
});

test("a user's process or a container's that goes by the daemon's name hides nothing", async () => {
  const fake = ["/usr/bin/containerd", "--config", "/home/eve/good.toml"];
  const real = running(200, ["/usr/bin/containerd", "--config", own]);
  for (const other of [running(100, fake, { uid: 1000 }), running(100, fake, { level: 2 })]) {
    assert.is((await read(containerd, { ...toml, ...other, ...real })).configFile, own);
    const stopped = { ...toml, ...other, ...unit("containerd", `/usr/bin/containerd -c ${own}`) };
    assert.is((await read(containerd, stopped)).configFile, own);
  }
});

test("two daemons of root's with other options are said", async () => {
  const files = {
    ...toml,
    ...running(100, ["/usr/bin/containerd"]),
    ...running(200, ["/usr/bin/containerd", "-c", own]),
  };
  assert.match((await read(containerd, files)).unread.join(), "more than one containerd runs: process 100");
  const same = { ...toml, ...running(100, ["containerd"]), ...running(200, ["containerd"]) };
  assert.equal((await read(containerd, same)).unread, []);
});

test("a unit that starts the daemon through a shell leaves its options unknown", async () => {
  const files = unit("docker", '/bin/sh -c "exec dockerd -H tcp://0.0.0.0:2375"');
  assert.match((await read(docker, files)).unread.join(), "does not start dockerd itself");
  const wrapped = await read(
    docker,
    unit("docker", "/usr/bin/nice -n 5 /usr/bin/dockerd -H tcp://0.0.0.0:2375"),
  );
  assert.equal(wrapped.unread, []);
  assert.is(wrapped.list("hosts", "host")[0]?.value, "tcp://0.0.0.0:2375");
});

test("a variable of a running CRI-O that stands for a flag is said, whoever set it", async () => {
  const files = { ...running(200, ["/usr/bin/crio"]), "/etc/crio/crio.conf": "" };
  const set = { ...files, "/proc/200/environ": `PATH=/bin\0CONTAINER_CONFIG=${own}\0` };
  assert.match((await read(crio, set)).unread.join(), "CONTAINER_CONFIG");
  const fromUnit = { ...files, ...unit("crio", "/usr/bin/crio", `Environment=CONTAINER_CONFIG=${own}\n`) };
  assert.match((await read(crio, fromUnit)).unread.join(), "CONTAINER_CONFIG");
  const without = { ...fromUnit, "/proc/200/environ": "PATH=/bin\0" };
  assert.equal((await read(crio, without)).unread, []);
});

test("a unit that starts it through a script, or shows it other files, tells neither options nor files", async () => {
  const other = (exec: string, more = "") => ({ ...toml, ...unit("containerd", exec, more) });
  for (const [files, says] of [
    [other("/opt/start containerd"), /does not start containerd itself/],
    [other("/usr/bin/containerd", "RootDirectory=/x\n"), /other files/],
    [other("/usr/bin/containerd", "BindReadOnlyPaths=/x:/etc/containerd\n"), /other files/],
  ] as const)
    assert.match((await read(containerd, files)).unread.join(), says);
  const nice = other("/usr/bin/nice -n -5 /usr/bin/containerd", "RootDirectory=/\nBindPaths=/x:/run/x\n");
  assert.equal((await read(containerd, nice)).unread, []);
});

test.run();
