// The hash of an open file. A large one is hashed in a thread of its own, beside the rest of the audit.
import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { DigestAlgorithm } from "./host.js";

/** Bytes from which a thread is worth its start. */
const large = 8 * 1024 * 1024;

/** The thread's whole program: descriptors belong to the process, so the number is enough. */
const program = `
const { parentPort, workerData: { fd, algorithm, limit } } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { readSync } = require("node:fs");
const hash = createHash(algorithm);
const buffer = Buffer.allocUnsafe(1 << 20);
let total = 0;
for (let count = readSync(fd, buffer); count > 0 && total <= limit; count = readSync(fd, buffer)) {
  total += count;
  hash.update(buffer.subarray(0, count));
}
parentPort.postMessage({ hex: hash.digest("hex"), total });
`;

export interface Digested {
  readonly hex: string;
  /** Bytes read. */
  readonly total: number;
}

function inThread(fd: number, algorithm: DigestAlgorithm, limit: number): Promise<Digested> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { eval: true, workerData: { fd, algorithm, limit }, env: {} });
    worker.once("message", (message: Digested) => resolve(message));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the hash was not finished")));
  });
}

/** Hashes from the descriptor's position to its end, or until more than `limit` bytes were read. */
export async function digestOf(
  fd: number,
  size: number,
  algorithm: DigestAlgorithm,
  limit: number,
): Promise<Digested> {
  if (size >= large) return await inThread(fd, algorithm, limit);
  const hash = createHash(algorithm);
  const buffer = Buffer.allocUnsafe(256 * 1024);
  let total = 0;
  for (let count = readSync(fd, buffer); count > 0 && total <= limit; count = readSync(fd, buffer)) {
    total += count;
    hash.update(buffer.subarray(0, count));
  }
  return { hex: hash.digest("hex"), total };
}
