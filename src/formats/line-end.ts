// The blanks that end a line. Knows no format.

/** A line without them; no pattern, which would begin anew at each of a million blanks inside. */
export function withoutBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && "\t\n\v\f\r ".includes(line[end - 1] ?? "")) end--;
  return line.slice(0, end);
}
