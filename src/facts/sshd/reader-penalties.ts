// Readers of PerSourcePenalties and of its exceptions (servconf.c).
import { lowerCase } from "../../formats/sshd-config.js";
import { matchAddresses } from "./patterns.js";
import { seconds } from "./reader-time.js";
import { type Convert, decimal, missing, type Part, problem, type Reader } from "./reading.js";

const penaltyTimes = [
  "crash",
  "authfail",
  "noauth",
  "invaliduser",
  "grace-exceeded",
  "refuseconnection",
  "max",
  "min",
];

function penalty(word: string, version: number): Part | undefined {
  const colon = word.indexOf(":");
  const name = word.slice(0, colon);
  const value = word.slice(colon + 1);
  const keep = "first" as const;
  if (/^overflow6?:(?:deny-all|permissive)$/.test(word)) return { slot: name, texts: [value], keep };
  if (name === "max-sources4" || name === "max-sources6")
    return decimal(value, 0, 2147483647) === undefined ? undefined : { slot: name, texts: [value], keep };
  const since = name === "invaliduser" ? 1003 : name === "refuseconnection" ? 909 : 908;
  if (!penaltyTimes.includes(name) || version < since) return undefined;
  const time = seconds(value, version);
  return time === undefined ? undefined : { slot: name, texts: [String(time)], keep };
}

export const penalties: Reader = (input) => {
  if (input.words.length === 0) return missing;
  const parts: Part[] = [];
  for (const word of input.words) {
    const enabled = lowerCase(word);
    if (enabled === "yes" || enabled === "no") {
      if (word !== input.words.at(-1)) return problem(`"${word}" must stand alone`);
      parts.push({ slot: "enabled", texts: [enabled], keep: "first" });
      continue;
    }
    const part = penalty(word, input.build.version);
    if (part === undefined) return problem(`unsupported or invalid "${word}"`);
    parts.push(part, { slot: "enabled", texts: ["yes"], keep: "last" });
  }
  return { parts, used: input.words.length };
};

export const exemptList: Convert = (word) =>
  matchAddresses(undefined, word) === "invalid" ? problem(`invalid address list "${word}"`) : word;
