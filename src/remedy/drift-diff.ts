// How the text of a watched file changed, as far as both texts were kept. Redacted; nothing for files with secrets.
import { redact } from "../core/redact.js";
import type { ThingChange } from "../core/snapshot.js";
import { holdsSecrets } from "./secret-files.js";
import { unifiedDiff } from "./unified-diff.js";

/** The unified diff of a changed file, empty where a text is not known. `text` gives the text of a hash. */
export function driftDiff(thing: ThingChange, text: (sha256: string) => string | undefined): string {
  if (thing.kind !== "file" || thing.change !== "changed" || !thing.fields.includes("sha256")) return "";
  const [before, after] = [thing.before.fields.sha256, thing.after.fields.sha256].map((hash) =>
    text(hash ?? ""),
  );
  if (before === undefined || after === undefined) return "";
  if (holdsSecrets(thing.key, before) || holdsSecrets(thing.key, after)) return "";
  return redact(unifiedDiff({ name: thing.key, text: before }, { name: thing.key, text: after }));
}
