// The escapes of sudoers resolved: what a name, a quoted string or a path stands for. Finds no tokens.

const hexPair = /^[0-9A-Fa-f]{2}$/;

/** Bytes written one by one as `\xNN` make up UTF-8 characters, as in every other text of the file. */
function fromBytes(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString("utf8");
}

/** `\x41` is a byte, a backslash otherwise takes the next character as it is; one at the very end stays. */
export function unescapeName(text: string): string {
  if (!text.includes("\\")) return text;
  const parts: string[] = [];
  let bytes: number[] = [];
  let from = 0;
  const flush = () => {
    if (bytes.length > 0) parts.push(fromBytes(bytes));
    bytes = [];
  };
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", from)) {
    if (at > from) {
      flush();
      parts.push(text.slice(from, at));
    }
    const pair = text.slice(at + 2, at + 4);
    if (text[at + 1] === "x" && hexPair.test(pair)) {
      bytes.push(Number.parseInt(pair, 16));
      from = at + 4;
    } else {
      flush();
      parts.push(text[at + 1] ?? "\\");
      from = Math.min(at + 2, text.length);
    }
  }
  flush();
  parts.push(text.slice(from));
  return parts.join("");
}

const special = /\\([,:= \t#])/g;

/** The path of a command: only sudoers' own special characters lose their backslash; a pattern keeps all. */
export function unescapePath(text: string): string {
  return text.startsWith("^") ? text : text.replace(special, "$1");
}
