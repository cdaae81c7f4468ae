// A real node for one test: started from a cached Debian image, changed at will, taken away whole.
//
//   test("a fix survives a reboot", () =>
//     withBed({ image: "debian-12", kind: "machine" }, async (bed) => {
//       await bed.put("/etc/ssh/sshd_config.d/50-x.conf", "PermitRootLogin yes\n");
//       assert.is((await bed.nodeward(["audit", "--fix", "--yes"])).code, 0);
//       await bed.reboot();                        // as an administrator does
//       await bed.powerCut();                      // or as a cable does: what was not on the disk is gone
//       assert.is((await bed.ssh("op", "true")).code, 0);
//     }));
//
// kind "container": systemd-nspawn, seconds; systemd, sshd, sudo, ufw, timers. The kernel is the test machine's: no modules,
//   no AppArmor, no audit; kernel.* must not be written.
// kind "machine": QEMU in software, a minute to boot, everything about ten times slower: a kernel with modules, AppArmor,
//   sysctls and audit of its own. Ports that ssh must reach beside 22 are named in `ports` when it is started.
//
// run, put, get and nodeward go past sshd and firewall (namespaces, or the guest agent); ssh comes from outside, over the
// network. Nothing throws for a program that fails: look at `code`. Scenarios are one file each, test/e2e/*.test.ts, run one
// after another by `npm run test:e2e` as root; every wait has a limit, and no process, mount or control group stays behind,
// however the test ends. Images are kept in $NODEWARD_CACHE or ~/.cache/nodeward-test, one a recipe (beds/recipe.ts).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineOf } from "./beds/booted.js";
import { containerOf } from "./beds/container.js";
import { imageOf } from "./beds/image.js";
import { missing } from "./beds/missing.js";
import type { DiskOptions, Node } from "./beds/node.js";
import { type Result, type RunOptions, runProgram } from "./beds/process.js";
import { program } from "./beds/program.js";
import { type Image, nodePath } from "./beds/recipe.js";

export type { Result, RunOptions } from "./beds/process.js";
export { operator } from "./beds/recipe.js";

export interface Start {
  readonly image: Image;
  readonly kind: "container" | "machine";
  /** Ports reachable from outside beside 22; a container's are all reachable. */
  readonly ports?: readonly number[];
  /** Not started: its disk can be changed first (`onDisk` with `writes`); `powerOn` is its first boot, without nodeward. */
  readonly off?: boolean;
}

export interface PutOptions {
  readonly mode?: number;
  /** `user:group`, root's unless told. */
  readonly owner?: string;
}

export interface SshOptions {
  /** A private key's text; the operator's own unless told. */
  readonly key?: string;
  /** Log in with this password and no key. */
  readonly password?: string;
  readonly port?: number;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export interface Bed {
  readonly kind: Start["kind"];
  /** Runs a program as root; no shell. */
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs a script (`sh -eu`) as root and throws where it fails: for preparing, not for judging. */
  sh(script: string, options?: RunOptions): Promise<string>;
  /** Writes a file whole, making its folders; 0644 of root unless told. */
  put(path: string, content: string | Uint8Array, options?: PutOptions): Promise<void>;
  /** A file's text; undefined where there is none. */
  get(path: string): Promise<string | undefined>;
  /** Runs nodeward as built from this tree, as root or as `user`. */
  nodeward(args: readonly string[], options?: RunOptions & { readonly user?: string }): Promise<Result>;
  /** Runs a shell command over ssh from outside; code 255 where nobody is let in. */
  ssh(user: string, command: string, options?: SshOptions): Promise<Result>;
  /** Another program outside that connects to the node: `words` gets host and port. */
  outside(port: number, words: (host: string, port: number) => readonly string[]): Promise<Result>;
  /** Shuts down and starts again. */
  reboot(): Promise<void>;
  /** Takes the power away in this moment, and starts again. */
  powerCut(): Promise<void>;
  /** Shuts down cleanly and stays off; `start` again by `powerOn`. */
  shutDown(): Promise<void>;
  powerOn(): Promise<void>;
  /** A program of the test machine that reads the disk: `{root}` in a word is its root. A machine must be off. */
  onDisk(argv: readonly string[], options?: DiskOptions): Promise<Result>;
  stop(): Promise<void>;
}

const shutDownLimitMs = 180_000;
const write =
  'mkdir -p "$(dirname "$0")"; cat >"$0.part"; chmod "$1" "$0.part"; chown "$2" "$0.part"; mv "$0.part" "$0"';
let count = 0;

class StartedBed implements Bed {
  readonly kind: Start["kind"];
  readonly #node: Node;
  readonly #key: string;

  constructor(kind: Start["kind"], node: Node, key: string) {
    this.kind = kind;
    this.#node = node;
    this.#key = key;
  }

