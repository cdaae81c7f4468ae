// Text as the value of another format: XML, HTML, Markdown, Prometheus labels, URIs. Nothing in it acts there.

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For HTML text and quoted attributes. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

// Everything that the production Char of XML 1.0 leaves out, lone surrogates included.
const illegalInXml = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** For XML text and quoted attributes; characters that XML 1.0 cannot hold in any spelling are left out. */
export function xmlText(text: string): string {
  // A parser turns a bare line break in an attribute into a space.
  return htmlText(text.replace(illegalInXml, "")).replace(
    /[\t\n\r]/g,
    (space) => `&#${space.charCodeAt(0)};`,
  );
}

/** One line of prose for Markdown (CommonMark with GitHub's tables, autolinks and mentions), without any markup in it. */
export function markdownText(text: string): string {
  return (
    text
      .replace(/\s+/g, " ")
      .trim()
      // A backslash takes the meaning from any ASCII punctuation (CommonMark 2.4).
      .replace(/[\\`*[\]<|~$]/g, "\\$&")
      // Between letters an underscore means nothing to GitHub; an ampersand does only before a name or number.
      .replace(/(?<!\w)_|_(?!\w)/g, "\\_")
      .replace(/&(?=[#\w])/g, "\\&")
      .replace(/^[-+>#=]/, "\\$&")
      .replace(/^(\d+)(?=[.)])/, "$1\\")
      .replace(/:(?=\/\/)/g, "\\:")
      .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`)
      // GitHub notifies @name wherever it stands as a word of its own; nothing else keeps it from that.
      .replace(/(?<![\w.-])@(?=\w)/g, "@&#8203;")
  );
}

/** A code span for Markdown outside of tables: its fence is longer than any run of backticks in the text. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "";
  const runs = line.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** Prose of ours in which backticks stand around what is typed: those become code, the rest text. */
function prose(text: string, plain: (text: string) => string, code: (text: string) => string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : plain(part)))
    .join("");
}

export function htmlProse(text: string): string {
  return prose(text, htmlText, (typed) => `<code>${htmlText(typed)}</code>`);
}

export function markdownProse(text: string): string {
  return prose(text, keepEnds(markdownText), markdownCode);
}

/** The space around a piece of prose belongs to it. */
function keepEnds(render: (text: string) => string): (text: string) => string {
  return (text) => {
    const [before = ""] = /^\s*/.exec(text) ?? [];
    const [after = ""] = text.trim() === "" ? [] : (/\s*$/.exec(text) ?? []);
    return (before === "" ? "" : " ") + render(text) + (after === "" ? "" : " ");
  };
}

/** The value of a Prometheus label, without its quotes (text exposition format). */
export function labelValue(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** A path as a URI reference without its leading slash. */
export function uriPath(path: string): string {
  return path
    .toWellFormed()
    .replace(/^\/+/, "")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}
