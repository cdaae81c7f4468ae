// inetd.conf(5) and xinetd.conf(5): text -> the services they start on request. Includes are not followed.

export interface InetdService {
  readonly name: string;
  readonly program: string;
  readonly line: number;
}

/** One service a line; lines that start with `#` are off, `#<off>#` of update-inetd included. */
export function parseInetdConf(text: string): readonly InetdService[] {
  return text.split("\n").flatMap((line, index) => {
    const [name = "", , , , , program = ""] = line.trim().split(/\s+/);
    if (name === "" || name.startsWith("#") || program === "") return [];
    // `127.0.0.1:ftp` listens on one address only.
    return [{ name: name.slice(name.lastIndexOf(":") + 1), program, line: index + 1 }];
  });
}

interface Block {
  readonly name: string;
  readonly line: number;
  readonly attributes: Map<string, string>;
}

/** Services that are not switched off by `disable = yes`, nor named by `disabled` in `defaults`. */
export function parseXinetdConf(text: string): readonly InetdService[] {
  const blocks: Block[] = [];
  const off = new Set<string>();
  let open: Block | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const start = /^(?:service\s+(\S+)|(defaults))/.exec(line);
    if (start !== null && open === undefined)
      open = { name: start[1] ?? "", line: index + 1, attributes: new Map() };
    else if (line.startsWith("}")) {
      if (open !== undefined && open.name !== "") blocks.push(open);
      open = undefined;
    } else {
      const equals = line.indexOf("=");
      const key = line.slice(0, Math.max(equals, 0)).replace(/[+-]$/, "").trim().toLowerCase();
      const value = line.slice(equals + 1).trim();
      if (key === "disabled") for (const name of value.split(/\s+/)) off.add(name);
      else open?.attributes.set(key, value);
    }
  }
  return blocks
    .filter(({ name, attributes }) => {
      const id = attributes.get("id") ?? name;
      return attributes.get("disable")?.toLowerCase() !== "yes" && !off.has(id);
    })
    .map(({ name, line, attributes }) => ({ name, program: attributes.get("server") ?? "", line }));
}