  run: Bed["run"] = (argv, options = {}) => this.#node.run(argv, options);

  async sh(script: string, options: RunOptions = {}): Promise<string> {
    const done = await this.run(["sh", "-euc", script], options);
    if (done.code !== 0) throw new Error(`${script}\nended with ${done.code}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  async put(
    path: string,
    content: string | Uint8Array,
    { mode = 0o644, owner = "root:root" }: PutOptions = {},
  ) {
    const done = await this.run(["sh", "-euc", write, path, mode.toString(8), owner], { input: content });
    if (done.code !== 0) throw new Error(`${path}: ${done.stderr}`);
  }

  async get(path: string): Promise<string | undefined> {
    const read = await this.run(["cat", "--", path]);
    return read.code === 0 ? read.stdout : undefined;
  }

  nodeward: Bed["nodeward"] = (args, { user, ...options } = {}) => {
    const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"];
    return this.run([...as, nodePath, program.inside, ...args], options);
  };

  async ssh(user: string, command: string, options: SshOptions = {}): Promise<Result> {
    const { prefix, host, port } = this.#node.fromOutside(options.port ?? 22);
    const folder = mkdtempSync(join(tmpdir(), "nodeward-ssh-"));
    try {
      const key = join(folder, "key");
      writeFileSync(key, options.key ?? readFileSync(this.#key), { mode: 0o600 });
      const asked = join(folder, "ask");
      writeFileSync(asked, '#!/bin/sh\nprintf "%s\\n" "$BED_PASSWORD"\n', { mode: 0o700 });
      const method =
        options.password === undefined
          ? ["-i", key, "-oIdentitiesOnly=yes", "-oBatchMode=yes"]
          : ["-oPubkeyAuthentication=no", "-oNumberOfPasswordPrompts=1"];
      const known = [
        "-F/dev/null",
        "-oUserKnownHostsFile=/dev/null",
        "-oStrictHostKeyChecking=no",
        "-oLogLevel=ERROR",
      ];
      const argv = [
        "ssh",
        ...known,
        ...method,
        "-oConnectTimeout=30",
        `-p${port}`,
        `${user}@${host}`,
        command,
      ];
      return await runProgram([...prefix, ...argv], {
        ...(options.input === undefined ? {} : { input: options.input }),
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
        env: {
          SSH_ASKPASS: asked,
          SSH_ASKPASS_REQUIRE: "force",
          BED_PASSWORD: options.password ?? "",
          SSH_AUTH_SOCK: "",
        },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async outside(port: number, words: (host: string, port: number) => readonly string[]): Promise<Result> {
    const way = this.#node.fromOutside(port);
    return await runProgram([...way.prefix, ...words(way.host, way.port)], { timeoutMs: 60_000 });
  }

  async reboot(): Promise<void> {
    await this.shutDown();
    await this.powerOn();
  }

  async powerCut(): Promise<void> {
    await this.#node.powerOff();
    await this.powerOn();
  }

  async shutDown(): Promise<void> {
    await this.run(["systemctl", "--no-block", "poweroff"]);
    await this.#node.ended(shutDownLimitMs);
  }

  powerOn = (): Promise<void> => this.#node.powerOn();

  onDisk: Bed["onDisk"] = (argv, options = {}) => this.#node.onDisk(argv, options);

  stop = (): Promise<void> => this.#node.remove();

  log = (): string => this.#node.log();
}

/** Starts a node and puts nodeward on it. Stop it, or use `withBed`. */
export async function start({ image, kind, ports = [], off = false }: Start): Promise<StartedBed> {
  const built = await imageOf(image);
  count += 1;
  const node =
    kind === "container"
      ? await containerOf(built, `bed${count}`)
      : await machineOf(built, [22, ...ports], off);
  try {
    if (off) return new StartedBed(kind, node, built.key);
    await node.powerOn();
    const bed = new StartedBed(kind, node, built.key);
    await bed.put(program.inside, await program.text(), { mode: 0o755 });
    return bed;
  } catch (error) {
    const log = node.log();
    await node.remove();
    throw new Error(`the bed did not start: ${error}\n${log}`, { cause: error });
  }
}

/**
 * Starts a node for one scenario and takes it away, whatever happens; the console is shown where it failed. Says SKIPPED
 * where this machine cannot start one.
 */
export async function withBed(what: Start, scenario: (bed: Bed) => Promise<void>): Promise<void> {
  const lacking = missing(what.kind);
  if (lacking !== undefined) {
    console.log(`SKIPPED a ${what.kind} of ${what.image}: ${lacking}`);
    return;
  }
  const bed = await start(what);
  try {
    await scenario(bed);
  } catch (error) {
    console.log(`the console's last lines:\n${bed.log().slice(-1_500)}`);
    throw error;
  } finally {
    await bed.stop();
  }
}
