// Edits of a text by span: applied together or not at all. Knows no file and no format.
import type { Span } from "./source.js";

/** Replaces `span` of the original text by `text`; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export type Edited =
  | { readonly state: "ok"; readonly text: string }
  | { readonly state: "overlap"; readonly first: Edit; readonly second: Edit }
  | { readonly state: "out-of-range"; readonly edit: Edit };

function inOrder(a: Edit, b: Edit): number {
  return a.span.start - b.span.start || a.span.end - b.span.end;
}

/**
 * Applies edits whose spans are offsets in `text`. Equal edits count once; two insertions at one offset stay in the
 * order given. Anything else that overlaps is refused, and the two edits are named.
 */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  const unique = edits.filter(
    (edit, index) =>
      edits.findIndex(
        (other) =>
          other.span.start === edit.span.start &&
          other.span.end === edit.span.end &&
          other.text === edit.text,
      ) === index,
  );
  const sorted = [...unique].sort(inOrder);
  const parts: string[] = [];
  let position = 0;
  let previous: Edit | undefined;
  for (const edit of sorted) {
    const { start, end } = edit.span;
    if (start < 0 || end < start || end > text.length) return { state: "out-of-range", edit };
    if (previous !== undefined && start < position)
      return { state: "overlap", first: previous, second: edit };
    parts.push(text.slice(position, start), edit.text);
    position = end;
    previous = edit;
  }
  parts.push(text.slice(position));
  return { state: "ok", text: parts.join("") };
}
