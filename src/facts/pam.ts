// The stacks of Linux-PAM services with every include put in, as an application meets them. Judges no module.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import { type PamLine, type PamRule, type PamType, parsePam } from "../formats/pam.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface PamStep extends PamRule {
  /** Files and services it was included through, the service's own first. */
  readonly through: readonly string[];
  /** Inside a substack: its `die` and `done` end that one only. */
  readonly depth: number;
}

export interface PamStack {
  readonly service: string;
  readonly file: string;
  /** Lines of the service's own file, in order; for edits. */
  readonly lines: readonly PamLine[];
  /** Modules of one type in the order in which they are asked. */
  of(type: PamType): readonly PamStep[];
  /** Lines Linux-PAM cannot use, and includes that are missing or go round in a circle: the service refuses. */
  readonly problems: readonly { readonly source: Source; readonly message: string }[];
  /** What could not be read. */
  readonly unread: readonly string[];
  readonly text: string;
}

export interface Pam {
  /** Absent where neither the service nor `other` has a file (pam.d(5)). */
  stack(service: string): Fact<PamStack>;
  readonly services: readonly string[];
}

/** The administrator's folder before those of the distribution (pam.d(5)). */
const folders = ["/etc/pam.d", "/usr/etc/pam.d", "/usr/lib/pam.d"];
const depthLimit = 32;
const stepLimit = 2000;
const includeLimit = 2000;

interface PamFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly PamLine[];
}

type Files = ReadonlyMap<string, Fact<PamFile>>;

class Unfolding {
  readonly steps: PamStep[] = [];
  readonly problems: { source: Source; message: string }[] = [];
  readonly unread: string[] = [];
  private included = 0;

  constructor(private readonly files: Files) {}

  put(file: PamFile, type: PamType | undefined, trail: readonly string[], depth: number): void {
    for (const line of file.lines) {
      if (this.steps.length >= stepLimit || this.included >= includeLimit) {
        if (this.unread.length === 0) this.unread.push(`${printable(file.path)}: too many includes`);
        return;
      }
      if (line.kind === "include") this.follow(line.file, line.source, type, trail, depth);
      else if (line.kind === "broken") {
        if (type === undefined || line.type === undefined || line.type === type)
          this.problems.push({ source: line.source, message: line.why });
      } else if (type !== undefined && line.type !== type) continue;
      else if (line.control.kind === "include")
        this.follow(
          line.module,
          line.source,
          line.type,
          trail,
          depth + (line.control.word === "substack" ? 1 : 0),
        );
      else this.steps.push({ ...line, through: trail, depth });
    }
  }

  private follow(
    name: string,
    source: Source,
    type: PamType | undefined,
    trail: readonly string[],
    depth: number,
  ): void {
    this.included++;
    const key = name.startsWith("/") ? name : name.replace(/^.*\//, "");
    const file = this.files.get(key);
    if (trail.includes(key) || trail.length > depthLimit)
      this.problems.push({ source, message: `it includes ${printable(name)}, which leads back to it` });
    else if (file === undefined || file.state === "absent")
      this.problems.push({ source, message: `it includes ${printable(name)}, which is missing` });
    else if (file.state === "error") this.unread.push(file.reason);
    else this.put(file.value, type, [...trail, key], depth);
  }
}

function stackOf(service: string, file: PamFile, files: Files): PamStack {
  const unfolding = new Unfolding(files);
  unfolding.put(file, undefined, [service], 0);
  const { steps, problems, unread } = unfolding;
  const { path, lines, text } = file;
  return {
    service,
    file: path,
    lines,
    of: (type) => steps.filter((step) => step.type === type),
    problems,
    unread,
    text,
  };
}

async function fileAt(host: Host, path: string): Promise<Fact<PamFile>> {
  const read = await host.read(path);
  if (read.state === "ok") return known({ path, text: read.text, lines: parsePam(path, read.text) });
  return read.state === "absent" ? absent(read.reason) : failed(read.reason);
}

/** Files outside the folders that includes name by their whole path. */
async function named(host: Host, files: Map<string, Fact<PamFile>>): Promise<void> {
  for (let round = 0; round < depthLimit; round++) {
    const wanted = [...files.values()]
      .flatMap((file) => (file.state === "known" ? file.value.lines : []))
      .flatMap((line) =>
        line.kind === "include"
          ? [line.file]
          : line.kind === "rule" && line.control.kind === "include"
            ? [line.module]
            : [],
      )
      .filter((name) => name.startsWith("/") && !files.has(name));
    if (wanted.length === 0) return;
    for (const path of new Set(wanted)) files.set(path, await fileAt(host, path));
  }
}

export const pam: FactSource<Pam> = {
  title: "the PAM stacks (/etc/pam.d)",
  async gather(host) {
    const files = new Map<string, Fact<PamFile>>();
    let found = false;
    for (const folder of folders) {
      const listing = await host.list(folder);
      if (listing.state === "absent") continue;
      if (listing.state !== "ok") return failed(listing.reason);
      found = true;
      const names = listing.entries.map(({ name }) => name).filter((name) => !files.has(name));
      const read = await Promise.all(names.map((name) => fileAt(host, `${folder}/${name}`)));
      for (const [index, name] of names.entries()) files.set(name, read[index] ?? absent(name));
    }
    if (!found) return absent("no /etc/pam.d on this node");
    await named(host, files);
    return known({
      services: [...files.keys()].filter((name) => !name.startsWith("/")),
      stack: (service) => {
        const own = files.get(service);
        const file = own === undefined || own.state === "absent" ? files.get("other") : own;
        if (file === undefined) return absent(`no PAM service ${service} on this node`);
        return file.state === "known" ? known(stackOf(service, file.value, files)) : file;
      },
    });
  },
};
