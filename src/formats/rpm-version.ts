// Versions of RPM packages in their order (rpm-version(7), rpmvercmp.c): epoch, version, release. Not those of dpkg.

export interface Evr {
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
}

/** Longest part that is compared; honest ones have some dozen characters. */
const lengthLimit = 512;

const letter = /^[A-Za-z]+/;
const number = /^\d+/;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNumbers(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return x.length - y.length || compareText(x, y);
}

/** What stands before all and what after the end: `~` is older than nothing, `^` newer than nothing and older than more. */
function compareMarks(a: string, b: string): number | undefined {
  if (a.startsWith("~") || b.startsWith("~")) return a.startsWith("~") ? (b.startsWith("~") ? 0 : -1) : 1;
  if (!a.startsWith("^") && !b.startsWith("^")) return undefined;
  if (a === "") return -1;
  if (b === "") return 1;
  return a.startsWith("^") ? (b.startsWith("^") ? 0 : -1) : 1;
}

/** Negative when `a` is the older of two versions, or of two releases. */
export function compareRpmParts(a: string, b: string): number {
  let [left, right] = [a.slice(0, lengthLimit), b.slice(0, lengthLimit)];
  for (;;) {
    left = left.replace(/^[^A-Za-z\d~^]+/, "");
    right = right.replace(/^[^A-Za-z\d~^]+/, "");
    const marks = compareMarks(left, right);
    if (marks !== undefined && marks !== 0) return marks;
    if (marks === 0) {
      left = left.slice(1);
      right = right.slice(1);
      continue;
    }
    if (left === "" || right === "") return left === right ? 0 : left === "" ? -1 : 1;
    const isNumber = number.test(left);
    const pattern = isNumber ? number : letter;
    const [x, y] = [pattern.exec(left)?.[0] ?? "", pattern.exec(right)?.[0] ?? ""];
    // Numbers are newer than letters.
    if (y === "") return isNumber ? 1 : -1;
    const order = isNumber ? compareNumbers(x, y) : compareText(x, y);
    if (order !== 0) return order;
    left = left.slice(x.length);
    right = right.slice(y.length);
  }
}

/** `2:1.0-3.el9` as rpm prints it; without an epoch it is 0. */
export function parseEvr(text: string): Evr {
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? "0" : text.slice(0, colon),
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

export function compareEvr(a: Evr, b: Evr): number {
  return (
    compareNumbers(a.epoch, b.epoch) ||
    compareRpmParts(a.version, b.version) ||
    compareRpmParts(a.release, b.release)
  );
}

export function showEvr({ epoch, version, release }: Evr): string {
  return `${/^0*$/.test(epoch) ? "" : `${epoch}:`}${version}-${release}`;
}
