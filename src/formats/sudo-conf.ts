// sudo.conf(5): which plugin decides, and with which arguments. Only what bears on sudoers; nothing is changed.

export interface SudoPlugin {
  readonly symbol: string;
  readonly path: string;
  /** `key=value` arguments of the line, the last one of a key. */
  readonly options: ReadonlyMap<string, string>;
  readonly line: number;
}

/** Plugin lines in order; a backslash at the end of a line continues it, `#` starts a comment (sudo.conf(5)). */
export function parseSudoConf(text: string): readonly SudoPlugin[] {
  const plugins: SudoPlugin[] = [];
  let pending = "";
  let started = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "");
    if (pending === "") started = index + 1;
    // A comment reaches to the end of its line, also where that ends in a backslash.
    const bare = line.replace(/#.*$/s, "");
    if (bare.endsWith("\\")) {
      pending += bare.slice(0, -1);
      continue;
    }
    const words = (pending + bare).split(/\s+/).filter((word) => word !== "");
    pending = "";
    const [keyword = "", symbol = "", path = "", ...rest] = words;
    if (keyword !== "Plugin" || path === "") continue;
    const options = rest.flatMap((word) => {
      const equals = word.indexOf("=");
      return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)] as const] : [];
    });
    plugins.push({ symbol, path, options: new Map(options), line: started });
  }
  return plugins;
}
