// Readers of keywords that take numbers, ports, file names or the rest of the line (servconf.c). One keyword each.
import { lowerCase } from "../../formats/sshd-config.js";
import { numericAddress } from "./patterns.js";
import { seconds, time } from "./reader-time.js";
import {
  type Convert,
  type Input,
  integer,
  intMax,
  missing,
  one,
  path,
  problem,
  type Reader,
  type Reading,
  tcpPort,
  tilde,
} from "./reading.js";

export const port: Reader = (input) => {
  const word = input.words[0];
  if (word === undefined || word === "") return missing;
  const number = tcpPort(word, input);
  if (number === undefined || number <= 0) return problem(`badly formatted port number "${word}"`);
  // MAX_PORTS of servconf.h.
  if (input.count("port") >= 256) return problem("too many ports");
  return { parts: [{ texts: [String(number)], keep: "append" }], used: 1 };
};

/** `host:port`, `[host]:port` or `host` cut in two (hpdelim); undefined where it is neither, or has a `/`. */
export function hostAndPort(
  word: string,
): { readonly host: string; readonly port: string | undefined } | undefined {
  if (word.startsWith("[")) {
    const close = word.indexOf("]");
    const after = close < 0 ? undefined : word.slice(close + 1);
    if (after === "") return { host: word.slice(1, -1), port: undefined };
    return after?.startsWith(":") ? { host: word.slice(1, close), port: after.slice(1) } : undefined;
  }
  const cut = word.search(/[:/]/);
  if (cut < 0) return { host: word, port: undefined };
  return word[cut] === ":" ? { host: word.slice(0, cut), port: word.slice(cut + 1) } : undefined;
}

/** The value keeps the port as `host port`, port 0 standing for every Port; a host name stays as it is. */
export const listenAddress: Reader = (input) => {
  const [word, keyword, domain] = input.words;
  if (word === undefined || word === "") return missing;
  const bare = !word.includes("[") && word.split(":").length > 2;
  const found = bare ? { host: word, port: undefined } : hostAndPort(word);
  if (found === undefined) return problem(`bad address:port usage "${word}"`);
  const number = found.port === undefined ? 0 : tcpPort(found.port, input);
  if (number === undefined || (found.port !== undefined && number <= 0))
    return problem(`bad port number "${found.port ?? ""}"`);
  if (found.host === "" && input.words.length > 0) return problem(`bad addr or host: ${word}`);
  if (keyword !== undefined && (keyword !== "rdomain" || domain === undefined))
    return problem("bad ListenAddress syntax");
  const tail = domain === undefined ? "" : ` rdomain ${domain}`;
  const text = `${found.host} ${number}${tail}`;
  return { parts: [{ texts: [text], keep: "append" }], used: domain === undefined ? 1 : 3 };
};

/** Whether an address written as a number can be bound with this AddressFamily. */
export function suitsFamily(host: string, family: string): boolean {
  const address = numericAddress(host);
  if (address === undefined || family === "any") return true;
  return (address.family === 4) === (family === "inet");
}

export const hostKey: Reader = one(path, "append");

/** The rest of the line, comment and all. */
function restOf(
  check: (rest: string, input: Input) => Reading | undefined,
  value = (rest: string) => rest,
): Reader {
  return (input) => {
    const bad = check(input.rest, input);
    if (bad !== undefined) return bad;
    return { parts: [{ texts: [value(input.rest)], keep: "first" }], used: input.words.length };
  };
}

export const forceCommand: Reader = restOf((rest) => (rest === "" ? missing : undefined));

/** A comment behind it becomes part of it: sshd looks for the `#` in the keyword alone. */
export const versionAddendum: Reader = (input) => {
  const { rest } = input;
  if (rest === "") return missing;
  if (rest.includes("\r")) return problem("a carriage return in the argument");
  const value = lowerCase(rest) === "none" ? "none" : rest;
  return { parts: [{ texts: [value], keep: "first" }], used: input.words.length };
};

/** Up to 8.6 looked at only where the line counts and is the first. */
function absolute({ rest, build, active, has }: Input, name: string): Reading | undefined {
  if (build.version < 807 && (!active || has(name))) return undefined;
  return rest.startsWith("/") || lowerCase(rest) === "none" ? undefined : problem("must be an absolute path");
}

export const keysCommand: Reader = restOf((_rest, input) => absolute(input, "authorizedkeyscommand"));

/** Up to 9.3 it looked whether AuthorizedKeysCommand was set, not whether it was itself. */
export const principalsCommand: Reader = (input) => {
  const bad = absolute(input, "authorizedprincipalscommand");
  if (bad !== undefined) return bad;
  const part = { texts: [input.rest], keep: "first" as const };
  if (input.build.version < 807 || input.build.version >= 904)
    return { parts: [part], used: input.words.length };
  if (input.has("authorizedkeyscommand")) return { parts: [], used: input.words.length };
  return { parts: [{ ...part, keep: "last" }], used: input.words.length };
};

export const principalsFile: Reader = one(tilde);

export const hostKeyAgent: Reader = one((word, input) =>
  word === "SSH_AUTH_SOCK" ? word : path(word, input),
);

