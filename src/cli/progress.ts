// One line on the terminal that says what is going on, and that is gone when it is over. Nothing where there is no terminal.
import type { Stream } from "./context.js";

/** CSI K of ECMA-48: erases to the end of the line. */
const erase = "\r\u001b[K";

export type Progress = (text: string | undefined) => void;

/** Undefined for a stream that is no terminal: a log does not want lines that replace each other. */
export function progressLine(stream: Stream): Progress | undefined {
  if (!stream.isTerminal) return undefined;
  return (text) => stream.write(text === undefined ? erase : `${erase}${text.slice(0, stream.columns - 1)}`);
}
