// What a container and an emulated machine have in common, as the bed uses them. Types only.
import type { Result, RunOptions } from "./process.js";

/** How a program on the test machine reaches a port of the node. */
export interface Way {
  /** Words before the program's own. */
  readonly prefix: readonly string[];
  readonly host: string;
  readonly port: number;
}

export interface DiskOptions extends RunOptions {
  /** The program changes the disk, too. */
  readonly writes?: boolean;
}

export interface Node {
  /** Starts it and waits until its services have. */
  powerOn(): Promise<void>;
  /** Cuts the power: no service is told. */
  powerOff(): Promise<void>;
  /** Waits until a shutdown from inside has come to its end. */
  ended(limitMs: number): Promise<void>;
  /** Runs a program inside as root, past sshd and firewall. */
  run(argv: readonly string[], options: RunOptions): Promise<Result>;
  fromOutside(port: number): Way;
  /** Runs a program of the test machine; `{root}` in its words is where the node's disk can be read. */
  onDisk(argv: readonly string[], options: DiskOptions): Promise<Result>;
  /** Ends everything and leaves nothing. */
  remove(): Promise<void>;
  /** The console's last lines. */
  log(): string;
}
