// Times as sshd_config(5) TIME FORMATS has them, and as each version reads what the manual leaves open (misc.c, convtime).
import { type Convert, intMax, problem } from "./reading.js";

const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A number without a unit ends the word. */
function form(version: number): RegExp {
  // strtol(3) took white space and a sign; since 9.8 digits count alone; since 10.3 seconds have parts.
  if (version < 908) return /^(?:[ \t\n\v\f\r]*[+-]?\d+[smhdw])*(?:[ \t\n\v\f\r]*[+-]?\d+)?$/i;
  if (version < 1003) return /^(?:\d+[smhdw])*(?:\d+)?$/i;
  return /^(?:\d+[mhdw])*(?:(?:\d+(?:\.\d+)?|\.\d+)s?)?(?:\d+[mhdw])*$/i;
}

/** Seconds of `90`, `1m30s`, `2h`; undefined where sshd takes it for no time. */
export function seconds(word: string, version: number): number | undefined {
  if (word === "" || !form(version).test(word)) return undefined;
  let total = 0;
  let factor = 1;
  for (const [, number = "", unit = ""] of word.matchAll(/([+-]?(?:\d+(?:\.\d+)?|\.\d+))([smhdw]?)/gi)) {
    // Before 8.4 seconds behind another unit were counted in that unit.
    const seconds = unit === "" || unit.toLowerCase() === "s";
    factor = seconds && version < 804 ? factor : (units[unit.toLowerCase()] ?? 1);
    const part = Number(number) * factor;
    if (part < 0 || part > intMax) return undefined;
    total += Math.abs(part);
  }
  return total > intMax ? undefined : total;
}

/** Whole seconds. */
export const time: Convert = (word, { build }) => {
  const value = seconds(word, build.version);
  return value === undefined ? problem(`invalid time "${word}"`) : String(Math.floor(value));
};
