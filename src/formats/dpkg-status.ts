// The dpkg database (deb-control(5), dpkg-query(1)): text -> packages. Only the fields that are asked of it.

export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The three words of Status: what is wanted, a flag, what is so. */
  readonly want: string;
  readonly status: string;
  readonly source: string;
}

/** The first of a field counts, as it does to dpkg, which refuses a second. */
class Paragraph {
  private readonly fields = new Map<string, string>();

  constructor(private readonly text: string) {}

  /** Takes the line from `start` to `end`, if it is one of the fields that are asked for. */
  take(start: number, end: number): void {
    for (const name of names)
      if (this.text.startsWith(name, start) && !this.fields.has(name))
        this.fields.set(name, this.text.slice(start + name.length, end).trim());
  }

  package(): DpkgPackage | undefined {
    const name = this.fields.get("Package: ") ?? "";
    if (name === "") return undefined;
    const [want = "", , status = ""] = (this.fields.get("Status: ") ?? "").split(" ");
    return {
      name,
      version: this.fields.get("Version: ") ?? "",
      architecture: this.fields.get("Architecture: ") ?? "",
      want,
      status,
      source: (this.fields.get("Source: ") ?? "").replace(/ .*/, "") || name,
    };
  }
}

const names = ["Package: ", "Status: ", "Version: ", "Source: ", "Architecture: "];
const initials = new Set(names.map((name) => name.charCodeAt(0)));
const lineFeed = 10;

/** Reads the paragraphs from `from` on until `enough` says so of one. */
function read(text: string, from: number, enough: (one: DpkgPackage) => boolean): void {
  let paragraph = new Paragraph(text);
  for (let start = from; start <= text.length; ) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    const first = text.charCodeAt(start);
    if (first === lineFeed || start === text.length) {
      const one = paragraph.package();
      if (one !== undefined && enough(one)) return;
      paragraph = new Paragraph(text);
    } else if (initials.has(first)) paragraph.take(start, end);
    start = end + 1;
  }
}

/** Every paragraph that names a package, whatever its state. */
export function parseDpkgStatus(text: string): readonly DpkgPackage[] {
  const found: DpkgPackage[] = [];
  read(text, 0, (one) => found.push(one) < 0);
  return found;
}

/** The first package of which `test` holds. */
export function findDpkgPackage(text: string, test: (one: DpkgPackage) => boolean): DpkgPackage | undefined {
  let found: DpkgPackage | undefined;
  read(text, 0, (one) => {
    if (test(one)) found = one;
    return found !== undefined;
  });
  return found;
}

const label = "Package: ";

/** Where the paragraphs start that name each package. */
function paragraphsByName(text: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  let start = 0;
  let gap = text.indexOf("\n\n");
  let named = -1;
  for (let at = text.startsWith(label) ? 0 : nextLabel(text, 0); at >= 0; at = nextLabel(text, at)) {
    for (; gap >= 0 && gap < at; gap = text.indexOf("\n\n", start)) start = gap + 2;
    if (start === named) continue;
    named = start;
    const end = text.indexOf("\n", at);
    const name = text.slice(at + label.length, end < 0 ? undefined : end).trim();
    const places = found.get(name);
    if (places === undefined) found.set(name, [start]);
    else places.push(start);
  }
  return found;
}

/** The start of the next line after `from` that names a package; -1 where there is none. */
function nextLabel(text: string, from: number): number {
  return text.indexOf(`\n${label}`, from) + 1 || -1;
}

/** Finds the packages of a name, in the order of the file, without reading the others. */
export function dpkgPackagesByName(text: string): (name: string) => readonly DpkgPackage[] {
  const places = paragraphsByName(text);
  return (name) => {
    const found: DpkgPackage[] = [];
    for (const start of places.get(name) ?? [])
      read(text, start, (one) => {
        if (one.name === name) found.push(one);
        return true;
      });
    return found;
  };
}

/** Digest and nothing behind it: what is marked `obsolete`, `newconffile` or `remove-on-upgrade` may not be the package's own. */
const plainDigest = /^[0-9a-f]{32}$/;

/** The name of the field that the line at `at` belongs to. */
function fieldAt(text: string, at: number): string {
  let start = at;
  while (start > 1 && /[ \t]/.test(text[start] ?? "")) start = text.lastIndexOf("\n", start - 2) + 1;
  return text.slice(start, text.indexOf(":", start));
}

/** The package that lists `path` among its configuration files, without reading the others (dpkg-query(1), Conffiles). */
export function dpkgConffileOwner(text: string, path: string): string | undefined {
  const entry = `\n ${path} `;
  for (let at = text.indexOf(entry); at >= 0; at = text.indexOf(entry, at + 1)) {
    const from = at + entry.length;
    const end = text.indexOf("\n", from);
    if (
      !plainDigest.test(text.slice(from, end < 0 ? undefined : end)) ||
      fieldAt(text, at + 1) !== "Conffiles"
    )
      continue;
    const gap = text.lastIndexOf("\n\n", at);
    let owner: string | undefined;
    read(text, gap < 0 ? 0 : gap + 2, (one) => {
      owner = one.name;
      return true;
    });
    return owner;
  }
  return undefined;
}
