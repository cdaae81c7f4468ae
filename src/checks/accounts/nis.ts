// accounts.nis: no database of names is asked of whoever answers first on the network.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

/** NIS, NIS+ and Hesiod: none proves who answers (nsswitch.conf(5)). */
const unproven: readonly string[] = ["nis", "nisplus", "hesiod"];

export default defineCheck({
  id: "accounts.nis",
  title: "Users, groups and hosts do not come from NIS",
  why: "NIS proves nothing: who answers first says who has which user id, and root's among them.",
  remedy:
    "Take `nis`, `nisplus` and `hesiod` from the lines named in /etc/nsswitch.conf; where accounts come from a directory, ask it by SSSD over TLS.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["nameServices"],
  params: {},
  evaluate({ nameServices }) {
    const named = nameServices.flatMap(({ database, sources, missing, source }) =>
      sources
        .filter((name) => unproven.includes(name))
        .map((name) => ({ database, name, source, asked: !missing.includes(name) })),
    );
    // Debian names nis for netgroups on every machine, and installs its module on none.
    const found = named.filter(({ asked }) => asked);
    const idle = named.filter(({ asked }) => !asked);
    return {
      expected: "neither nis, nisplus nor hesiod",
      actual:
        found.length === 0
          ? "none of them"
          : found.map(({ database, name }) => `${database}: ${name}`).join(", "),
      evidence: [...new Set(found.map(({ source }) => source))],
      problems: found.map(({ database, name, source }) => ({
        message: `${place(source)} asks ${name} for ${printable(database)}`,
      })),
      notes: idle.map(
        ({ name, source }) =>
          `${place(source)} names ${name}, which nobody can ask: libnss_${name}.so.2 is not installed`,
      ),
    };
  },
});
