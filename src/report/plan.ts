// A plan of repairs for people and programs: what is changed in which file, which commands are run, what is left and why.
import type { Risk } from "../core/outcome.js";
import { risks } from "../core/outcome.js";
import type { FileChange, GroupName, Image, Left, Wanted } from "../core/plan.js";
import { printable } from "../core/printable.js";
import { count } from "./arrange.js";
import { type Palette, paletteFor } from "./palette.js";
import type { View } from "./view.js";
import { hang, wrap } from "./wrap.js";

/** A group with its commands as people would type them. */
export interface ShownGroup {
  readonly name: GroupName;
  readonly risk: Risk;
  readonly checks: readonly string[];
  readonly files: readonly FileChange[];
  readonly commands: readonly { readonly command: string; readonly checks: readonly string[] }[];
  /** What makes programs take the change up. */
  readonly reactions: readonly string[];
}

export interface ShownPlan {
  readonly hostname: string;
  readonly root: string;
  readonly version: string;
  readonly groups: readonly ShownGroup[];
  readonly left: readonly Left[];
}

const meaning: Readonly<Record<Risk, string>> = {
  none: "nothing is interrupted",
  reload: "a service reads its configuration again",
  restart: "a service is restarted",
  lockout: "a mistake could shut people out: put back unless confirmed",
  workload: "pods can notice: put back unless confirmed",
  reboot: "in force after the next boot",
};

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function attributes(before: Image, wanted: { readonly mode?: number; readonly owner?: string }): string {
  if (!("mode" in before)) return wanted.mode === undefined ? "" : `mode ${octal(wanted.mode)}`;
  const owner = `${before.uid}:${before.gid}`;
  const parts = [
    ...(wanted.mode === undefined || wanted.mode === before.mode
      ? []
      : [`mode ${octal(before.mode)} -> ${octal(wanted.mode)}`]),
    ...(wanted.owner === undefined || wanted.owner === owner ? [] : [`owner ${owner} -> ${wanted.owner}`]),
  ];
  return parts.join(", ");
}

function kindOf(before: Image, wanted: Wanted): string {
  if (wanted.state === "absent") return "remove";
  if (wanted.state === "attributes") return "attributes";
  if (wanted.state === "directory") return "new-directory";
  if (wanted.state === "symlink") return "link";
  return before.state === "absent" ? "new-file" : "edit";
}

/** What happens to a path, in words. */
export function described({ before, wanted }: Pick<FileChange, "before" | "wanted">): string {
  if (wanted.state === "absent") return "removed";
  if (wanted.state === "symlink") return `link to ${printable(wanted.target)}`;
  if (wanted.state === "directory") return `new directory, mode ${octal(wanted.mode)}`;
  const more = attributes(before, wanted);
  if (wanted.state === "attributes") return more;
  const what = before.state === "absent" ? "new file" : "edited";
  return more === "" ? what : `${what}, ${more}`;
}

/** A line of a diff in its colour. */
export function paintDiff(diff: string, palette: Palette): readonly string[] {
  return diff
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      if (/^(?:---|\+\+\+) /.test(line)) return palette.strong(line);
      if (line.startsWith("@@")) return palette.faint(line);
      if (line.startsWith("+")) return palette.good(line);
      return line.startsWith("-") ? palette.bad(line) : line;
    });
}

class Writer {
  readonly lines: string[] = [];
  readonly palette: Palette;

  constructor(private readonly view: View) {
    this.palette = paletteFor(view);
  }

  prose(text: string, indent = ""): void {
    const width = Math.min(110, this.view.columns) - indent.length;
    for (const line of wrap(text, width)) this.lines.push(indent + line);
  }

  checks(ids: readonly string[]): void {
    const all = ids.length > 6 ? [...ids.slice(0, 5), `and ${ids.length - 5} more`] : ids;
    for (const line of hang("    # ", all.join(", "), Math.min(110, this.view.columns)))
      this.lines.push(this.palette.faint(line));
  }

