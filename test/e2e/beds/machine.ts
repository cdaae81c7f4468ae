// A node as a whole machine in QEMU, emulated in software (KVM is never used: where it is offered it may hang): a kernel of
// its own with modules, AppArmor, sysctls, audit; reboots and power cuts. Ends with the process that started it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentAnswers, runInGuest } from "./guest-agent.js";
import type { Built } from "./image.js";
import type { Node } from "./node.js";
import { end, runProgram, tied, until } from "./process.js";

/** An emulated boot on a machine with other work. */
const bootLimitMs = 400_000;
/** The guest's own address, and the one under which it sees the test machine (QEMU's user network). */
export const guestAddress = "10.0.2.15";
export const hostAddress = "10.0.2.2";

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

class Machine implements Node {
  readonly #built: Built;
  readonly #ports: readonly number[];
  readonly #folder: string;
  #qemu: ChildProcess | undefined;
  #errors = "";
  #forwards: ReadonlyMap<number, number> = new Map();

  constructor(built: Built, ports: readonly number[]) {
    this.#built = built;
    this.#ports = ports;
    this.#folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  }

  async prepare(): Promise<void> {
    const argv = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", this.#built.disk, this.#disk];
    const made = await runProgram(argv);
    if (made.code !== 0) throw new Error(made.stderr);
  }

  get #disk(): string {
    return join(this.#folder, "disk.qcow2");
  }

  get #agent(): string {
    return join(this.#folder, "agent");
  }

  #arguments(): readonly string[] {
    const forwards = [...this.#forwards].map(([inner, outer]) => `,hostfwd=tcp:127.0.0.1:${outer}-:${inner}`);
    const kernel = "root=/dev/vda rw console=ttyS0 apparmor=1 security=apparmor audit=1 net.ifnames=1";
    return [
      ...[
        "-machine",
        "q35,accel=tcg",
        "-cpu",
        "max",
        "-smp",
        "2",
        "-m",
        "1024",
        "-nodefaults",
        "-no-user-config",
      ],
      ...["-display", "none", "-serial", `file:${join(this.#folder, "console")}`],
      ...["-kernel", this.#built.kernel, "-initrd", this.#built.initrd, "-append", kernel],
      ...["-drive", `file=${this.#disk},if=virtio,format=qcow2,cache=writeback`, "-device", "virtio-rng-pci"],
      ...["-netdev", `user,id=net,restrict=on${forwards.join("")}`, "-device", "virtio-net-pci,netdev=net"],
      ...[
        "-device",
        "virtio-serial-pci",
        "-chardev",
        `socket,id=agent,server=on,wait=off,path=${this.#agent}`,
      ],
      ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    ];
  }

  async powerOn(): Promise<void> {
    const pairs: [number, number][] = [];
    for (const port of this.#ports) pairs.push([port, await freePort()]);
    this.#forwards = new Map(pairs);
    const [program, ...words] = [...tied, "qemu-system-x86_64", ...this.#arguments()];
    const qemu = spawn(program ?? "", words, { stdio: ["ignore", "ignore", "pipe"] });
    this.#qemu = qemu;
    this.#errors = "";
    qemu.stderr?.on("data", (bytes: Buffer) => {
      this.#errors += bytes.toString();
    });
    await until(
      "the emulated machine's boot",
      bootLimitMs,
      async () => {
        if (this.#qemu?.exitCode !== null) throw new Error(`QEMU ended: ${this.#errors}`);
        if (!(await agentAnswers(this.#agent))) return undefined;
        const state = await this.run(["systemctl", "is-system-running"], {});
        return ["running", "degraded"].includes(state.stdout.trim()) || undefined;
      },
      500,
    );
  }

  run: Node["run"] = (argv, options) => runInGuest(this.#agent, argv, options);

  fromOutside: Node["fromOutside"] = (port) => {
    const outer = this.#forwards.get(port);
    if (outer === undefined) throw new Error(`port ${port} is not forwarded: name it in ports`);
    return { prefix: [], host: "127.0.0.1", port: outer };
  };

  onDisk: Node["onDisk"] = async (argv, options) => {
    if (this.#qemu !== undefined) throw new Error("the disk can be read when the machine is off");
    const raw = join(this.#folder, "disk.raw");
    const made = await runProgram(["qemu-img", "convert", "-O", "raw", this.#disk, raw]);
    if (made.code !== 0) throw new Error(made.stderr);
    // noload: the journal of a disk whose power was cut is not written back.
    const mount = 'mount -o loop,ro,noload "$0" /mnt && exec "$@"';
    const words = argv.map((word) => word.replace("{root}", "/mnt"));
    const apart = ["unshare", "--mount", "--propagation=private"];
    const result = await runProgram([...apart, "sh", "-c", mount, raw, ...words], options);
    rmSync(raw, { force: true });
    return result;
  };

  async powerOff(): Promise<void> {
    if (this.#qemu !== undefined) await end(this.#qemu);
    this.#qemu = undefined;
    rmSync(this.#agent, { force: true });
  }

  async ended(limitMs: number): Promise<void> {
    await until("the machine's shutdown", limitMs, () => this.#qemu?.exitCode ?? undefined);
    await this.powerOff();
  }

  async remove(): Promise<void> {
    await this.powerOff();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  log(): string {
    return `${this.#errors}${tail(join(this.#folder, "console"))}`;
  }
}

/** An emulated machine with this image on a disk of its own, not yet running; `ports` are reachable from outside. */
export async function machineOf(built: Built, ports: readonly number[]): Promise<Node> {
  sweepFolders();
  const machine = new Machine(built, ports);
  await machine.prepare();
  return machine;
}
