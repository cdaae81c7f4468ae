// Puts many files on a bed in one go: on an emulated machine every program started costs.
import type { Bed } from "../bed.js";

export interface Laid {
  readonly text: string | Uint8Array;
  /** 0644 unless told. */
  readonly mode?: number;
  /** `user:group`, root's unless told. */
  readonly owner?: string;
}

export type Files = Readonly<Record<string, string | Laid | { readonly link: string }>>;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function order(path: string, what: Files[string]): string {
  const place = quoted(path);
  const folder = `mkdir -p ${quoted(path.slice(0, path.lastIndexOf("/")) || "/")}`;
  if (typeof what === "object" && "link" in what) return `${folder}; ln -sfn ${quoted(what.link)} ${place}`;
  const { text, mode = 0o644, owner = "root:root" } = typeof what === "string" ? { text: what } : what;
  const body = Buffer.from(text).toString("base64");
  const set = `chown ${quoted(owner)} ${place}; chmod ${mode.toString(8)} ${place}`;
  return `${folder}; base64 -d >${place} <<END\n${body}\nEND\n${set}`;
}

/** Writes the files; folders that are not there become root's, 0755. */
export async function lay(bed: Pick<Bed, "run">, files: Files): Promise<void> {
  const script = Object.entries(files)
    .map(([path, what]) => order(path, what))
    .join("\n");
  const done = await bed.run(["sh", "-eu"], { input: `umask 022\n${script}\n` });
  if (done.code !== 0) throw new Error(`laying files: ${done.stderr}`);
}
