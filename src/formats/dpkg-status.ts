// The dpkg database (deb-control(5), dpkg-query(1)): text -> packages. Only the fields that are asked of it.

export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The three words of Status: what is wanted, a flag, what is so. */
  readonly want: string;
  readonly status: string;
  readonly source: string;
  readonly line: number;
}

function header(paragraph: string, name: string): string {
  const start = paragraph.startsWith(`${name}: `) ? 0 : paragraph.indexOf(`\n${name}: `);
  if (start < 0) return "";
  const from = paragraph.indexOf(":", start) + 1;
  const end = paragraph.indexOf("\n", from);
  return paragraph.slice(from, end < 0 ? undefined : end).trim();
}

/** Every paragraph that names a package, whatever its state. */
export function parseDpkgStatus(text: string): readonly DpkgPackage[] {
  const found: DpkgPackage[] = [];
  let start = 0;
  let line = 1;
  while (start < text.length) {
    const gap = text.indexOf("\n\n", start);
    const end = gap < 0 ? text.length : gap + 1;
    const paragraph = text.slice(start, end);
    const name = header(paragraph, "Package");
    const [want = "", , status = ""] = header(paragraph, "Status").split(" ");
    if (name !== "") {
      const version = header(paragraph, "Version");
      const source = header(paragraph, "Source").replace(/ .*/, "") || name;
      found.push({
        name,
        version,
        architecture: header(paragraph, "Architecture"),
        want,
        status,
        source,
        line,
      });
    }
    for (let at = text.indexOf("\n", start); at >= 0 && at <= end; at = text.indexOf("\n", at + 1)) line++;
    start = end + 1;
  }
  return found;
}
