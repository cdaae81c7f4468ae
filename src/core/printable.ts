// Text from the node made safe to print: no terminal control, no bidirectional tricks, bounded length. Not redaction.

// C0 but not tab, DEL, C1, and the Unicode controls that reorder, hide or break lines.
const unsafe =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** One line of untrusted text with control characters escaped, lone surrogates replaced, cut at `limit` characters. */
export function printable(text: string, limit = 400): string {
  const cut =
    text.length > limit ? `${text.slice(0, limit)}… (${text.length - limit} more characters)` : text;
  return cut.toWellFormed().replace(unsafe, escaped).replaceAll("\t", " ");
}

/** At most `limit` items as a sentence part: `a, b and 3 more`. */
export function listing(items: readonly string[], limit = 5): string {
  if (items.length <= limit) return items.map((item) => printable(item)).join(", ");
  const shown = items.slice(0, limit).map((item) => printable(item));
  return `${shown.join(", ")} and ${items.length - limit} more`;
}
