// QEMU's command line for a node, and its own control socket (QMP, docs/interop/qmp-spec). Emulation in software: KVM is
// never used, as where it is offered it may hang.
import { connect } from "node:net";
import { join } from "node:path";
import type { Built } from "./image.js";

export interface Emulated {
  readonly built: Built;
  /** Holds the sockets and the console's file. */
  readonly folder: string;
  /** A qcow2 file. */
  readonly disk: string;
  /** Inner port to loopback's. */
  readonly forwards: ReadonlyMap<number, number>;
}

export const agentOf = (folder: string): string => join(folder, "agent");
export const controlOf = (folder: string): string => join(folder, "control");
export const consoleOf = (folder: string): string => join(folder, "console");

const kernelLine = "root=/dev/vda rw console=ttyS0 apparmor=1 security=apparmor audit=1 panic=1";

/** What the machine is: part of the name of a saved boot, as only the same machine can go on with it. */
export const hardware: readonly string[] = [
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
  ...["-display", "none", "-no-reboot", "-append", kernelLine],
];

export function emulator({ built, folder, disk, forwards }: Emulated): readonly string[] {
  const forwarded = [...forwards].map(([inner, outer]) => `,hostfwd=tcp:127.0.0.1:${outer}-:${inner}`);
  const socket = (name: string, path: string) => `socket,id=${name},server=on,wait=off,path=${path}`;
  return [
    "qemu-system-x86_64",
    ...hardware,
    ...["-kernel", built.kernel, "-initrd", built.initrd, "-serial", `file:${consoleOf(folder)}`],
    ...["-drive", `file=${disk},if=virtio,format=qcow2,cache=writeback`, "-device", "virtio-rng-pci"],
    ...["-netdev", `user,id=net,restrict=on${forwarded.join("")}`, "-device", "virtio-net-pci,netdev=net"],
    ...["-device", "virtio-serial-pci", "-chardev", socket("agent", agentOf(folder))],
    ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    ...["-chardev", socket("control", controlOf(folder)), "-mon", "chardev=control,mode=control"],
  ];
}

type Order = Readonly<Record<string, unknown>>;

/** Gives one order to QEMU and answers what it returned. */
export function command(folder: string, execute: string, args: Order = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(controlOf(folder));
    const timer = setTimeout(() => finish(new Error(`QEMU does not answer ${execute}`)), 30_000);
    const finish = (error: Error | undefined, value?: unknown) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
      if (error === undefined) resolve(value);
      else reject(error);
    };
    const orders = [{ execute: "qmp_capabilities" }, { execute, arguments: args }];
    let sent = 0;
    let text = "";
    socket.on("error", finish);
    socket.on("close", () => finish(new Error("QEMU is gone")));
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
        const message: Order = JSON.parse(text.slice(0, at));
        text = text.slice(at + 1);
        if (message.error !== undefined) return finish(new Error(JSON.stringify(message.error)));
        if (message.event !== undefined) continue;
        if (sent === orders.length) return finish(undefined, message.return);
        socket.write(`${JSON.stringify(orders[sent])}\n`);
        sent += 1;
      }
    });
  });
}