  file(change: FileChange): void {
    this.lines.push(`  ${printable(change.path, 4096)}: ${described(change)}`);
    this.checks(change.checks);
    if (change.diff !== "") this.lines.push(...paintDiff(change.diff, this.palette));
    else if (change.wanted.state === "file") this.lines.push("    (holds secrets: no diff is shown)");
  }

  group({ name, files, commands, reactions }: ShownGroup): void {
    this.lines.push("", this.palette.strong(name));
    for (const change of files) this.file(change);
    for (const { command, checks } of commands) {
      this.lines.push(`  $ ${printable(command, 4096)}`);
      this.checks(checks);
    }
    if (reactions.length > 0) this.lines.push("  then");
    for (const reaction of reactions) this.lines.push(`  $ ${printable(reaction, 4096)}`);
  }

  left(checks: readonly string[], { answer, because, first }: Left): void {
    this.lines.push("");
    const word = answer === "defer" ? "deferred" : "refused";
    for (const line of wrap(`${checks.join(", ")}: ${word}`, Math.min(110, this.view.columns)))
      this.lines.push(this.palette.strong(line));
    this.prose(printable(because, 2000), "  ");
    if (first !== "") this.prose(`First: ${printable(first, 2000)}`, "  ");
  }
}

/** Checks that are left for the same reason, together. */
function alike(all: readonly Left[]): readonly (readonly Left[])[] {
  const groups = new Map<string, Left[]>();
  for (const left of all) {
    const key = JSON.stringify([left.answer, left.because, left.first.replaceAll(left.check, "")]);
    groups.set(key, [...(groups.get(key) ?? []), left]);
  }
  return [...groups.values()];
}

function totals({ groups, left }: ShownPlan): string {
  const files = groups.reduce((sum, group) => sum + group.files.length, 0);
  const commands = groups.reduce((sum, group) => sum + group.commands.length, 0);
  const checks = new Set(groups.flatMap((group) => group.checks)).size;
  const rest = left.length === 0 ? "" : `; ${count(left.length, "check")} left`;
  if (checks === 0) return `Nothing to change${rest}.`;
  const parts = [
    ...(files > 0 ? [count(files, "file")] : []),
    ...(commands > 0 ? [count(commands, "command")] : []),
  ];
  return `${parts.join(" and ")} for ${count(checks, "check")}${rest}.`;
}

/** By risk, the least first; within a risk in the order of application. */
export function planText(plan: ShownPlan, view: View): string {
  const writer = new Writer(view);
  const where = plan.root === "/" ? plan.hostname || "this node" : plan.root;
  writer.lines.push(writer.palette.strong(`Plan for ${printable(where)}`));
  writer.prose(totals(plan));
  if (!view.quiet) {
    for (const risk of risks) {
      const own = plan.groups.filter((group) => group.risk === risk);
      if (own.length === 0) continue;
      writer.lines.push("", `Risk ${writer.palette.strong(risk)}: ${meaning[risk]}`);
      for (const group of own) writer.group(group);
    }
    if (plan.left.length > 0) writer.lines.push("", writer.palette.strong("Left as it is"));
    for (const same of alike(plan.left)) {
      const [first] = same;
      const checks = same.map(({ check }) => check);
      // The command of one check names them all.
      if (first !== undefined)
        writer.left(checks, { ...first, first: first.first.replaceAll(first.check, checks.join(" ")) });
    }
  }
  return `${writer.lines.join("\n")}\n`;
}

/** The plan as values for a report: no content of files, which may hold secrets, only the redacted diffs. */
export function planValue({ groups, left }: ShownPlan): unknown {
  return {
    groups: groups.map(({ name, risk, checks, files, commands, reactions }) => ({
      name,
      risk,
      checks,
      files: files.map((change) => ({
        path: printable(change.path, 4096),
        change: kindOf(change.before, change.wanted),
        description: described(change),
        diff: change.diff,
        checks: change.checks,
      })),
      commands,
      reactions,
    })),
    left,
  };
}

export function planJson(plan: ShownPlan): string {
  const { hostname, root, version } = plan;
  const value = {
    schemaVersion: 1,
    tool: { name: "nodeward", version },
    host: { hostname },
    root,
    plan: planValue(plan),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
