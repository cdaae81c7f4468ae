// What several checks want of one path, made one: edits of the same text, the tighter of two modes. Two that want
// different things are both refused, by name.
import { applyEdits, type Edit } from "../core/edit.js";
import type { Wanted } from "../core/plan.js";
import type { Step } from "../core/step.js";

export type FileStep = Exclude<Step, { readonly kind: "action" }>;

/** One step for a path, and who asks for it. */
export interface Asked {
  readonly check: string;
  readonly step: FileStep;
}

/** What is at the path, as far as merging is concerned. */
export interface Present {
  /** The text; undefined where nothing is there, or something that has none. */
  readonly text: string | undefined;
  readonly encoding: "utf8" | "latin1";
  readonly isThere: boolean;
}

export type Merged =
  | { readonly state: "ok"; readonly wanted: Wanted }
  | { readonly state: "conflict"; readonly checks: readonly string[]; readonly reason: string };

type Of<K extends FileStep["kind"]> = {
  readonly check: string;
  readonly step: FileStep & { readonly kind: K };
};

function conflict(path: string, ...asked: readonly { readonly check: string }[]): Merged {
  const checks = [...new Set(asked.map(({ check }) => check))];
  const [only] = checks;
  const who =
    checks.length === 1
      ? `${only} wants two different things`
      : `${checks.join(" and ")} want different things`;
  return { state: "conflict", checks, reason: `${who} of ${path}` };
}

function ofKind<K extends FileStep["kind"]>(asked: readonly Asked[], kind: K): readonly Of<K>[] {
  return asked.flatMap(({ check, step }) => (isKind(step, kind) ? [{ check, step }] : []));
}

function isKind<K extends FileStep["kind"]>(
  step: FileStep,
  kind: K,
): step is FileStep & { readonly kind: K } {
  return step.kind === kind;
}

/** Removal, and a link in place of what is there, leave nothing for others to change. */
function replaced(path: string, asked: readonly Asked[]): Merged | undefined {
  const [first] = asked;
  if (first === undefined || (first.step.kind !== "remove" && first.step.kind !== "symlink"))
    return undefined;
  const target = (step: FileStep) => (step.kind === "symlink" ? step.target : undefined);
  const other = asked.find(
    ({ step }) => step.kind !== first.step.kind || target(step) !== target(first.step),
  );
  if (other !== undefined) return conflict(path, first, other);
  const to = target(first.step);
  return { state: "ok", wanted: to === undefined ? { state: "absent" } : { state: "symlink", target: to } };
}

interface Attributes {
  readonly mode?: number;
  readonly owner?: string;
}

/** Each check names the most it allows: what all allow is in none of them more than asked. */
function attributes(path: string, asked: readonly Of<"chmod">[]): Attributes | Merged {
  const [first] = asked;
  if (first === undefined) return {};
  const other = asked.find(({ step }) => step.owner !== first.step.owner);
  if (other !== undefined) return conflict(path, first, other);
  const mode = asked.reduce((all, { step }) => all & step.mode, 0o7777);
  return { mode, owner: first.step.owner };
}

interface Content {
  readonly text: string;
  readonly mode?: number;
}

/** New content: one file written by all, or edits of what is there; edits of nothing are of an empty text. */
function content(path: string, asked: readonly Asked[], there: Present): Content | Merged | undefined {
  const writes = ofKind(asked, "write");
  const edits = ofKind(asked, "edit");
  const [first] = writes;
  if (first === undefined && edits.length === 0) return undefined;
  const other = writes.find(({ step }) => step.content !== first?.step.content);
  if (first !== undefined && other !== undefined) return conflict(path, first, other);
  // What replaces a text and what edits it do not know of each other.
  const [edit] = edits;
  if (first !== undefined && edit !== undefined && there.isThere) return conflict(path, first, edit);
  const owners = new Map<Edit, string>();
  for (const { check, step } of edits) for (const one of step.edits) owners.set(one, check);
  const edited = applyEdits(there.text ?? "", [...owners.keys()]);
  const who = (one: Edit) => ({ check: owners.get(one) ?? "" });
  if (edited.state === "overlap") return conflict(path, who(edited.first), who(edited.second));
  if (edited.state === "out-of-range") return conflict(path, who(edited.edit));
  if (first === undefined) return { text: edited.text };
  const mode = writes.reduce((all, { step }) => all & step.mode, 0o7777);
  return { text: first.step.content + (edits.length > 0 ? edited.text : ""), mode };
}

/** `asked` is not empty. Equal steps count once. */
export function merge(path: string, asked: readonly Asked[], there: Present): Merged {
  const odd = asked.find(({ step }) => step.kind === "remove" || step.kind === "symlink");
  const gone = odd === undefined ? undefined : replaced(path, [odd, ...asked.filter((one) => one !== odd)]);
  if (gone !== undefined) return gone;
  const text = content(path, asked, there);
  const kept = attributes(path, ofKind(asked, "chmod"));
  if ("state" in kept) return kept;
  if (text === undefined) return { state: "ok", wanted: { state: "attributes", ...kept } };
  if ("state" in text) return text;
  const mode = kept.mode ?? text.mode;
  return {
    state: "ok",
    wanted: {
      state: "file",
      content: text.text,
      encoding: there.encoding,
      ...(mode === undefined ? {} : { mode }),
      ...(kept.owner === undefined ? {} : { owner: kept.owner }),
    },
  };
}
