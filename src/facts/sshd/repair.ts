// Steps that make sshd read a value: an edit of the line that wins, or a new line where it wins. Tried on a copy of the
// configuration in memory before they are offered.
import type { Edit } from "../../core/edit.js";
import { applyEdits } from "../../core/edit.js";
import type { Span } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import { globOf } from "../../formats/glob.js";
import { appendLine, insertLine, parseSshdConfig, replaceWords } from "../../formats/sshd-config.js";
import { argumentWords, delimitedWords } from "../../formats/sshd-words.js";
import { absolutePattern, dialectOf, includeWords, type Loaded, type LoadedFile } from "./load.js";
import type { Entry } from "./program.js";

/** What we may edit: the rest belongs to packages and other programs, which put it back. */
const ours = "/etc/ssh/";
const dropIn = "00-nodeward.conf";
const header = "# Set by nodeward. Sorts first, so that these values win.\n";

export interface Repair {
  /** The configuration after the change. */
  readonly loaded: Loaded;
  readonly steps: readonly Step[];
}

function editStep(file: string, edits: readonly Edit[]): readonly Step[] {
  return [{ kind: "edit", file, edits }];
}

function changed(loaded: Loaded, path: string, edits: readonly Edit[], version: number): Loaded {
  const before = loaded.files.get(path);
  const edited = applyEdits(before?.text ?? "", edits);
  if (edited.state !== "ok") return loaded;
  const file: LoadedFile = { path, read: before?.read, ...parseSshdConfig(edited.text, dialectOf(version)) };
  return { ...loaded, files: new Map([...loaded.files, [path, file]]) };
}

/** Puts the value in place of the words of the line. */
export function replaceValue(
  loaded: Loaded,
  entry: Entry,
  value: string,
  version: number,
): Repair | undefined {
  const { file, line } = entry;
  if (file?.read === undefined || !file.read.realPath.startsWith(ours)) return undefined;
  const split =
    dialectOf(version) === "arguments"
      ? argumentWords(file.text, line.rest)
      : delimitedWords(file.text, line.rest, true);
  const spans: readonly Span[] = split.words
    .filter(({ span }) => span.end > span.start)
    .map(({ span }) => span);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const edits = [replaceWords(first, last, value)];
  return { loaded: changed(loaded, file.path, edits, version), steps: editStep(file.read.realPath, edits) };
}

/** The folder of an Include of the main file, outside of Match blocks, that takes up `00-nodeward.conf`. */
function dropInFolders(
  loaded: Loaded,
  version: number,
): readonly { readonly pattern: string; readonly path: string }[] {
  const main = loaded.files.get(loaded.main);
  const found: { readonly pattern: string; readonly path: string }[] = [];
  for (const line of main?.lines ?? []) {
    if (main === undefined || line.name === "match") break;
    if (line.name !== "include") continue;
    for (const word of includeWords(main, line, dialectOf(version))) {
      const pattern = absolutePattern(word, line.keyword, version);
      const slash = pattern.lastIndexOf("/");
      const folder = globOf(pattern.slice(0, slash)).literal;
      const there = folder?.startsWith(ours) === true && loaded.folders.has(folder);
      if (there && globOf(pattern.slice(slash + 1)).matches(dropIn))
        found.push({ pattern, path: `${folder}/${dropIn}` });
    }
  }
  return found;
}

function inDropIn(loaded: Loaded, line: string, version: number): readonly Repair[] {
  return dropInFolders(loaded, version).flatMap(({ pattern, path }) => {
    const file = loaded.files.get(path);
    if (loaded.refused.has(path) || (file !== undefined && file.read === undefined)) return [];
    const text = file?.text ?? "";
    const title = file === undefined ? [insertText(header)] : [];
    const edits = [...title, insertLine(text, 0, line)];
    const paths = [...new Set([...(loaded.patterns.get(pattern) ?? []), path])].sort();
    const patterns = new Map([...loaded.patterns, [pattern, paths]]);
    const after = changed({ ...loaded, patterns }, path, edits, version);
    const steps = editStep(file?.read?.realPath ?? path, edits);
    // As sshd.config-permissions wants its files.
    const mode: Step = { kind: "chmod", file: path, mode: 0o600, owner: "root:root" };
    return [{ loaded: after, steps: file === undefined ? [...steps, mode] : steps }];
  });
}

function insertText(text: string): Edit {
  return { span: { start: 0, end: 0 }, text };
}

/** In the main file before the first line that could take precedence over it or keep it for some. */
function* inMain(loaded: Loaded, line: string, version: number): Iterable<Repair> {
  const main = loaded.files.get(loaded.main);
  if (main?.read === undefined || !main.read.realPath.startsWith(ours)) return;
  const { text, lines, read } = main;
  const include = lines.find(({ name }) => name === "include");
  const match = lines.find(({ name }) => name === "match");
  const last = match === undefined ? appendLine(text, line) : insertLine(text, match.span.start, line);
  const others = include === undefined ? [0] : [include.span.start, 0];
  for (const edit of [last, ...others.map((offset) => insertLine(text, offset, line))])
    yield { loaded: changed(loaded, main.path, [edit], version), steps: editStep(read.realPath, [edit]) };
}

/** Places for a new line, the best first, each read as sshd would; whether it wins there is for the caller to try. */
export function* placesFor(
  loaded: Loaded,
  keyword: string,
  value: string,
  version: number,
): Iterable<Repair> {
  const line = `${keyword} ${value}`;
  yield* inDropIn(loaded, line, version);
  yield* inMain(loaded, line, version);
}
