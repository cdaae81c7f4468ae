// accounts.umask: new files of users are closed to others, by login.defs and by what login scripts say after it.

import type { Fact } from "../../core/fact.js";
import type { Problem } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { LoginDefs } from "../../facts/login-defs.js";
import type { ShellSetting } from "../../facts/shell-profiles.js";
import { defineCheck } from "../define.js";

/** Bits that a mask takes away, where it is written in octal. */
function maskOf(text: string | undefined): number | undefined {
  return text !== undefined && /^0*[0-7]{1,3}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function covers(mask: number | undefined, wanted: number): boolean {
  return mask !== undefined && (mask & wanted) === wanted;
}

function inLoginDefs(defs: LoginDefs, wanted: string): readonly Problem[] {
  const setting = defs.get("UMASK");
  const fix = [defs.set("UMASK", wanted)];
  if (setting === undefined) return [{ message: `${defs.file} sets no UMASK: 022 is the default`, fix }];
  if (covers(maskOf(setting.value), Number.parseInt(wanted, 8))) return [];
  return [{ message: `${place(setting.source)} sets UMASK ${printable(setting.value)}`, fix }];
}

function inScript({ source, raw, valueSpan }: ShellSetting, wanted: string): Problem {
  return {
    message: `${place(source)} sets umask ${printable(raw)}, whatever login.defs says`,
    fix: [{ kind: "edit", file: source.file, edits: [{ span: valueSpan, text: wanted }] }],
  };
}

function reasons(facts: readonly Fact<unknown>[]): readonly string[] {
  return facts.flatMap((fact) => (fact.state === "error" ? [fact.reason] : []));
}

export default defineCheck({
  id: "accounts.umask",
  title: "New files of users are closed to others",
  why: "With umask 022 every key and dump somebody makes in passing can be read by every service on the machine.",
  remedy:
    "`UMASK 027` in /etc/login.defs, and no weaker `umask` in /etc/profile, /etc/profile.d and /etc/bash.bashrc.",
  breaks: "Services and users that read each other's new files need a common group.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["loginDefs"],
  optional: ["shellProfiles"],
  params: { mask: word("027", /0?[0-7]{3}/, "a mask such as 027") },
  evaluate({ loginDefs, shellProfiles }, { mask }) {
    const wanted = Number.parseInt(mask, 8);
    const profiles = shellProfiles.state === "known" ? shellProfiles.value : undefined;
    const lines = profiles?.settings("umask", [...profiles.everybody, ...profiles.root]) ?? [];
    const weak = lines.filter(({ value }) => !covers(maskOf(value), wanted));
    const plain = weak.filter(({ conditional, value }) => !conditional && maskOf(value) !== undefined);
    const unclear = weak.filter((line) => !plain.includes(line));
    const setting = loginDefs.get("UMASK");
    const userGroups = loginDefs.get("USERGROUPS_ENAB")?.value.toLowerCase() === "yes";
    return {
      expected: `${mask} or tighter`,
      actual: [setting?.value ?? "022 by default", ...lines.map(({ raw }) => raw)].join(", "),
      evidence: [...(setting === undefined ? [] : [setting.source]), ...lines.map(({ source }) => source)],
      problems: [...inLoginDefs(loginDefs, mask), ...plain.map((line) => inScript(line, mask))],
      unknowns: [
        ...(profiles?.unread ?? []),
        ...reasons([shellProfiles]),
        ...unclear.map(
          ({ source, raw }) =>
            `${place(source)} sets umask ${printable(raw)} under a condition that only the shell can decide`,
        ),
      ],
      notes: userGroups
        ? ["USERGROUPS_ENAB: in a user's private group the group gets the owner's rights"]
        : [],
    };
  },
});