export const keyProvider: Reader = one((word, input) =>
  lowerCase(word) === "internal" ? word : path(word, input),
);

export const timeOrNone: Reader = (input) => {
  const word = input.words[0];
  if (word !== undefined && lowerCase(word) === "none")
    return { parts: [{ texts: ["none"], keep: "last" }], used: 1 };
  const reading = one(time)(input);
  if ("problem" in reading) return reading;
  return {
    ...reading,
    parts: reading.parts.map((part) => (part.texts[0] === "0" ? { ...part, texts: ["none"] } : part)),
  };
};

const scales = "bkmgtpe";

/** Bytes of `1G`, `1.5m` (fmt_scaled.c); undefined where it is no such number. */
export function scaled(word: string): bigint | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?([bkmgtpeBKMGTPE]?)(?![0-9A-Za-z])/.exec(word);
  if (match === null) return undefined;
  const [all, sign = "", whole = "", fraction = "", unit = ""] = match;
  if (unit === "" && all.length !== word.length) return undefined;
  if (whole.length > 18) return undefined;
  const factor = 1024n ** BigInt(Math.max(0, scales.indexOf(unit.toLowerCase())));
  const digits = fraction.slice(0, 17);
  const part = digits === "" || unit === "" ? 0n : (BigInt(digits) * factor) / 10n ** BigInt(digits.length);
  const value = BigInt(whole === "" ? "0" : whole) * factor + part;
  if (value > 0x7fff_ffff_ffff_ffffn) return undefined;
  return sign === "-" ? -value : value;
}

export const rekeyLimit: Reader = (input) => {
  const [limit, interval] = input.words;
  if (limit === undefined || limit === "") return missing;
  const bytes = limit === "default" ? 0n : scaled(limit);
  if (bytes === undefined) return problem(`bad number "${limit}"`);
  if (bytes !== 0n && bytes < 16n) return problem("RekeyLimit is too small");
  const parts = [{ slot: "limit", texts: [String(bytes)], keep: "first" as const }];
  if (interval === undefined) return { parts, used: 1 };
  if (interval === "none") return { parts, used: 2 };
  const every = seconds(interval, input.build.version);
  if (every === undefined) return problem(`invalid time "${interval}"`);
  return { parts: [...parts, { slot: "interval", texts: [String(every)], keep: "first" }], used: 2 };
};

/** The numbers at the front of `a:b:c`, as sscanf(3) finds them. */
function colonNumbers(word: string): readonly number[] {
  const match = /^\s*([+-]?\d+)(?::\s*([+-]?\d+)(?::\s*([+-]?\d+))?)?/.exec(word);
  return match === null ? [] : match.slice(1).flatMap((text) => (text === undefined ? [] : [Number(text)]));
}

export const maxStartups: Reader = (input) => {
  const word = input.words[0];
  if (word === undefined || word === "") return missing;
  const [begin = 0, rate, max] = colonNumbers(word);
  const count = colonNumbers(word).length;
  const bad = problem(`invalid MaxStartups "${word}"`);
  if (count !== 1 && count !== 3) return bad;
  if (max !== undefined && rate !== undefined && (begin > max || rate > 100 || rate < 1)) return bad;
  const most = max ?? begin;
  if (input.build.version >= 902 && (most <= 0 || begin <= 0)) return bad;
  const firstWins = input.build.version >= 1001;
  const keep = firstWins ? ("first" as const) : ("last" as const);
  const parts = [
    { slot: "begin", texts: [String(begin)], keep },
    { slot: "max", texts: [String(most)], keep },
  ];
  if (rate !== undefined) parts.push({ slot: "rate", texts: [String(rate)], keep });
  else if (firstWins) parts.push({ slot: "rate", texts: ["30"], keep });
  return { parts, used: 1 };
};

export const netBlockSize: Reader = (input) => {
  const word = input.words[0];
  if (word === undefined || word === "") return missing;
  const [v4, v6] = colonNumbers(word);
  if (v4 === undefined || v4 < 0 || v4 > 32 || (v6 !== undefined && (v6 < 0 || v6 > 128)))
    return problem(`invalid PerSourceNetBlockSize "${word}"`);
  const keep = input.build.version >= 1001 ? "first" : "last";
  return { parts: [{ texts: [`${v4}:${v6 ?? 128}`], keep }], used: 1 };
};

export const perSourceMaxStartups: Reader = (input) => {
  const value: Convert = (word) => {
    if (word === "none") return "none";
    const number = integer(word, input);
    return number === String(intMax) ? "none" : number;
  };
  return one(value, input.build.version >= 905 ? "first" : "last")(input);
};

/** Octal; what follows the digits is not looked at. */
export const bindMask: Reader = (input) => {
  const octal: Convert = (word) => {
    const digits = /^\s*([+-]?[0-7]+)/.exec(word)?.[1];
    const value = digits === undefined ? -1 : Number.parseInt(digits, 8);
    return value < 0 || value > 0o777 ? problem(`invalid mask "${word}"`) : `0${value.toString(8)}`;
  };
  return one(octal, input.build.version >= 1006 ? "first" : "last")(input);
};
