// The hash of an open file. What is large, or comes in numbers, is hashed in threads, beside the rest of the audit.
import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { DigestAlgorithm } from "./host.js";

/** Bytes hashed at once, together, from which on a thread is worth its start. */
const large = 8 * 1024 * 1024;

/** Bytes of a file that are hashed faster than they are handed to a thread. */
const little = 64 * 1024;

/** Bytes that wait for one thread before a second is worth its start. */
const much = 64 * 1024 * 1024;

/** The thread's whole program: descriptors belong to the process, so the number is enough. */
const program = `
const { parentPort } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const buffer = Buffer.allocUnsafe(1 << 20);
parentPort.on("message", ({ id, fd, algorithm, limit }) => {
  try {
    const hash = createHash(algorithm);
    let total = 0;
    for (let count = readSync(fd, buffer); count > 0 && total <= limit; count = readSync(fd, buffer)) {
      total += count;
      hash.update(buffer.subarray(0, count));
    }
    parentPort.postMessage({ id, hex: hash.digest("hex"), total });
  } catch (error) {
    parentPort.postMessage({ id, error });
  }
});
`;

export interface Digested {
  readonly hex: string;
  /** Bytes read. */
  readonly total: number;
}

type Answer = { readonly id: number } & (Digested | { readonly error: unknown });

interface Waiting {
  readonly size: number;
  readonly resolve: (digested: Digested) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread and the files it was given. It does not keep the process alive when it has none. */
class HashThread {
  readonly waiting = new Map<number, Waiting>();
  private readonly worker = new Worker(program, { eval: true, env: {} });
  private next = 0;

  constructor(private readonly ended: () => void) {
    this.worker.on("message", (answer: Answer) => {
      const one = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if ("error" in answer) one?.reject(answer.error);
      else one?.resolve(answer);
      if (this.waiting.size === 0) this.worker.unref();
    });
    this.worker.on("error", (error) => this.end(error));
    this.worker.on("exit", () => this.end(new Error("the hash was not finished")));
  }

  bytes(): number {
    return [...this.waiting.values()].reduce((sum, { size }) => sum + size, 0);
  }

  digest(fd: number, size: number, algorithm: DigestAlgorithm, limit: number): Promise<Digested> {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { size, resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, fd, algorithm, limit });
    });
  }

  private end(error: unknown): void {
    this.ended();
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

const threads: HashThread[] = [];

function started(): HashThread {
  const thread: HashThread = new HashThread(() => {
    const index = threads.indexOf(thread);
    if (index >= 0) threads.splice(index, 1);
  });
  threads.push(thread);
  return thread;
}

function inThread(fd: number, size: number, algorithm: DigestAlgorithm, limit: number): Promise<Digested> {
  const [first, second] = [...threads].sort((a, b) => a.bytes() - b.bytes());
  const free = first === undefined || (second === undefined && first.bytes() > much) ? started() : first;
  return free.digest(fd, size, algorithm, limit);
}

/** Bytes hashed at once by this process so far. */
let atOnce = 0;

function worthThread(size: number): boolean {
  return size > little && (threads.length > 0 || atOnce + size >= large);
}

/** Hashes from the descriptor's position to its end, or until more than `limit` bytes were read. */
export async function digestOf(
  fd: number,
  size: number,
  algorithm: DigestAlgorithm,
  limit: number,
): Promise<Digested> {
  if (worthThread(size)) return await inThread(fd, size, algorithm, limit);
  atOnce += size;
  const hash = createHash(algorithm);
  const buffer = Buffer.allocUnsafe(256 * 1024);
  let total = 0;
  for (let count = readSync(fd, buffer); count > 0 && total <= limit; count = readSync(fd, buffer)) {
    total += count;
    hash.update(buffer.subarray(0, count));
  }
  return { hex: hash.digest("hex"), total };
}
