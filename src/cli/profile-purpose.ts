// What a shipped profile is for, in the first words of the document beside it. Reads nothing of the node.
import type { Context } from "./context.js";

/** The first sentence of `seccomp/NAME.md` and the like. */
export function purposeOf({ data }: Context, path: string): string {
  const body = (data.read(path) ?? "").split("\n\n")[1] ?? "";
  const [first = ""] = body
    .replaceAll("\n", " ")
    .replaceAll("`", "")
    .split(/(?<=[.:]) /, 1);
  return first.replace(/[:.]$/, "");
}
