// Which faults are tried: every boundary, or a share of them drawn by a seed, the same each time.
import { changing } from "./changing.js";
import type { Action, Call, Fault } from "./driver-process.js";

export const errnos = ["ENOSPC", "EIO", "EROFS", "EACCES", "EPERM", "EDQUOT"];

export function kills(calls: readonly Call[]): readonly Fault[] {
  return calls
    .filter(({ call }) => changing.has(call))
    .map((call) => ({ ...call, what: "signal=SIGKILL", on: false }));
}

export function errors(calls: readonly Call[]): readonly Fault[] {
  return calls.flatMap((call) =>
    (call.call === "clone" ? ["EAGAIN"] : errnos).flatMap((errno) =>
      [false, true].map((on) => ({ ...call, what: `error=${errno}`, on })),
    ),
  );
}

/** Numbers in [0, 1) that a seed fixes (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` of the items, in their order; all where there are no more. */
export function share<T>(items: readonly T[], count: number, next: () => number): readonly T[] {
  const left = [...items.keys()];
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) {
    const [index] = left.splice(Math.floor(next() * left.length), 1);
    if (index !== undefined) chosen.push(index);
  }
  return chosen.sort((a, b) => a - b).flatMap((index) => items.slice(index, index + 1));
}

export function shown(action: Action, kind: string, { call, nth, what, on }: Fault): string {
  return `${action}, ${kind}: ${call} ${nth}${on ? " and on" : ""}, ${what}`;
}

/** Cases of one kind of change; the environment asks for more or fewer. */
export function perKind(count: number): number {
  return Math.ceil(count * Number(process.env.FAULTS ?? 1));
}
