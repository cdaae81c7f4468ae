// Display width of text and its wrapping into lines for a terminal. Knows no colour: lines are coloured afterwards.

const ascii = /^[ -~]*$/;

// The patterns stand here, where few texts come: to read their Unicode properties takes V8 a millisecond at load.
function columnsOf(character: string): number {
  if (ascii.test(character)) return 1;
  // East Asian Wide and Fullwidth (UAX #11), as ranges; emoji that are shown as pictures take two columns too.
  const wide =
    /^(?:[\u{1100}-\u{115f}\u{2329}\u{232a}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
  // The hexagram block between two wide ones (UAX #11: neutral), and half of a flag.
  const narrow = /^(?:[\u{4dc0}-\u{4dff}]|\p{Regional_Indicator})$/u;
  const zero = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
  if (zero.test(character)) return 0;
  return wide.test(character) && !narrow.test(character) ? 2 : 1;
}

/** Columns that `text` takes on a terminal: combining marks none, East Asian wide characters two. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** `text` and as many spaces as `columns` leave. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

export function padLeft(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/**
 * Where a word that fits no line may be broken: after a comma of a list and on both sides of a wide character. Nowhere
 * else: a path that is to be copied stays whole and is left to the terminal.
 */
function pieces(word: string): readonly string[] {
  const found: string[] = [];
  let current = "";
  for (const character of word) {
    const isWide = columnsOf(character) === 2;
    if (isWide && current !== "") {
      found.push(current);
      current = "";
    }
    current += character;
    if (isWide || character === ",") {
      found.push(current);
      current = "";
    }
  }
  // A mark that combines with a wide character must not be parted from it.
  if (current !== "") found.push(current);
  return found.reduce<string[]>((joined, piece) => {
    const first = [...piece][0] ?? "";
    if (columnsOf(first) === 0 && joined.length > 0) joined.push((joined.pop() ?? "") + piece);
    else joined.push(piece);
    return joined;
  }, []);
}

/**
 * Prose in lines of at most `columns`; only what may not be broken is longer. Space inside a line stays as it is. At
 * least one line.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  const put = (piece: string, separator: string): void => {
    const width = widthOf(piece);
    const between = line === "" ? "" : separator;
    if (used + between.length + width > columns && line !== "") {
      lines.push(line);
      line = piece;
      used = width;
    } else {
      line += between + piece;
      used += between.length + width;
    }
  };
  let space = "";
  for (const word of text.trim().split(/(\s+)/)) {
    if (/^\s/.test(word)) space = word;
    else if (widthOf(word) <= columns) put(word, space);
    else for (const [index, piece] of pieces(word).entries()) put(piece, index === 0 ? space : "");
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** `text` wrapped behind `label`, the following lines indented under the first. */
export function hang(label: string, text: string, columns: number): readonly string[] {
  const indent = widthOf(label);
  return wrap(text, Math.max(20, columns - indent)).map((line, index) =>
    index === 0 ? label + line : " ".repeat(indent) + line,
  );
}
