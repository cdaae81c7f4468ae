// The reader of IPQoS: services by name or number (misc.c, parse_ipqos).
import { lowerCase } from "../../formats/sshd-config.js";
import type { SshdBuild } from "./build.js";
import { decimal, missing, problem, type Reader } from "./reading.js";

/** Differentiated services by name; the older names of RFC 1349 fell out of use with 10.1. */
const services: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((level) =>
      [1, 2, 3].map((drop) => [`af${level}${drop}`, (level * 8 + drop * 2) * 4]),
    ),
  ),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, level) => [`cs${level}`, level * 32])),
  ef: 0xb8,
  le: 0x04,
};
const oldServices: Readonly<Record<string, number>> = {
  lowdelay: 0x10,
  throughput: 0x08,
  reliability: 0x04,
};

function service(word: string, { version, vendor }: SshdBuild): string | undefined {
  const name = lowerCase(word);
  // Debian 13 has it in 10.0 already.
  const forgotten = version >= (vendor === "debian" ? 1000 : 1001);
  if (name === "none" || (forgotten && Object.hasOwn(oldServices, name))) return "none";
  // Where the old names are forgotten, numbers are not shown by them either.
  const known = forgotten ? services : { ...services, ...oldServices };
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  const number =
    value ?? (/^0[xX][0-9a-fA-F]+$/.test(word) && version < 908 ? Number(word) : decimal(word, 0, 255));
  if (number === undefined || number > 255) return undefined;
  const named = Object.entries(known).find(([, same]) => same === number)?.[0];
  return named ?? `0x${number.toString(16).padStart(2, "0")}`;
}

export const ipQos: Reader = (input) => {
  const [first, second] = input.words;
  if (first === undefined || first === "") return missing;
  const interactive = service(first, input.build);
  const bulk = second === undefined ? interactive : service(second, input.build);
  if (interactive === undefined || bulk === undefined) return problem("bad IPQoS value");
  const keep = input.build.version >= 1003 ? "first" : "last";
  return { parts: [{ texts: [`${interactive} ${bulk}`], keep }], used: second === undefined ? 1 : 2 };
};
