// Values as lines set them, one after the other: the first wins, the last counts, or all are kept. Knows no files.
import { lowerCase } from "../../formats/sshd-config.js";
import type { Entry, Surroundings } from "./program.js";
import type { Input, Reading } from "./reading.js";

export interface Value {
  readonly texts: readonly string[];
  /** The lines it comes from. */
  readonly entries: readonly Entry[];
}

type Good = Extract<Reading, { readonly parts: unknown }>;

function slotKey(entry: Entry, slot: string | undefined): string {
  const name = lowerCase(entry.keyword.name);
  return slot === undefined ? name : `${name}:${slot}`;
}

export class Options {
  /** By keyword in lower case, or `keyword:slot`. */
  readonly values: Map<string, Value>;

  constructor(
    private readonly around: Pick<Surroundings, "build" | "home" | "service">,
    values: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.values = new Map(values);
  }

  read(entry: Pick<Entry, "keyword" | "words" | "rest">, active = true): Reading {
    const { build, home, service } = this.around;
    const input: Input = {
      words: entry.words,
      rest: entry.rest,
      build,
      active,
      home,
      service,
      has: (name) => this.values.has(name),
      count: (name) => this.values.get(name)?.texts.length ?? 0,
    };
    return entry.keyword.read(input);
  }

  apply(entry: Entry, reading: Good): void {
    for (const { slot, texts, keep } of reading.parts) {
      const key = slotKey(entry, slot);
      const before = this.values.get(key);
      if (before === undefined || keep === "last") this.values.set(key, { texts, entries: [entry] });
      else if (keep === "append")
        this.values.set(key, {
          texts: [...before.texts, ...texts],
          entries: [...before.entries, entry],
        });
    }
  }

  /** Reads and applies lines that are known to be good. */
  run(entries: readonly Entry[]): this {
    for (const entry of entries) {
      const reading = this.read(entry);
      if (!("problem" in reading)) this.apply(entry, reading);
    }
    return this;
  }

  /** These values, with those of `over` in their place. */
  overriddenBy(over: Options): Options {
    return new Options(this.around, new Map([...this.values, ...over.values]));
  }
}
