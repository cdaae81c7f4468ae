// Which archives unattended-upgrades takes upgrades from: its patterns and what they match (Origins-Pattern, Allowed-Origins).
import { matchesWildcard } from "../core/wildcard.js";

/** What a pattern is matched against. */
export interface Origin {
  readonly origin: string;
  readonly label: string;
  readonly suite: string;
  readonly codename: string;
  readonly component: string;
  readonly site: string;
}

export interface Distribution {
  /** `Debian`, `Ubuntu`. */
  readonly id: string;
  readonly codename: string;
}

export type Match =
  | { readonly state: "matches" }
  | { readonly state: "differs" }
  /** unattended-upgrades ends with an error on such a pattern. */
  | { readonly state: "wrong"; readonly reason: string };

const fields: Readonly<Record<string, keyof Origin>> = {
  o: "origin",
  origin: "origin",
  l: "label",
  label: "label",
  a: "suite",
  suite: "suite",
  archive: "suite",
  c: "component",
  component: "component",
  site: "site",
  n: "codename",
  codename: "codename",
};

/** Python's string.Template: `${name}`, `$name`, `$$`; undefined for a name it does not know. */
function substituted(text: string, { id, codename }: Distribution): string | undefined {
  const values = new Map([
    ["distro_id", id],
    ["distro_codename", codename],
  ]);
  let unknown = false;
  const result = text.replace(
    /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})?/g,
    (whole, plain?: string, braced?: string) => {
      if (whole === "$$") return "$";
      const value = values.get(plain ?? braced ?? "");
      unknown ||= value === undefined;
      return value ?? "";
    },
  );
  return unknown ? undefined : result;
}

/** `Debian:stable` of Allowed-Origins as a pattern; undefined where it cannot be split in two. */
export function legacyPattern(text: string): string | undefined {
  const parts = /(?<!\\):/.test(text) ? text.split(/(?<!\\):/) : text.trim().split(/\s+/);
  const [id, suite] = parts;
  if (parts.length !== 2 || id === undefined || suite === undefined) return undefined;
  const escaped = (part: string) => part.replace(/([^\\]),/g, "$1\\,");
  return `o=${escaped(id.replaceAll("\\:", ":"))},a=${escaped(suite)}`;
}

/** Every part of `origin=Debian,label=Debian-Security` has to match (match_whitelist_string of unattended-upgrade). */
export function matchOrigin(pattern: string, origin: Origin, distribution: Distribution): Match {
  const text = substituted(pattern, distribution)?.trim();
  if (text === undefined) return { state: "wrong", reason: "a variable that is not known" };
  if (text === "") return { state: "differs" };
  let matches = true;
  for (const token of text.replaceAll("\\,", "%2C").split(",")) {
    const parts = token.split("=").map((part) => part.trim().replaceAll("%2C", ","));
    const [what = "", given] = parts;
    if (parts.length !== 2 || given === undefined)
      return { state: "wrong", reason: `${token} is no matcher=value` };
    const field = Object.hasOwn(fields, what) ? fields[what] : undefined;
    const value = substituted(given, distribution);
    if (field === undefined) return { state: "wrong", reason: `the matcher ${what} is not known` };
    if (value === undefined) return { state: "wrong", reason: "a variable that is not known" };
    matches &&= matchesWildcard(value, origin[field]);
  }
  return { state: matches ? "matches" : "differs" };
}
