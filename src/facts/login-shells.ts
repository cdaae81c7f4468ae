// The login shells that /etc/shells names (shells(5)). Not which of them are installed.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import type { FactSource } from "./source.js";

export interface LoginShell {
  readonly shell: string;
  readonly source: Source;
  /** A step that takes the whole line away. */
  readonly remove: Step;
}

export const loginShells: FactSource<readonly LoginShell[]> = {
  title: "the list of login shells (/etc/shells)",
  async gather(host): Promise<Fact<readonly LoginShell[]>> {
    const read = await host.read("/etc/shells");
    if (read.state === "absent") return absent(read.reason);
    if (read.state !== "ok") return failed(read.reason);
    const { path: file, text } = read;
    const found: LoginShell[] = [];
    let start = 0;
    for (const [index, raw] of text.split("\n").entries()) {
      const end = start + raw.length;
      // getusershell(3): from the first slash to the next blank or comment.
      const shell = /^[^#]*?(\/[^\s#]*)/.exec(raw)?.[1];
      if (shell !== undefined)
        found.push({
          shell,
          source: { file, line: index + 1, span: { start, end }, text: raw },
          remove: {
            kind: "edit",
            file,
            edits: [{ span: { start, end: Math.min(end + 1, text.length) }, text: "" }],
          },
        });
      start = end + 1;
    }
    return known(found);
  },
};
