// Gathers the facts that selected checks need: all at once, each once. Judges nothing.
import type { Check } from "../checks/define.js";
import { type Fact, failed } from "../core/fact.js";
import { type FactName, factSources } from "../facts/index.js";
import type { Ask, FactSource } from "../facts/source.js";
import type { Host } from "../host/host.js";

/** Remembers each source's fact by identity; an exception in a source is a bug and becomes that fact's error. */
export function asker(host: Host): Ask {
  const gathered = new Map<FactSource<unknown>, Promise<Fact<unknown>>>();
  const ask: Ask = <T>(source: FactSource<T>): Promise<Fact<T>> => {
    const before = gathered.get(source);
    // A source is its own key, so what is kept under it is what it gathered.
    if (before !== undefined) return before as Promise<Fact<T>>;
    const made = source
      .gather(host, ask)
      .catch((error: unknown) => failed(`internal error while reading ${source.title}: ${describe(error)}`));
    gathered.set(source, made);
    return made;
  };
  return ask;
}

/** An exception as one line, for the message of what could not be told. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export type Gathered = ReadonlyMap<FactName, Fact<unknown>>;

/** The facts that `checks` need or take, by name. */
export async function gather(ask: Ask, checks: readonly Check[]): Promise<Gathered> {
  const needed = [...new Set(checks.flatMap((check) => [...check.needs, ...check.optional]))];
  const sources = await Promise.all(
    needed.map(
      async (name): Promise<readonly [FactName, FactSource<unknown>]> => [name, await factSources[name]()],
    ),
  );
  for (const kind of ["thread", "program"] as const) {
    const waiting = sources.filter(([, source]) => source.waits === kind);
    for (const [, source] of waiting) void ask(source);
    // They go as far as they can by themselves before anything else takes its turn.
    if (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const facts = await Promise.all(
    sources.map(
      async ([name, source]): Promise<readonly [FactName, Fact<unknown>]> => [name, await ask(source)],
    ),
  );
  return new Map(facts);
}
