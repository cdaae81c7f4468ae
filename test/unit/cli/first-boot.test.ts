// What an image was given that could shut people out: a run of its own, guarded by the image's own files, kept by a minute of
// health at the first boot and put back without.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { imageUnits } from "../../../src/cli/bootstrap.js";
import type { Greeting } from "../../../src/host/greeting.js";
import type { RunResult } from "../../../src/host/host.js";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { bytesOf } from "../../../src/host/memory-node.js";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { noon, runIn } from "../../support/context.js";
import { loginNode } from "../../support/guard-node.js";
import { main } from "../../support/sshd-node.js";

const shipped = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../packaging/systemd/${name}`, import.meta.url)), "utf8");
const installed: MemoryFiles = {
  ...loginNode,
  "/etc/login.defs": "UMASK\t022\n",
  ...Object.fromEntries(imageUnits.map(({ name }) => [`/usr/lib/systemd/system/${name}`, shipped(name)])),
};
const without = (...paths: readonly string[]): MemoryFiles =>
  Object.fromEntries(Object.entries(installed).filter(([path]) => !paths.includes(path)));
const dropIn = "/etc/ssh/sshd_config.d/00-nodeward.conf";
const ok: RunResult = { state: "ok", code: 0, stdout: "", stderr: "" };
const offers: RunResult = { ...ok, code: 255, stderr: "root@127.0.0.1: Permission denied (publickey).\n" };
const greets: Greeting = { state: "ok", line: "SSH-2.0-OpenSSH_9.2p1" };

class Image {
  readonly writer: MemoryWriter;
  readonly acts: string[] = [];
  private now = noon;

  constructor(files: MemoryFiles = installed) {
    this.writer = new MemoryWriter(files, "/image");
  }

  private run(words: readonly string[], greeting: Greeting) {
    const { writer } = this;
    const hands = {
      openWriter: () => ({ state: "ok" as const, writer }),
      act: async (...words: readonly string[]) => {
        this.acts.push(words.join(" "));
        return ok;
      },
      greeting: async () => greeting,
      sleep: async (milliseconds: number) => {
        this.now += milliseconds;
      },
    };
    const host = { runs: { "ssh-methods": offers } };
    return runIn(words, { uid: 0, hands, host, image: writer, node: writer, clock: () => this.now });
  }

  bootstrap(...more: readonly string[]) {
    const checks = ["accounts.umask", "sshd.password-authentication", "sshd.config-permissions"];
    return this.run(["bootstrap", "--root", "/image", ...more, "--only", ...checks], greets);
  }

  firstBoot(greeting: Greeting = greets) {
    return this.run(["bootstrap", "--prove"], greeting);
  }

  text(path: string): string {
    const node = this.writer.nodes.get(path);
    return node === undefined ? "" : bytesOf(node).toString();
  }

  get sshd(): string {
    return this.text(main) + this.text(dropIn);
  }

  get unproven(): boolean {
    return this.writer.files.files.has("unproven");
  }

  get journal(): string {
    return Buffer.from(this.writer.files.files.get("journal.ndjson") ?? "").toString();
  }
}

test("what could shut people out is a run of its own, and waits for the first boot", async () => {
  const image = new Image();
  const { out, err, code } = await image.bootstrap();
  assert.equal([code, err], [0, ""], out);
  assert.is([...out.matchAll(/^Run /gm)].length, 2, out);
  assert.match(out, "nodeward-prove.service keeps what could shut people out");
  assert.match(image.sshd, "PasswordAuthentication no");
  assert.ok(image.unproven);
  const { journal } = image;
  assert.is((await image.bootstrap()).code, 0);
  assert.equal([image.journal, image.unproven], [journal, true], "again: nothing is new");
});

test("a check that both runs have a part in is asked after the second", async () => {
  const image = new Image({
    ...installed,
    [main]: {
      text: "UsePAM yes\nPasswordAuthentication yes\nInclude /etc/ssh/sshd_config.d/*.conf\n",
      mode: 0o644,
    },
    "/etc/ssh/sshd_config.d/50-cloud-init.conf": { text: "MaxAuthTries 20\n", mode: 0o644 },
  });
  const { out, code } = await image.bootstrap();
  assert.is(code, 0, out);
  assert.match(out, "file-modes: done (1 file)");
  assert.is([...out.matchAll(/^Run /gm)].length, 2, out);
});

test("no account with a key and a way to root: left as it is, whoever could log in by then", async () => {
  const keys = ["/home/alice/.ssh/authorized_keys", "/root/.ssh/authorized_keys"];
  const image = new Image(without(...keys));
  const { out, code } = await image.bootstrap();
  assert.is(code, 4, out);
  assert.match(out.replaceAll(/\s+/g, " "), "nobody would get in over SSH and have root");
  assert.not.match(image.sshd, "PasswordAuthentication no");
  assert.not(image.unproven, "there is nothing to prove");
});

test("where no first boot would prove it, nothing risky is changed, and that is said", async () => {
  const image = new Image(without("/usr/lib/systemd/system/nodeward-prove.service"));
  const { err, code } = await image.bootstrap();
  assert.is(code, 3);
  assert.match(err, "nodeward-prove.service is not enabled: it is not installed in this image");
  assert.match(err, "without nodeward-prove.service nothing that could shut people out is changed");
  assert.not.match(image.sshd, "PasswordAuthentication no");
  assert.match(image.text("/etc/login.defs"), "UMASK\t027");
});

test("a lower risk leaves nothing to prove", async () => {
  const image = new Image();
  assert.is((await image.bootstrap("--max-risk", "restart")).code, 1);
  assert.not.match(image.sshd, "PasswordAuthentication no");
  assert.not(image.unproven);
});

test("a wrong configuration is told before anything is changed", async () => {
  const image = new Image();
  assert.is((await image.bootstrap("--profile", "no-such")).code, 2);
  assert.equal([image.journal, image.unproven], ["", false]);
});

test("a minute of health keeps it, once", async () => {
  const image = new Image();
  await image.bootstrap();
  const { code, out } = await image.firstBoot();
  assert.is(code, 0);
  assert.match(out, /^Run \S+ is kept: sshd and the kubelet were well for a minute\.\n$/);
  assert.match(image.journal, '"event":"confirmed"');
  assert.match(image.sshd, "PasswordAuthentication no");
  assert.not(image.unproven);
  const again = await image.firstBoot({ state: "failed", reason: "connection refused" });
  assert.equal([again.code, again.out], [0, ""]);
});

test("without health it is put back, and nothing else is", async () => {
  const image = new Image();
  const before = image.sshd;
  await image.bootstrap();
  const { code, err, out } = await image.firstBoot({ state: "failed", reason: "connection refused" });
  assert.is(code, 5);
  assert.match(err, "the first boot was not well for a minute: sshd does not answer: connection refused");
  assert.match(out, "sshd: done");
  assert.is(image.sshd, before);
  assert.match(image.text("/etc/login.defs"), "UMASK\t027", "it shuts nobody out");
  assert.not(image.unproven);
});

test("what somebody has changed since stays, and a person must look", async () => {
  const image = new Image();
  await image.bootstrap();
  const file = image.text(dropIn) === "" ? main : dropIn;
  image.writer.nodes.set(file, { text: "PasswordAuthentication no\n# mine\n", mode: 0o600 });
  const { code, err } = await image.firstBoot({ state: "failed", reason: "connection refused" });
  assert.is(code, 6);
  assert.match(err, `not put back: ${file}: somebody else has changed it since`);
  assert.ok(image.unproven, "the next boot tries again");
});

test.run();
