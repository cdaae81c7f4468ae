// A node as a whole machine, emulated: a kernel of its own with modules, AppArmor, sysctls, audit; reboots and power cuts.
// The first start goes on from a saved boot (booted.ts); every later one is a boot. Ends with the process that started it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentOf, command, consoleOf, controlOf, emulator } from "./emulator.js";
import { agentAnswers, runInGuest } from "./guest-agent.js";
import type { Built } from "./image.js";
import type { Node } from "./node.js";
import { end, runProgram, tied, until } from "./process.js";

/** An emulated boot, which may do a good deal, on a machine with other work. */
const bootLimitMs = 900_000;

const prefix = "nodeward-machine-";

/** Takes away the disks of runs that were killed. */
function sweepFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length).split("-")[0] : undefined;
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** A port of loopback that nobody has now; another may take it before QEMU does, which then ends and says so. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function tail(file: string): string {
  try {
    return readFileSync(file, "latin1").slice(-4_000);
  } catch {
    return "";
  }
}

/** A boot to go on from: the disk as it was then, and the machine's memory. */
export interface SavedBoot {
  readonly disk: string;
  readonly memory: string;
}

export class Machine implements Node {
  readonly folder: string;
  readonly #built: Built;
  readonly #ports: readonly number[];
  #saved: SavedBoot | undefined;
  #qemu: ChildProcess | undefined;
  #errors = "";
  #raws = 0;
  #forwards: ReadonlyMap<number, number> = new Map();

  constructor(built: Built, ports: readonly number[], saved?: SavedBoot) {
    sweepFolders();
    this.#built = built;
    this.#ports = ports;
    this.#saved = saved;
    this.folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  }

  get disk(): string {
    return join(this.folder, "disk.qcow2");
  }

  /** Makes the disk: what is written goes to it, what is read comes from the image or the saved boot. */
  async prepare(): Promise<void> {
    if (this.#saved === undefined) await this.#diskOver("raw", this.#built.disk);
    else await this.#diskOver("qcow2", this.#saved.disk);
  }

  async #diskOver(format: "raw" | "qcow2", file: string): Promise<void> {
    const argv = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", format, "-b", file, this.disk];
    const made = await runProgram(argv);
    if (made.code !== 0) throw new Error(made.stderr);
  }

  async powerOn(): Promise<void> {
    const pairs: [number, number][] = [];
    for (const port of this.#ports) pairs.push([port, await freePort()]);
    this.#forwards = new Map(pairs);
    const saved = this.#saved;
    this.#saved = undefined;
    const words = emulator({
      built: this.#built,
      folder: this.folder,
      disk: this.disk,
      forwards: this.#forwards,
    });
    const from = saved === undefined ? [] : ["-incoming", `exec:cat ${saved.memory}`];
    const [program, ...rest] = [...tied, ...words, ...from];
    const qemu = spawn(program ?? "", rest, { stdio: ["ignore", "ignore", "pipe"] });
    this.#qemu = qemu;
    this.#errors = "";
    qemu.stderr?.on("data", (bytes: Buffer) => {
      this.#errors += bytes.toString();
    });
    if (saved !== undefined) await this.#goOn();
    await this.#booted();
    // A machine that goes on from a saved boot still has the time of then.
    if (saved !== undefined) await this.run(["date", "--set", `@${Date.now() / 1000}`], {});
  }

  /** The machine was stopped when it was saved, and is when it is back. */
  async #goOn(): Promise<void> {
    await until("the saved machine's memory", 60_000, async () => {
      if (this.#qemu?.exitCode !== null) throw new Error(`QEMU ended: ${this.#errors}`);
      if (!existsSync(controlOf(this.folder))) return undefined;
      const status = JSON.stringify(await command(this.folder, "query-status"));
      return status.includes('"inmigrate"') ? undefined : true;
    });
    await command(this.folder, "cont");
  }

  async #booted(): Promise<void> {
    const answered = async () => {
      if (this.#qemu?.exitCode !== null) throw new Error(`QEMU ended: ${this.#errors}`);
      if (!(await agentAnswers(agentOf(this.folder)))) return undefined;
      const state = await this.run(["systemctl", "is-system-running"], {});
      return ["running", "degraded"].includes(state.stdout.trim()) || undefined;
    };
    await until("the emulated machine's boot", bootLimitMs, answered, 300);
  }

  run: Node["run"] = (argv, options) => runInGuest(agentOf(this.folder), argv, options);

  fromOutside: Node["fromOutside"] = (port) => {
    const outer = this.#forwards.get(port);
    if (outer === undefined) throw new Error(`port ${port} is not forwarded: name it in ports`);
    return { prefix: [], host: "127.0.0.1", port: outer };
  };

  onDisk: Node["onDisk"] = async (argv, { writes = false, ...options }) => {
    if (this.#qemu !== undefined) throw new Error("the disk can be read when the machine is off");
    this.#raws += 1;
    const raw = join(this.folder, `disk${this.#raws}.raw`);
    const made = await runProgram(["qemu-img", "convert", "-O", "raw", this.disk, raw]);
    if (made.code !== 0) throw new Error(made.stderr);
    // noload: the journal of a disk whose power was cut is not written back.
    const mount = `mount -o ${writes ? "loop" : "loop,ro,noload"} "$0" /mnt || exit 1; "$@"; code=$?; umount /mnt; exit $code`;
    const words = argv.map((word) => word.replace("{root}", "/mnt"));
    const apart = ["unshare", "--mount", "--propagation=private"];
    const result = await runProgram([...apart, "sh", "-c", mount, raw, ...words], options);
    if (writes) await this.#diskOver("raw", raw);
    else rmSync(raw, { force: true });
    return result;
  };

  async powerOff(): Promise<void> {
    if (this.#qemu !== undefined) await end(this.#qemu);
    this.#qemu = undefined;
  }

  async ended(limitMs: number): Promise<void> {
    await until("the machine's shutdown", limitMs, () => this.#qemu?.exitCode ?? undefined);
    await this.powerOff();
  }

  async remove(): Promise<void> {
    await this.powerOff();
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(): string {
    return `${this.#errors}${tail(consoleOf(this.folder))}`;
  }
}
