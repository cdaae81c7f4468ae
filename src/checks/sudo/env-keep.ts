// Which variables of the caller reach a command that runs as root?
import type { Problem } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import type { Sudoers } from "../../facts/sudoers.js";
import type { BoundSetting } from "../../facts/sudoers-defaults.js";
import { defineCheck } from "../define.js";
import { allowed, grantsToOthers, isEverything, settingText, sudoOutcome } from "./shapes.js";

/** Variables by which a caller makes programs load or run what he likes; a star stands for any ending (ld.so(8), bash(1), …). */
const dangerous =
  "LD_* _RLD* DYLD_* PYTHON* PERL* RUBY* LUA_* NODE_* JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS BASH_ENV BASHOPTS BASH_FUNC_* ENV SHELLOPTS " +
  "PS4 IFS CDPATH GLOBIGNORE FPATH ZDOTDIR NULLCMD READNULLCMD TMPPREFIX GCONV_PATH NLSPATH LOCPATH PATH_LOCALE " +
  "LOCALDOMAIN RES_OPTIONS HOSTALIASES GETCONF_DIR TERMINFO TERMINFO_DIRS TERMPATH TERMCAP KRB5_CONFIG* KRB5_KTNAME";

const patterns = dangerous
  .split(" ")
  .map((name) => ({ name: name.replace("*", ""), open: name.endsWith("*") }));

/** Can a word of env_keep, with stars in it, mean a variable of the list? */
function meansDanger(word: string): boolean {
  const name = word.split("=", 1)[0] ?? "";
  const star = name.indexOf("*");
  const fixed = star === -1 ? name : name.slice(0, star);
  return patterns.some((one) => {
    if (star === -1) return one.open ? fixed.startsWith(one.name) : fixed === one.name;
    return one.name.startsWith(fixed) || (one.open && fixed.startsWith(one.name));
  });
}

interface Kept {
  readonly setting: BoundSetting;
  readonly words: readonly string[];
}

/** Words of env_keep that no later line takes out again, from the last line to the first. */
function kept(settings: readonly BoundSetting[]): readonly Kept[] {
  const found: Kept[] = [];
  const removed = new Map<string, Set<string>>();
  const replaced = new Set<string>();
  for (const setting of [...settings].reverse()) {
    const { forWhom, operator, scope, value = "" } = setting;
    const words = value.split(/[ \t]+/).filter((word) => word !== "");
    const scopes = scope.kind === "command" ? [forWhom] : [forWhom, "for everybody"];
    if (operator === "-=") {
      const gone = removed.get(forWhom) ?? new Set();
      removed.set(forWhom, gone);
      for (const word of words) gone.add(word);
    } else if (!scopes.some((one) => replaced.has(one))) {
      const left = words.filter((word) => !scopes.some((one) => removed.get(one)?.has(word) === true));
      found.push({ setting, words: left });
    }
    if (operator === "=" || operator === "off") replaced.add(forWhom);
  }
  return found.reverse();
}

function settingProblems({ defaults }: Sudoers): readonly (Problem & { readonly setting: BoundSetting })[] {
  const reset = defaults.every("env_reset").filter(({ operator }) => operator === "off");
  const free = defaults.every("setenv").filter(({ operator }) => operator === "on");
  return [
    ...kept(defaults.all("env_keep")).flatMap(({ setting, words }) => {
      const bad = words.filter(meansDanger).map((word) => printable(word));
      if (bad.length === 0) return [];
      return [
        { setting, message: `${listing(bad)} of the caller reach commands run as root (${setting.forWhom})` },
      ];
    }),
    ...reset.map((setting) => ({
      setting,
      message: `the caller's environment is not reset: ${settingText(setting)}`,
    })),
    ...free.map((setting) => ({
      setting,
      message: `the caller may set any variable: ${settingText(setting)}`,
    })),
  ];
}

export default defineCheck({
  id: "sudo.env-keep",
  title: "No variable of the caller steers what runs as root",
  why: "LD_PRELOAD, PYTHONPATH or BASH_ENV make a harmless command load the caller's code, as root.",
  remedy:
    "Take the named variables out of env_keep, remove `!env_reset` and `setenv`, and the SETENV tag from rules for ALL.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const settings = settingProblems(sudoers);
    const tags = grantsToOthers(sudoers).flatMap((grant) => {
      const tag = grant.tag("setenv");
      if (tag?.on !== true || !allowed(grant).some(isEverything)) return [];
      return [
        {
          source: tag.source,
          message: `${grant.userText} may set any variable for any command: SETENV with ALL`,
        },
      ];
    });
    const problems = [
      ...settings.map(({ message }) => ({ message })),
      ...tags.map(({ message }) => ({ message })),
    ];
    return sudoOutcome(sudoers, {
      expected: "env_reset, no dangerous variable kept, no SETENV with ALL",
      actual: problems.length === 0 ? "as expected" : problems.map(({ message }) => message).join("; "),
      evidence: [...settings.map(({ setting }) => setting.source), ...tags.map(({ source }) => source)],
      problems,
    });
  },
});
