// The usual questions about a flag: is it on, off, set, absent, large enough, in a list. Each answers with a finding.
import type { Component } from "../facts/control-plane.js";
import type { Finding } from "./component-flag.js";

type Judge = (component: Component) => Finding;

const truths: Readonly<Record<string, boolean>> = {
  "1": true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  "0": false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
};

/** The boolean in force, or what is wrong with how it is written. */
export function booleanOf(component: Component, flag: string, fallback: boolean): boolean | string {
  const given = component.flag(flag);
  if (given === undefined) return fallback;
  const value = Object.hasOwn(truths, given.value) ? truths[given.value] : undefined;
  return value ?? `--${flag}=${given.value} is not a boolean`;
}

/** `--flag` must be in force as `wanted`; `fallback` is what the component does without it. */
export function mustBe(flag: string, wanted: boolean, fallback: boolean, fixable = false): Judge {
  return (component) => {
    const given = component.flag(flag);
    const evidence = given === undefined ? [] : [given.source];
    const value = booleanOf(component, flag, fallback);
    if (typeof value === "string") return { actual: given?.value ?? "", evidence, stops: value };
    const actual = given === undefined ? `${value} (the default)` : String(value);
    if (value === wanted) return { actual, evidence };
    const how =
      given === undefined ? `--${flag} is not set and defaults to ${value}` : `--${flag} is ${value}`;
    return { actual, evidence, problem: how, ...(fixable ? { set: [flag, String(wanted)] as const } : {}) };
  };
}

/** Every one of `flags` must have a value. */
export function mustBeSet(...flags: readonly string[]): Judge {
  return (component) => {
    const given = flags.map((flag) => [flag, component.flag(flag)] as const);
    const lacking = given
      .filter(([, one]) => one === undefined || one.value === "")
      .map(([flag]) => `--${flag}`);
    const present = given.flatMap(([, one]) => (one === undefined ? [] : [one]));
    return {
      actual:
        present.length === 0 ? "not set" : present.map(({ name, value }) => `--${name}=${value}`).join(" "),
      evidence: present.map(({ source }) => source),
      ...(lacking.length > 0
        ? { problem: `${lacking.join(" and ")} ${lacking.length === 1 ? "is" : "are"} not set` }
        : {}),
    };
  };
}

/** None of `flags` may be given. */
export function mustBeAbsent(...flags: readonly string[]): Judge {
  return (component) => {
    const given = flags.flatMap((flag) => component.all(flag));
    if (given.length === 0) return { actual: "not set", evidence: [] };
    const names = given.map(({ name, value }) => `--${name}=${value}`).join(" ");
    return { actual: names, evidence: given.map(({ source }) => source), problem: `${names} is given` };
  };
}

/** strconv.ParseInt with base 0, as pflag reads numbers: `010` is 8, `0x1e` is 30. */
function goInteger(text: string): number | undefined {
  const [, sign, digits = ""] = /^([+-]?)(\d\w*)$/.exec(text) ?? [];
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(?:0|[1-9]\d*|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(octal)) return undefined;
  return sign === "-" ? -Number(octal) : Number(octal);
}

/** A whole number of at least `least`; without the flag `fallback` holds, or it is a problem. */
export function atLeastNumber(
  flag: string,
  least: number,
  fallback: number | undefined,
  set?: number,
): Judge {
  return (component) => {
    const given = component.flag(flag);
    const evidence = given === undefined ? [] : [given.source];
    const repair = set === undefined ? {} : { set: [flag, String(set)] as const };
    if (given === undefined && fallback === undefined)
      return { actual: "not set", evidence, problem: `--${flag} is not set`, ...repair };
    const text = given?.value ?? String(fallback);
    const number = goInteger(text);
    if (number === undefined)
      return { actual: text, evidence, stops: `--${flag}=${text} is not a whole number` };
    const actual = given === undefined ? `${text} (the default)` : text;
    return number >= least
      ? { actual, evidence }
      : { actual, evidence, problem: `--${flag} is ${text}, less than ${least}`, ...repair };
  };
}

/** Listens on loopback alone; without the flag it listens on every address. */
export function loopbackOnly(flag: string): Judge {
  return (component) => {
    const given = component.flag(flag);
    const value = given?.value ?? "";
    const evidence = given === undefined ? [] : [given.source];
    if (/^(?:127(?:\.\d{1,3}){3}|::1|\[::1\]|localhost)$/.test(value)) return { actual: value, evidence };
    const how =
      given === undefined ? `--${flag} is not set and defaults to 0.0.0.0` : `--${flag} is ${value}`;
    return {
      actual: given === undefined ? "0.0.0.0 (the default)" : value,
      evidence,
      problem: how,
      set: [flag, "127.0.0.1"],
    };
  };
}

/** Names of a comma-separated list flag; the last one given counts. */
export function listOf(component: Component, flag: string): readonly string[] {
  return (component.flag(flag)?.value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Suites with forward secrecy and authenticated encryption, in both spellings of ChaCha20 (RFC 8446, 7905, 5289). */
export const strongSuites: ReadonlySet<string> = new Set([
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
]);
