// The tags of an XML text in order, with the text behind them: enough for metadata of packages, in one pass over megabytes.
// Builds no tree, knows no namespaces and no entities beyond the five of XML.

export interface XmlTag {
  /** Without a prefix: `location` of `<rpm:location>`. */
  readonly name: string;
  readonly kind: "open" | "close" | "empty";
  /** The value of an attribute. */
  attribute(name: string): string | undefined;
  /** The text up to the next tag. */
  text(): string;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decoded(text: string): string {
  return text.replace(/&(\w{2,4});/g, (all, name: string) =>
    Object.hasOwn(entities, name) ? (entities[name] ?? all) : all,
  );
}

/** The offset behind the `>` that ends a tag; one in quotes does not. Negative where none does. */
function endOf(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = text.indexOf(">", at);
    if (end < 0) return -1;
    const quote = /["']/.exec(text.slice(at, end));
    if (quote === null) return end + 1;
    const close = text.indexOf(quote[0], at + quote.index + 1);
    if (close < 0) return -1;
    at = close + 1;
  }
}

/** What is passed over as a whole, and how it ends. */
const skipped: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

function tagOf(text: string, inside: string, end: number): XmlTag {
  const kind = inside.startsWith("/") ? "close" : inside.endsWith("/") ? "empty" : "open";
  const name = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(inside)?.[1] ?? "";
  return {
    name,
    kind,
    attribute: (wanted) => {
      for (const [, key, double, single] of inside.matchAll(/\s([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
        if (key === wanted) return decoded(double ?? single ?? "");
      return undefined;
    },
    text: () => {
      const next = text.indexOf("<", end);
      return decoded(text.slice(end, next < 0 ? undefined : next)).trim();
    },
  };
}

/** Hands each tag to `take`; false where the text ends inside one. */
export function xmlTags(text: string, take: (tag: XmlTag) => void): boolean {
  let at = 0;
  for (;;) {
    const start = text.indexOf("<", at);
    if (start < 0) return true;
    const skip = skipped.find(([open]) => text.startsWith(open, start));
    if (skip !== undefined) {
      const end = text.indexOf(skip[1], start + skip[0].length);
      if (end < 0) return false;
      at = end + skip[1].length;
      continue;
    }
    const end = endOf(text, start + 1);
    if (end < 0) return false;
    take(tagOf(text, text.slice(start + 1, end - 1), end));
    at = end;
  }
}
