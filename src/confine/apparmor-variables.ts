// Patterns of AppArmor rules with their variables put in, and whether a text fits one. Reads no file.
import { attachment } from "../formats/apparmor-pattern.js";
import { unquoted } from "../formats/apparmor-profile.js";

export type Variables = ReadonlyMap<string, readonly string[]>;
export type Fits = (text: string) => boolean;

const depthLimit = 16;
const lengthLimit = 4096;

/** `@{NAME}` replaced by its values; undefined for a name that has none, a circle, or too much. */
function expanded(pattern: string, variables: Variables, depth: number): string | undefined {
  if (depth > depthLimit || pattern.length > lengthLimit) return undefined;
  const parts = pattern.split(/@\{([A-Za-z_]\w{0,100})\}/);
  const texts: string[] = [];
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 0) {
      texts.push(part);
      continue;
    }
    const values = (variables.get(part) ?? []).map((value) => expanded(value, variables, depth + 1));
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0 || known.length < values.length) return undefined;
    texts.push(known.length === 1 ? (known[0] ?? "") : `{${known.join(",")}}`);
  }
  const whole = texts.join("");
  return whole.length > lengthLimit ? undefined : whole;
}

/** The literal start of a pattern, which most texts fail at. */
function startOf(pattern: string, isPath: boolean): string {
  const start = /^[^*?[\]{}\\]*/.exec(pattern)?.[0] ?? "";
  return isPath ? start.replace(/\/{2,}/g, "/").replace(/\/$/, "") : start;
}

/** Never true where it is not known; `isPath`: slashes in a row are one. */
export function fitter(pattern: string, variables: Variables, isPath = true): Fits {
  const whole = expanded(unquoted(pattern), variables, 0);
  const fits = whole === undefined ? undefined : attachment(whole, isPath);
  if (whole === undefined || fits === undefined) return () => false;
  const start = startOf(whole, isPath);
  return (text) => text.startsWith(start) && fits(text);
}
