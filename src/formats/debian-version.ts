// Debian package versions in their order (deb-version(7)), as dpkg --compare-versions has it. Not whether one is well formed.

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function partsOf(version: string): Parts {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? "" : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `~` before the end of the text, the end before letters, letters before all else. */
function rank(code: number): number {
  if (Number.isNaN(code) || isDigit(code)) return 0;
  if (code === 126) return -1;
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return letter ? code : code + 256;
}

/** Texts of digits as numbers, however long. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

/** Runs of non-digits by rank and runs of digits by value, in turn: the order within one part of a version. */
export function compareRuns(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const order = rank(a.charCodeAt(i)) - rank(b.charCodeAt(j));
      if (order !== 0) return order;
      i++;
      j++;
    }
    const [x, y] = [digitsAt(a, i), digitsAt(b, j)];
    const order = compareDigits(x, y);
    if (order !== 0) return order;
    i += x.length;
    j += y.length;
  }
  return 0;
}

/** Negative when `a` is the older, positive when it is the newer, 0 when neither (deb-version(7), "Sorting algorithm"). */
export function compareDebianVersions(a: string, b: string): number {
  // What is installed is mostly what is offered.
  if (a === b) return 0;
  const [x, y] = [partsOf(a), partsOf(b)];
  return (
    compareDigits(x.epoch, y.epoch) ||
    compareRuns(x.upstream, y.upstream) ||
    compareRuns(x.revision, y.revision)
  );
}
