// What the checks on the journal's settings have in common: their evidence and notes.
import { type Source, wholeFile } from "../../core/source.js";
import type { Journald } from "../../facts/journald.js";

/** The line that sets the value, or the main file where none does; and lines that journald passes over. */
export function journalEvidence({ wrong }: Journald, source: Source | undefined): readonly Source[] {
  return [source ?? wholeFile("/etc/systemd/journald.conf", "default"), ...wrong];
}

/** Values that journald passes over, in words. */
export function journalNotes({ wrong }: Journald): readonly string[] {
  return wrong.map(({ file, line, text }) => `journald does not understand ${file}:${line} (${text})`);
}
