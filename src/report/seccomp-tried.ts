// What `nodeward seccomp try` saw, as text or JSON. Starts nothing.
import { printable } from "../core/printable.js";
import { hang } from "./wrap.js";

export interface Tried {
  readonly runtime: string;
  readonly starts: boolean;
  /** Why it does not. */
  readonly why: string;
  /** Did lint say so? */
  readonly foreseen: boolean;
  /** What the program of the person who asked did; null where none was named, or nothing starts. */
  readonly program: { readonly code: number | null; readonly output: string; readonly error: string } | null;
}

function programLines({ program }: Tried, width: number): readonly string[] {
  if (program === null) return [];
  const { code, output, error } = program;
  const printed = output
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "");
  const said = error === "" ? "" : `: ${error}`;
  const how =
    code === null
      ? `the program was ended${said}`
      : `the program ended with code ${code}${code === 0 ? "" : said}`;
  return [...hang("  ", how, width), ...printed.map((line) => `    ${printable(line)}`)];
}

export function triedText(name: string, tried: readonly Tried[], width: number): string {
  const lines = tried.flatMap((one) => {
    const { runtime, starts, why, foreseen } = one;
    const says = starts ? "starts a container" : "starts no container";
    const surprise = foreseen ? "" : " (lint says otherwise: please report it)";
    const text = `${says} under ${printable(name)}${why === "" ? "" : `: ${why}`}${surprise}`;
    return [...hang(`${runtime}: `, text, width), ...programLines(one, width)];
  });
  return `${lines.join("\n")}\n`;
}

export function triedJson(profile: string, trials: readonly Tried[]): string {
  return `${JSON.stringify({ schemaVersion: 1, profile, trials }, null, 2)}\n`;
}
