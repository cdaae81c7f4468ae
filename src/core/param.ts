// Typed parameters of checks: what a profile or site may set, and how a wrong value is refused. Reads no files.

export type ParamResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** One parameter: its default, what it takes in words, and the strict reading of a value from YAML. */
export interface Param<T> {
  readonly default: T;
  readonly takes: string;
  /** Valid values for "did you mean", where they are a closed set. */
  readonly choices?: readonly string[];
  parse(value: unknown): ParamResult<T>;
}

export type ParamSpec = Readonly<Record<string, Param<unknown>>>;
export type Params<S> = { readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never };

function ok<T>(value: T): ParamResult<T> {
  return { ok: true, value };
}

function bad(takes: string): ParamResult<never> {
  return { ok: false, problem: `takes ${takes}` };
}

/** One of a closed set of words. */
export function choice<const C extends string>(choices: readonly C[], fallback: NoInfer<C>): Param<C> {
  const takes = `one of ${choices.join(", ")}`;
  return {
    default: fallback,
    takes,
    choices,
    parse: (value) => {
      // YAML 1.1 habits: a site that writes `yes` or `no` bare may mean the word or the boolean.
      const word = value === true ? "yes" : value === false ? "no" : value;
      const found = choices.find((candidate) => candidate === word);
      return found === undefined ? bad(takes) : ok(found);
    },
  };
}

/** A whole number from `min` to `max`. */
export function integer(
  fallback: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER, unit = "" }: { min?: number; max?: number; unit?: string } = {},
): Param<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  const takes = `a whole number, ${range}${unit === "" ? "" : ` (${unit})`}`;
  return {
    default: fallback,
    takes,
    parse: (value) =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
        ? ok(value)
        : bad(takes),
  };
}

export function flag(fallback: boolean): Param<boolean> {
  const takes = "true or false";
  return {
    default: fallback,
    takes,
    parse: (value) => (typeof value === "boolean" ? ok(value) : bad(takes)),
  };
}

/** A text; `pattern` must match all of it. */
export function word(fallback: string, pattern?: RegExp, takes = "a text"): Param<string> {
  return {
    default: fallback,
    takes,
    parse: (value) => {
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string") return bad(takes);
      if (pattern === undefined) return ok(text);
      return pattern.exec(text)?.[0].length === text.length ? ok(text) : bad(takes);
    },
  };
}

/** A list of texts (numbers are taken as their text). */
export function words(fallback: readonly string[], takes = "a list of texts"): Param<readonly string[]> {
  return {
    default: fallback,
    takes,
    parse: (value) => {
      if (!Array.isArray(value)) return bad(takes);
      const items: readonly unknown[] = value;
      const texts = items.flatMap((item) =>
        typeof item === "string" ? [item] : typeof item === "number" ? [String(item)] : [],
      );
      return texts.length === items.length ? ok(texts) : bad(takes);
    },
  };
}

/** A list of words out of a closed set. */
export function someOf<const C extends string>(
  choices: readonly C[],
  fallback: readonly NoInfer<C>[],
): Param<readonly C[]> {
  const takes = `a list of ${choices.join(", ")}`;
  return {
    default: fallback,
    takes,
    choices,
    parse: (value) => {
      if (!Array.isArray(value)) return bad(takes);
      const items: readonly unknown[] = value;
      const found = items.flatMap((item) => choices.filter((choice) => choice === item));
      return found.length === items.length ? ok(found) : bad(takes);
    },
  };
}

/** A list of records, each read by `read`, which answers undefined for a record it refuses. */
export function records<T>(
  fallback: readonly T[],
  takes: string,
  read: (record: ReadonlyMap<string, unknown>) => T | undefined,
): Param<readonly T[]> {
  return {
    default: fallback,
    takes,
    parse: (value) => {
      if (!Array.isArray(value)) return bad(takes);
      const items: readonly unknown[] = value;
      const found = items.flatMap((item) => {
        if (typeof item !== "object" || item === null || Array.isArray(item)) return [];
        const one = read(new Map<string, unknown>(Object.entries(item)));
        return one === undefined ? [] : [one];
      });
      return found.length === items.length ? ok(found) : bad(takes);
    },
  };
}
