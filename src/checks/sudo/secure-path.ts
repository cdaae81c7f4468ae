// Where does sudo look for commands, and who can put one there?
import type { Problem } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import type { BoundSetting } from "../../facts/sudoers-defaults.js";
import { defineCheck } from "../define.js";
import { settingText, sudoOutcome, wholeRead } from "./shapes.js";

const usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function absolute(part: string): boolean {
  return part.startsWith("/");
}

function setting(directories: readonly string[]): string {
  // What would end the quoted value, or begin an escape, cannot be in it.
  const safe = directories.filter((part) => /^[^"\\\n]+$/.test(part));
  return `secure_path="${safe.length === 0 ? usual : safe.join(":")}"`;
}

/** Empty and relative parts: sudo then looks in the caller's directory. */
function partProblems(one: BoundSetting): readonly Problem[] {
  if (one.value === undefined)
    return [
      {
        message: `commands are looked for where the caller says: ${settingText(one)}`,
        fix: [one.replace(setting([]))],
      },
    ];
  const parts = one.value.split(":");
  const loose = parts.filter((part) => !absolute(part));
  if (loose.length === 0) return [];
  const names = listing(loose.map((part) => (part === "" ? "an empty part" : printable(part))));
  const message = `secure_path has ${names} in it, which means a directory of the caller: ${settingText(one)}`;
  return [{ message, fix: [one.replace(setting(parts.filter(absolute)))] }];
}

export default defineCheck({
  id: "sudo.secure-path",
  title: "sudo looks for commands in directories that only root can write to",
  why: "A command without a path is looked for in the caller's PATH, or in a directory where he can put another of that name.",
  remedy: `\`Defaults secure_path="${usual}"\` in sudoers, every directory root's and not writable by group or others.`,
  breaks: "Commands outside these directories have to be called by their path.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sudoers", "sudoPaths"],
  params: {},
  evaluate({ sudoers, sudoPaths }) {
    const { defaults } = sudoers;
    const settings = defaults.every("secure_path");
    const everybody = defaults.text("secure_path");
    const unset =
      wholeRead(sudoers) &&
      everybody.state === "known" &&
      everybody.value.by === undefined &&
      everybody.value.value === undefined;
    const trusts = settings.flatMap((one) =>
      (one.value ?? "").split(":").flatMap((part) => {
        const trust = sudoPaths.directory(part);
        return trust === undefined ? [] : [{ one, trust }];
      }),
    );
    const weak = trusts.flatMap(({ one, trust }) =>
      trust.weak.map((why) => ({
        message: `secure_path has ${printable(trust.path)} in it, and ${why}: ${one.forWhom}`,
      })),
    );
    const message = "commands are looked for where the caller says: secure_path is not set";
    return sudoOutcome(sudoers, {
      expected: "absolute directories only root can change",
      actual: settings.map(settingText).join(", ") || "not set",
      evidence: settings.map(({ source }) => source),
      problems: [
        ...(unset ? [{ message, fix: sudoers.addDefaults(setting([])) }] : []),
        ...settings.flatMap(partProblems),
        ...weak,
      ],
      unknowns: [
        ...(everybody.state === "known" ? [] : [everybody.reason]),
        ...new Set(trusts.flatMap(({ trust }) => trust.unknown)),
      ],
    });
  },
});
