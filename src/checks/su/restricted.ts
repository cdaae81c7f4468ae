// Who may use su at all?
import type { Problem } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { Step } from "../../core/step.js";
import type { PamStack, PamStep } from "../../facts/pam.js";
import { defineCheck } from "../define.js";

function moduleName({ module }: PamStep): string {
  return module.slice(module.lastIndexOf("/") + 1).replace(/\.so$/, "");
}

/** How many lines a success of this one passes over; all of them where it ends the stack (pam.conf(5)). */
function passedOver({ control }: PamStep): number {
  if (control.kind === "word") return control.word === "sufficient" ? Number.POSITIVE_INFINITY : 0;
  const action = control.kind === "table" ? (control.actions.get("success") ?? "") : "";
  return action === "done" ? Number.POSITIVE_INFINITY : Number(action) || 0;
}

/** Does a refusal of this line refuse the caller? */
function refuses({ control }: PamStep): boolean {
  if (control.kind === "word") return control.word === "required" || control.word === "requisite";
  if (control.kind !== "table") return false;
  // The answer of pam_wheel to whom it does not know is perm_denied.
  const action = control.actions.get("perm_denied") ?? control.actions.get("default") ?? "bad";
  return action === "bad" || action === "die";
}

/** pam_wheel as a limit: without `deny`, which turns it round, and `trust`, which only lets its group in unasked. */
function isLimit(step: PamStep, group: string): boolean {
  const args = step.args.filter((arg) => arg !== "debug");
  return (
    moduleName(step) === "pam_wheel" &&
    !args.includes("deny") &&
    args.includes("use_uid") &&
    (group === "" || args.includes(`group=${group}`)) &&
    refuses(step)
  );
}

interface Limit {
  readonly step: PamStep | undefined;
  /** A line before it that lets somebody else than root in. */
  readonly around: PamStep | undefined;
}

function limitOf(stack: PamStack, group: string): Limit {
  const steps = stack.of("auth");
  const at = steps.findIndex((step) => isLimit(step, group));
  const step = steps[at];
  const around = steps.find(
    (one, index) => index < at && index + passedOver(one) >= at && moduleName(one) !== "pam_rootok",
  );
  return { step, around };
}

/** Puts the limit after the line that lets root in, or before the first line of the service's own file. */
function repair(stack: PamStack, group: string): readonly Step[] {
  const line = `auth required pam_wheel.so use_uid${group === "" ? "" : ` group=${group}`}`;
  const rootok = stack.lines.find(
    (one) => one.kind === "rule" && one.type === "auth" && /pam_rootok/.test(one.module),
  );
  const first = stack.lines[0];
  if (rootok !== undefined) {
    const { end } = rootok.source.span;
    return [{ kind: "edit", file: stack.file, edits: [{ span: { start: end, end }, text: `\n${line}` }] }];
  }
  const start = first?.source.span.start ?? stack.text.length;
  return [{ kind: "edit", file: stack.file, edits: [{ span: { start, end: start }, text: `${line}\n` }] }];
}

function problemOf(stack: PamStack, { step, around }: Limit, group: string): Problem | undefined {
  const who = group === "" ? "a group" : `group ${group}`;
  if (step === undefined) {
    const message = `everybody may use su: ${printable(stack.file)} does not limit it to ${who} (pam_wheel with use_uid)`;
    return { message, fix: repair(stack, group) };
  }
  if (around === undefined) return undefined;
  return { message: `${printable(around.module)} lets callers of su in before pam_wheel is asked` };
}

export default defineCheck({
  id: "su.restricted",
  title: "Only members of one group may use su",
  why: "Without it every account, also that of a service, can try root's password.",
  remedy:
    "In /etc/pam.d/su, after pam_rootok, `auth required pam_wheel.so use_uid group=GROUP`; without a group that of wheel, or of root where there is no wheel.",
  breaks: "Who is not in the group can no longer use su, not even to change to another ordinary account.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["pam"],
  params: { group: word("", /(?:[a-z_][a-z0-9_-]*)?/, "the name of a group, or nothing") },
  evaluate({ pam }, { group }) {
    const own = pam.services.filter((name) => name === "su" || name === "su-l").sort();
    if (own.length === 0) return { notApplicable: "su is not installed: it has no file in /etc/pam.d" };
    const facts = own.map((name) => pam.stack(name));
    const stacks = facts.flatMap((fact) => (fact.state === "known" ? [fact.value] : []));
    const rows = stacks.map((stack) => ({ stack, limit: limitOf(stack, group) }));
    // su-l takes its stack from su: one line repairs both.
    const direct = rows.filter(
      ({ stack }) =>
        stack.service === "su" || !stack.of("auth").some(({ through }) => through.includes("su")),
    );
    return {
      expected: `pam_wheel with use_uid${group === "" ? "" : ` and group=${group}`}, required`,
      actual: rows.every(({ limit }) => limit.step !== undefined) ? "limited" : "not limited",
      evidence: rows.flatMap(({ stack, limit }) => {
        if (limit.step !== undefined) return [limit.step.source];
        return stack.lines
          .filter((line) => line.kind === "rule" && line.type === "auth")
          .map(({ source }) => source);
      }),
      problems: direct.flatMap(({ stack, limit }) => problemOf(stack, limit, group) ?? []),
      unknowns: [
        ...facts.flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
        ...stacks.flatMap(({ unread }) => unread),
      ],
      notes: stacks.flatMap(({ problems }) =>
        problems.map(({ source, message }) => `${source.file}:${source.line}: ${message}`),
      ),
    };
  },
});
