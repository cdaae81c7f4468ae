// accounts.tmout: a shell that nobody uses ends.
import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { place } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { ShellSetting } from "../../facts/shell-profiles.js";
import { defineCheck } from "../define.js";

/** Seconds, or nothing where the line does not say a number. */
function secondsOf({ value }: ShellSetting): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function isGood(setting: ShellSetting, limit: number): boolean {
  const seconds = secondsOf(setting);
  return seconds !== undefined && seconds > 0 && seconds <= limit;
}

function addition(limit: number): Step {
  const content = `TMOUT=${limit}\nreadonly TMOUT\nexport TMOUT\n`;
  return { kind: "write", file: "/etc/profile.d/zz-nodeward-tmout.sh", content, mode: 0o644 };
}

function wrong(setting: ShellSetting, limit: number): Problem {
  const { source, raw, valueSpan } = setting;
  return {
    message: `${place(source)} sets TMOUT to ${raw === "" ? "nothing" : raw}, not 1 to ${limit}`,
    fix: [{ kind: "edit", file: source.file, edits: [{ span: valueSpan, text: String(limit) }] }],
  };
}

/** On a line of its own behind the one that sets it: twice read-only would be an error at every login. */
function lock({ source, lineEnd }: ShellSetting): Problem {
  const span = { start: lineEnd, end: lineEnd };
  return {
    message: `${place(source)} sets TMOUT, and users can take it back: it is not readonly`,
    fix: [{ kind: "edit", file: source.file, edits: [{ span, text: "\nreadonly TMOUT" }] }],
  };
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
}

function judge(all: readonly ShellSetting[], isLocked: boolean, blind: boolean, limit: number): Judged {
  const plain = all.filter(({ conditional }) => !conditional);
  const last = plain.at(-1);
  if (last === undefined) {
    const maybe = all.map(
      ({ source }) => `${place(source)} sets TMOUT under a condition that only the shell can decide`,
    );
    const none = { message: "no login script sets TMOUT: idle shells stay open", fix: [addition(limit)] };
    return { problems: maybe.length > 0 || blind ? [] : [none], unknowns: maybe };
  }
  const bad = plain.filter((setting) => !isGood(setting, limit)).map((setting) => wrong(setting, limit));
  return { problems: isLocked ? bad : [...bad, lock(last)], unknowns: [] };
}

export default defineCheck({
  id: "accounts.tmout",
  title: "Shells that nobody uses end by themselves",
  why: "A root shell left open on an unlocked screen, or in a forgotten tmux, belongs to whoever comes by.",
  remedy: "Put `TMOUT=900`, `readonly TMOUT` and `export TMOUT` into a file in /etc/profile.d.",
  breaks: "A shell in which a long command was left to be watched ends once the command has.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["shellProfiles"],
  params: { limit: integer(900, { min: 1, max: 86_400, unit: "seconds" }) },
  evaluate({ shellProfiles }, { limit }) {
    const { everybody, unread } = shellProfiles;
    const all = shellProfiles.settings("TMOUT", everybody);
    const isLocked = everybody.some(({ readonly }) => readonly.has("TMOUT"));
    const { problems, unknowns } = judge(all, isLocked, unread.length > 0, limit);
    return {
      expected: `TMOUT from 1 to ${limit}, readonly`,
      actual: all.map(({ raw }) => raw).join(", ") || "not set",
      evidence: all.map(({ source }) => source),
      problems,
      unknowns: [...unread, ...unknowns],
    };
  },
});
