// A machine of services for tests: each unit runs or has failed, and has in force what its file said when it last read it.
// One call can go wrong in one of the ways in which programs do.
import { readFileSync } from "node:fs";
import type { RunResult } from "../../src/host/host.js";
import type { NodeWriter, StateFiles } from "../../src/host/node-writer.js";
import type { Machine } from "../../src/remedy/machine.js";
import { said } from "./machine.js";
import type { Tree } from "./tree.js";

const fine = { state: "ok", code: 0, stdout: "", stderr: "" } as const;

/** The units of the played tree and what they read. */
export const reads: Readonly<Record<string, string>> = {
  "ssh.service": "/etc/ssh/sshd_config",
  "systemd-journald.service": "/etc/systemd/journald.conf",
  "containerd.service": "/etc/containerd/config.toml",
};

export type Way =
  /** It does not end, and is ended; or it crashes. */
  | "hangs"
  /** Its program is gone from then on. */
  | "vanishes"
  | "refuses"
  /** It ends well, and the unit it was about does not outlive it. */
  | "dies"
  /** It ends well; what the unit serves does not work until it reads other files. */
  | "deaf";

export interface Trouble {
  /** The how manieth call, from 1. */
  readonly nth: number;
  readonly way: Way;
}

export class ServiceWorld {
  readonly calls: string[] = [];
  readonly inForce = new Map<string, string>();
  readonly failed = new Set<string>();
  private readonly gone = new Set<string>();
  private deaf = "";
  /** Lines of the journal that can still be written. */
  lines = Number.POSITIVE_INFINITY;

  constructor(private readonly trouble: Trouble | undefined) {}

  private text(tree: Tree, unit: string): string {
    return readFileSync(tree.path(reads[unit] ?? ""), "utf8");
  }

  machine = (machine: Machine, tree: Tree): Machine => {
    for (const unit of Object.keys(reads)) this.inForce.set(unit, this.text(tree, unit));
    return {
      ...machine,
      writer: this.full(machine.writer),
      act: async (name, ...args) => this.act(tree, name, args),
      greeting: async () =>
        this.failed.has("ssh.service") || this.deaf === this.inForce.get("ssh.service")
          ? { state: "failed", reason: "nobody answers" }
          : { state: "ok", line: "SSH-2.0-OpenSSH_9.2" },
      open: () =>
        Object.create(tree.host(), {
          live: { value: true },
          run: { value: async (name: string, unit = "") => this.run(name, unit) },
        }),
    };
  };

  private run(name: string, unit: string): RunResult {
    if (name === "unit-active") return said(this.failed.has(unit) ? "failed\n" : "active\n");
    if (name !== "unit-states") return { state: "absent", reason: `${name} is not there` };
    const state = (one: string) => (this.failed.has(one) ? "failed failed" : "active running");
    return said(
      Object.keys(reads)
        .map((one) => `${one} loaded ${state(one)} x\n`)
        .join(""),
    );
  }

  private act(tree: Tree, name: string, [unit = ""]: readonly string[]): RunResult {
    this.calls.push(`${name} ${unit}`.trim());
    const program = /-unit$|systemd/.test(name) ? "systemctl" : name;
    if (this.gone.has(program)) return { state: "absent", reason: `${name} is not installed` };
    const way = this.trouble?.nth === this.calls.length ? this.trouble.way : undefined;
    if (way === "hangs") return { state: "failed", reason: `${name} did not finish` };
    if (way === "refuses") return { ...fine, code: 1, stderr: "no" };
    if (way === "vanishes") {
      this.gone.add(program);
      return { state: "absent", reason: `${name} is not installed` };
    }
    if (name === "reset-failed-unit") return fine;
    const isDead = this.failed.has(unit);
    if (name === "reload-unit" && isDead) return { ...fine, code: 1, stderr: "Unit is not active" };
    if (/^(?:reload|restart|start)-unit$/.test(name)) {
      if (name !== "start-unit" || isDead) this.inForce.set(unit, this.text(tree, unit));
      this.failed.delete(unit);
    }
    if (way === "dies") this.failed.add(unit);
    if (way === "deaf") this.deaf = this.inForce.get(unit) ?? "";
    return fine;
  }

  /** A disk that has no room for more than so many lines of the journal. */
  private full(writer: NodeWriter): NodeWriter {
    const state = (): ReturnType<NodeWriter["state"]> => {
      const files = writer.state();
      if ("state" in files) return files;
      const extend: StateFiles["extend"] = (name, offset, bytes) =>
        --this.lines < 0
          ? {
              state: "refused",
              path: name,
              reason: `${name}: no space left on the file system`,
              code: "ENOSPC",
            }
          : files.extend(name, offset, bytes);
      return Object.create(files, {
        extend: { value: extend },
        read: { value: files.read.bind(files) },
        list: { value: files.list.bind(files) },
        put: { value: files.put.bind(files) },
        putAll: { value: files.putAll.bind(files) },
        rename: { value: files.rename.bind(files) },
        remove: { value: files.remove.bind(files) },
        keep: { value: files.keep.bind(files) },
        lock: { value: files.lock.bind(files) },
      });
    };
    return Object.create(writer, { state: { value: state } });
  }
}
