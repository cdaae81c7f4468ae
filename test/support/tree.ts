// Real directory trees for tests of the rooted host and of whole runs: made in a temporary directory, taken away after.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Host } from "../../src/host/host.js";
import { openHost } from "../../src/host/rooted.js";

export type Planted =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly fifo: true }
  | { readonly directory: true };

export interface Tree {
  readonly root: string;
  path(inside: string): string;
  plant(inside: string, what: Planted, mode?: number): void;
  host(): Host;
  remove(): void;
}

/** Processes are not killed in tests of reading: there is nothing to kill. */
export const testEnvironment = { now: () => Date.UTC(2026, 0, 1), killGroup: () => {} };

export function openTree(root: string): Host {
  const opened = openHost(root, testEnvironment);
  if (opened.state !== "ok") throw new Error(opened.reason);
  return opened.host;
}

export function makeTree(files: Readonly<Record<string, Planted>> = {}): Tree {
  const root = mkdtempSync(join(tmpdir(), "nodeward-test-"));
  const path = (inside: string) => join(root, inside);
  const plant = (inside: string, what: Planted, mode?: number) => {
    mkdirSync(dirname(path(inside)), { recursive: true });
    if (typeof what === "string" || what instanceof Uint8Array) writeFileSync(path(inside), what);
    else if ("link" in what) symlinkSync(what.link, path(inside));
    else if ("fifo" in what) execFileSync("mkfifo", [path(inside)]);
    else mkdirSync(path(inside), { recursive: true });
    if (mode !== undefined) chmodSync(path(inside), mode);
  };
  for (const [inside, what] of Object.entries(files)) plant(inside, what);
  return {
    root,
    path,
    plant,
    host: () => openTree(root),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
