// journald.storage, journald.compress: what the journal keeps, and how.
import { choice } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type Check, defineCheck } from "../define.js";
import { journalEvidence, journalNotes } from "./shapes.js";

const storage = defineCheck({
  id: "journald.storage",
  title: "The journal is kept on disk whatever directories there are",
  why: "In memory it is gone after a reboot, and with it the traces of what caused the reboot.",
  remedy: "Set `Storage=persistent` in a file of /etc/systemd/journald.conf.d and restart systemd-journald.",
  breaks:
    "The journal takes up to a tenth of the file system of /var/log, at most 4 GiB, unless SystemMaxUse= says otherwise.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["journald"],
  params: { expected: choice(["persistent", "auto"], "persistent") },
  evaluate({ journald }, { expected }) {
    const { value, source } = journald.storage;
    const kept = value === "persistent" || (value === "auto" && expected === "auto");
    const where = source === undefined ? "by default" : `by ${place(source)}`;
    return {
      expected,
      actual: `${value}${source === undefined ? " (default)" : ""}`,
      evidence: journalEvidence(journald, source),
      problems: kept
        ? []
        : [
            {
              message: `the journal's storage is ${value} ${printable(where)}`,
              fix: journald.set("Storage", expected),
            },
          ],
      notes: journalNotes(journald),
    };
  },
});

const compress = defineCheck({
  id: "journald.compress",
  title: "The journal is compressed",
  why: "Compressed it holds a longer time in the same space; the oldest entries are thrown away when it is full.",
  remedy: "Remove `Compress=no` from journald.conf or set `Compress=yes`, and restart systemd-journald.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["journald"],
  params: {},
  evaluate({ journald }) {
    const { value, source } = journald.compress;
    return {
      expected: "yes",
      actual: `${value ? "yes" : "no"}${source === undefined ? " (default)" : ""}`,
      evidence: journalEvidence(journald, source),
      problems: value
        ? []
        : [
            {
              message: `compression of the journal is off${source === undefined ? "" : ` (${printable(place(source))})`}`,
              fix: journald.set("Compress", "yes"),
            },
          ],
      notes: journalNotes(journald),
    };
  },
});

export const settings: readonly Check[] = [storage, compress];
