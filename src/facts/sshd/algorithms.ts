// Lists of algorithms as sshd puts them together: `+`, `-`, `^` and patterns over the defaults of the version (kex.c).
import { lowerCase } from "../../formats/sshd-config.js";
import { type AlgorithmKind, type Algorithms, algorithms } from "./algorithm-table.js";
import type { SshdBuild } from "./build.js";
import { matchList, matchPattern } from "./patterns.js";
import { type Convert, problem } from "./reading.js";

/** Names of kinds of keys that up to 9.8 are taken as valid, and then found to name no algorithm. */
const shortNames = ["rsa", "dsa", "ecdsa", "ed25519", "ecdsa-sk", "ed25519-sk"];

const gssNames = [
  "gss-gex-sha1-",
  "gss-group1-sha1-",
  "gss-group14-sha1-",
  "gss-group14-sha256-",
  "gss-group16-sha512-",
  "gss-nistp256-sha256-",
  "gss-curve25519-sha256-",
];

function nameKnown(
  kind: AlgorithmKind,
  name: string,
  { version }: SshdBuild,
  supported: readonly string[],
): boolean {
  if (supported.includes(name)) return true;
  if (kind === "kex") return gssNames.some((start) => name.startsWith(start));
  if (kind === "cipher" || kind === "mac") return false;
  if (version < 909 && shortNames.includes(lowerCase(name))) return true;
  return supported.some((one) => matchList(one, name) !== "unmatched");
}

/** The word behind Ciphers, MACs, …: refused where a name is unknown. Names to be removed are not looked at. */
export function algorithmWord(kind: AlgorithmKind): Convert {
  return (word, { build }) => {
    if (word.startsWith("-")) return word;
    const marks = build.version >= 801 ? "+^" : "+";
    const names = marks.includes(word.charAt(0)) ? word.slice(1) : word;
    // Since 10.4 a list of ciphers or MACs may not begin with an empty name.
    const strict = build.version >= 1004 && (kind === "cipher" || kind === "mac");
    if (names === "" || (strict && names.startsWith(","))) return problem("an empty list of algorithms");
    const { supported } = algorithms(kind, build);
    for (const name of names.split(",")) {
      // sshd reads no further than an empty name.
      if (name === "") break;
      if (!nameKnown(kind, name, build, supported)) return problem(`unknown algorithm "${name}"`);
    }
    return word;
  };
}

/** GSSAPIKexAlgorithms of the Debian and Red Hat builds. */
export const gssKexWord: Convert = (word) => {
  for (const name of word.split(",")) {
    if (name === "") break;
    if (!gssNames.some((start) => name.startsWith(start))) return problem(`unknown algorithm "${name}"`);
  }
  return word;
};

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== "");
}

/** The list that a setting comes to; undefined where sshd would not start for lack of any algorithm. */
export function assemble(
  setting: string,
  { defaults, supported }: Algorithms,
  version: number,
): readonly string[] | undefined {
  const mark = setting.charAt(0);
  const rest = setting.slice(1);
  if (mark === "-") {
    const left = defaults.filter((name) => matchList(name, rest) !== "matched");
    // Nothing left means nothing set (kex_assemble_names).
    return left.length === 0 && version >= 800 ? defaults : left;
  }
  const names =
    mark === "+"
      ? [...defaults, ...rest.split(",")]
      : mark === "^" && version >= 801
        ? [...rest.split(","), ...defaults]
        : setting.split(",");
  if (version < 800) return mark === "+" ? unique(names) : names;
  if (names.some((name) => name.startsWith("!"))) return undefined;
  const found = unique(unique(names).flatMap((name) => supported.filter((one) => matchPattern(one, name))));
  return found.length === 0 ? undefined : found;
}

/** As `assemble`, for one kind of an installed version. */
export function listInForce(
  kind: AlgorithmKind,
  setting: string | undefined,
  build: SshdBuild,
): readonly string[] | undefined {
  const table = algorithms(kind, build);
  return setting === undefined ? table.defaults : assemble(setting, table, build.version);
}
