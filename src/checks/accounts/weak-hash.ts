// accounts.weak-hash: passwords are hashed by methods that make guessing slow, those of today and those to come.

import type { Fact } from "../../core/fact.js";
import type { Problem } from "../../core/outcome.js";
import { undecided } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { Source } from "../../core/source.js";
import type { LoginDefs } from "../../facts/login-defs.js";
import { defineCheck } from "../define.js";

interface Judged {
  readonly problems: readonly Problem[];
  readonly evidence: readonly Source[];
  readonly unknowns: readonly string[];
}

/** login.defs(5): without ENCRYPT_METHOD the tools hash with DES. */
function methodToCome(defs: Fact<LoginDefs>, allowed: readonly string[]): Judged {
  if (defs.state === "error") return { problems: [], evidence: [], unknowns: [defs.reason] };
  if (defs.state === "absent") return { problems: [], evidence: [], unknowns: [] };
  const setting = defs.value.get("ENCRYPT_METHOD");
  if (setting === undefined)
    return {
      problems: [
        { message: `${defs.value.file} sets no ENCRYPT_METHOD: group passwords and chpasswd use DES` },
      ],
      evidence: [],
      unknowns: [],
    };
  const isGood = allowed.includes(setting.value.toLowerCase());
  return {
    problems: isGood
      ? []
      : [{ message: `${defs.value.file} has ENCRYPT_METHOD ${printable(setting.value)}` }],
    evidence: [setting.source],
    unknowns: [],
  };
}

export default defineCheck({
  id: "accounts.weak-hash",
  title: "Passwords are hashed with a method that makes guessing slow",
  why: "A stolen DES or MD5 hash gives the password away in hours, a SHA-512 or yescrypt one keeps a good password.",
  remedy: "Set ENCRYPT_METHOD to YESCRYPT (or SHA512) and let the named accounts change their passwords.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  optional: ["loginDefs"],
  params: {
    methods: words(
      ["yescrypt", "gost-yescrypt", "sha512"],
      "a list of crypt methods such as yescrypt, sha512, bcrypt",
    ),
  },
  evaluate({ accounts, loginDefs }, { methods }) {
    const { shadow } = accounts;
    if (shadow.state === "error") return undecided(shadow.reason);
    if (shadow.state === "absent") return { notApplicable: shadow.reason };
    const hashed = shadow.value.filter(({ password }) => password.kind === "hash" && !password.locked);
    const weak = hashed.filter(({ password }) => !methods.includes(password.method ?? "unknown"));
    const toCome = methodToCome(loginDefs, methods);
    return {
      expected: methods.join(", "),
      actual:
        [...new Set(hashed.map(({ password }) => password.method ?? "unknown"))].join(", ") || "no passwords",
      evidence: [...weak.map(({ source }) => source), ...toCome.evidence],
      problems: [
        ...weak.map(({ name, password }) => ({
          message: `the password of ${printable(name)} is hashed with ${password.method ?? "an unknown method"}`,
        })),
        ...toCome.problems,
      ],
      unknowns: toCome.unknowns,
    };
  },
});
