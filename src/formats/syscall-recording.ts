// What was seen of a program's system calls, in one form for every recorder. Not a profile (confine/generate.ts), and not the
// reading of any one recorder's lines.
import type { Architecture } from "./syscall-table.js";

export interface SeenCall {
  /** Undefined: the recorder's own, that of the machine. */
  readonly architecture: Architecture | undefined;
  /** A name, or the number where the recorder knew none. */
  readonly call: string | number;
  readonly count: number;
  /** The first arguments that were seen, numbers only: of calls whose arguments a rule may hang on. */
  readonly arguments: readonly (readonly bigint[])[];
}

export const recorders = ["strace", "strace-summary", "audit", "tracee"] as const;
export type Recorder = (typeof recorders)[number];

export interface Recording {
  readonly recorder: Recorder;
  readonly calls: readonly SeenCall[];
  /** Programs that made them, where the recorder tells. */
  readonly programs: readonly string[];
  /** Why calls may be missing. */
  readonly gaps: readonly string[];
  /** Calls of the container runtime before its program, left out. */
  readonly ofRuntime: number;
}

/** Different argument lists kept of one call; beyond them no rule on arguments is made. */
export const argumentLimit = 64;

/** Counts calls while lines are read. */
export class Tally {
  private readonly seen = new Map<
    string,
    {
      readonly architecture: Architecture | undefined;
      readonly call: string | number;
      count: number;
      readonly lists: Map<string, readonly bigint[]>;
    }
  >();
  private readonly names = new Set<string>();
  private readonly missing = new Set<string>();
  ofRuntime = 0;

  add(
    call: string | number,
    architecture: Architecture | undefined,
    count = 1,
    list?: readonly bigint[],
  ): void {
    const key = `${architecture ?? ""} ${call}`;
    const found = this.seen.get(key) ?? {
      architecture,
      call,
      count: 0,
      lists: new Map<string, readonly bigint[]>(),
    };
    found.count += count;
    if (list !== undefined && found.lists.size <= argumentLimit) found.lists.set(list.join(), list);
    this.seen.set(key, found);
  }

  program(name: string): void {
    if (name !== "" && this.names.size < 100) this.names.add(name);
  }

  gap(reason: string): void {
    this.missing.add(reason);
  }

  get total(): number {
    return this.seen.size;
  }

  recording(recorder: Recorder): Recording {
    const calls = [...this.seen.values()].map(({ architecture, call, count, lists }) => ({
      architecture,
      call,
      count,
      arguments: [...lists.values()],
    }));
    return {
      recorder,
      calls,
      programs: [...this.names].sort(),
      gaps: [...this.missing],
      ofRuntime: this.ofRuntime,
    };
  }
}

/** Calls on whose first arguments a rule makes sense: the others' are addresses and descriptors. */
export const ruledCalls: ReadonlySet<string> = new Set(["socket", "socketpair", "personality", "clone"]);
