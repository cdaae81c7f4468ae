// Two texts as a unified diff (diff(1) -u): what people read before they say yes. Redacts nothing.

const context = 3;
/** Beyond so many changed lines the least diff is not looked for: what differs is shown as one block. */
const effort = 2000;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Lines with their ends, so that a missing newline at the end of the file is a difference. */
function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function block(before: readonly string[], after: readonly string[]): readonly Line[] {
  return [
    ...before.map((text): Line => ({ mark: "-", text })),
    ...after.map((text): Line => ({ mark: "+", text })),
  ];
}

/** The way back from the end of both texts through the furthest points of each round. */
function traced(
  before: readonly string[],
  after: readonly string[],
  rounds: readonly Int32Array[],
  limit: number,
): readonly Line[] {
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (let d = rounds.length - 1; d >= 0; d--) {
    const reached = rounds[d] ?? new Int32Array();
    const at = (diagonal: number) => reached[diagonal + limit] ?? -1;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(from);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0 && before[x - 1] === after[y - 1]) {
      lines.push({ mark: " ", text: before[--x] ?? "" });
      y--;
    }
    if (d === 0) break;
    if (down) lines.push({ mark: "+", text: after[--y] ?? "" });
    else lines.push({ mark: "-", text: before[--x] ?? "" });
  }
  return lines.reverse();
}

/** Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). */
function shortest(before: readonly string[], after: readonly string[]): readonly Line[] {
  const limit = Math.min(before.length + after.length, effort);
  const furthest = new Int32Array(2 * limit + 3).fill(-1);
  const rounds: Int32Array[] = [];
  furthest[limit + 1] = 0;
  for (let d = 0; d <= limit; d++) {
    // As it was before this round: what the way back looks at.
    rounds.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      const at = (diagonal: number) => furthest[diagonal + limit] ?? -1;
      let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      furthest[k + limit] = x;
      if (x >= before.length && x - k >= after.length) return traced(before, after, rounds, limit);
    }
  }
  return block(before, after);
}

function compared(before: readonly string[], after: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const same = (text: string): Line => ({ mark: " ", text });
  return [
    ...before.slice(0, head).map(same),
    ...shortest(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

/** Ranges of lines to show: changed ones with their surroundings, those that meet joined. */
function hunks(lines: readonly Line[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === " ") continue;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = found.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}

function range(first: number, count: number): string {
  const start = count === 0 ? first : first + 1;
  return count === 1 ? String(start) : `${start},${count}`;
}

function shown({ mark, text }: Line): string {
  return text.endsWith("\n") ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`;
}

export interface Side {
  /** What stands in the head of the diff: a path, or /dev/null. */
  readonly name: string;
  readonly text: string;
}

/** Empty where the texts are equal. */
export function unifiedDiff(before: Side, after: Side): string {
  if (before.text === after.text) return "";
  const lines = compared(linesOf(before.text), linesOf(after.text));
  const parts = [`--- ${before.name}\n+++ ${after.name}\n`];
  let [oldLine, newLine, done] = [0, 0, 0];
  for (const [start, end] of hunks(lines)) {
    // Between hunks both sides are equal.
    oldLine += start - done;
    newLine += start - done;
    const own = lines.slice(start, end);
    const [removed, added] = ["-", "+"].map((mark) => own.filter((line) => line.mark === mark).length);
    const [oldCount, newCount] = [own.length - (added ?? 0), own.length - (removed ?? 0)];
    parts.push(`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n`, ...own.map(shown));
    oldLine += oldCount;
    newLine += newCount;
    done = end;
  }
  return parts.join("");
}
