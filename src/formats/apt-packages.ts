// Packages files of apt (deb-control(5)): single packages out of many megabytes, part by part. Keeps only what is asked for.

export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package, without its version. */
  readonly source: string;
}

/** Characters of one paragraph; the longest honest ones have a few thousand. */
const paragraphLimit = 4 * 1024 * 1024;

function field(paragraph: string, name: string): string {
  const start = paragraph.startsWith(`${name}: `) ? 0 : paragraph.indexOf(`\n${name}: `);
  if (start < 0) return "";
  const from = paragraph.indexOf(":", start) + 1;
  const end = paragraph.indexOf("\n", from);
  return paragraph.slice(from, end < 0 ? undefined : end).trim();
}

/** Takes the bytes of a Packages file as they come. `end` says what is in it, or why it cannot be known. */
export class PackagesScan {
  private readonly found: ListedPackage[] = [];
  private rest = "";
  private seen = 0;
  private problem: string | undefined;

  constructor(private readonly wanted: (name: string) => boolean) {}

  take(part: Uint8Array): void {
    if (this.problem !== undefined) return;
    // Names and versions are ASCII, and one byte stays one character however the parts are cut.
    this.rest += Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("latin1");
    const last = this.rest.lastIndexOf("\n\n");
    if (last < 0) {
      if (this.rest.length > paragraphLimit)
        this.problem = `a paragraph longer than ${paragraphLimit} characters`;
      return;
    }
    this.paragraphs(this.rest.slice(0, last + 1));
    this.rest = this.rest.slice(last + 2);
  }

  /** The packages asked for, and how many paragraphs there were; a text where the file is no list of packages. */
  end(): { readonly packages: readonly ListedPackage[]; readonly paragraphs: number } | string {
    this.paragraphs(this.rest);
    return this.problem ?? { packages: this.found, paragraphs: this.seen };
  }

  private paragraphs(text: string): void {
    let start = 0;
    while (start < text.length && this.problem === undefined) {
      const gap = text.indexOf("\n\n", start);
      const end = gap < 0 ? text.length : gap + 1;
      this.paragraph(text.slice(start, end));
      start = end + 1;
    }
  }

  private paragraph(text: string): void {
    if (text.trim() === "") return;
    const name = field(text, "Package");
    if (name === "") {
      this.problem = "a paragraph without a package";
      return;
    }
    this.seen++;
    if (!this.wanted(name)) return;
    const [version, architecture] = [field(text, "Version"), field(text, "Architecture")];
    const source = field(text, "Source").replace(/ .*$/s, "") || name;
    this.found.push({ name, version, architecture, source });
  }
}
