// The output of getcap(8): text -> the capabilities of each file, in the manner of libcap before and after 2.41.

export interface FileCapabilities {
  readonly path: string;
  /** `cap_net_raw`, …, or `all`; in no order. */
  readonly capabilities: readonly string[];
  /** As getcap writes them: `cap_net_raw=ep`. */
  readonly text: string;
}

/** The names a clause such as `cap_a,cap_b=ep`, `=ep` or `all+p` gives to the file; a clause that takes away gives none. */
function namesOf(clause: string): readonly string[] {
  const match = /^([a-z0-9_,]*)([=+])([eip]+)/.exec(clause);
  if (match === null) return [];
  const names = (match[1] ?? "").split(",").filter((name) => name !== "");
  return names.length === 0 ? ["all"] : names;
}

/** Of `asked` paths those that have capabilities. A line of no asked path is left out. */
export function parseGetcap(text: string, asked: ReadonlySet<string>): readonly FileCapabilities[] {
  return text.split("\n").flatMap((line) => {
    // A name may hold blanks: the longest asked path that the line starts with.
    for (let space = line.lastIndexOf(" "); space > 0; space = line.lastIndexOf(" ", space - 1)) {
      const path = line.slice(0, space);
      if (!asked.has(path)) continue;
      const rest = line.slice(space + 1).replace(/^= /, "");
      const capabilities = [...new Set(rest.split(" ").flatMap(namesOf))];
      return [{ path, capabilities, text: rest }];
    }
    return [];
  });
}
