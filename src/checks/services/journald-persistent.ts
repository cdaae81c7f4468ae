// services.journald-persistent: the journal runs and survives a reboot. Its settings alone: journald.storage.

import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";
import { journalEvidence } from "../journald/shapes.js";
import { evidenceOf, inWords, isActive, summary } from "./state.js";

export default defineCheck({
  id: "services.journald-persistent",
  title: "The journal runs and outlives a reboot",
  why: "What happened before a reboot is only known from a journal that is written to disk.",
  remedy:
    "Unmask and start systemd-journald, set `Storage=persistent` in /etc/systemd/journald.conf.d, and create /var/log/journal.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["services", "journald"],
  params: {},
  evaluate({ services, journald }) {
    const state = services.of("journald");
    const [unit] = state.units;
    const { storage, directory } = journald;
    const masked = unit?.state.startsWith("masked") ?? false;
    const stopped = unit?.active !== undefined && !isActive(unit);
    const absent = directory.state === "known" && !directory.value;
    const fix = journald.set("Storage", "persistent");
    const problems: readonly Problem[] = [
      ...(masked && unit !== undefined
        ? [{ message: `${printable(inWords(unit))}: nothing is logged` }]
        : []),
      ...(!masked && stopped && unit !== undefined
        ? [{ message: `the journal does not run: ${printable(inWords(unit))}` }]
        : []),
      ...(storage.value === "volatile" || storage.value === "none"
        ? [{ message: `the journal is kept ${storage.value === "none" ? "nowhere" : "in memory only"}`, fix }]
        : []),
      ...(storage.value === "auto" && absent
        ? [
            {
              message: "the journal is kept in memory: /var/log/journal does not exist and Storage is auto",
              fix,
            },
          ]
        : []),
    ];
    const unsure = storage.value === "auto" && directory.state === "error" ? [directory.reason] : [];
    return {
      expected: "running, on disk",
      actual: `${summary(state)}; Storage=${storage.value}`,
      evidence: [
        ...evidenceOf(state),
        ...journalEvidence(journald, storage.source),
        ...(absent ? [] : [wholeFile("/var/log/journal")]),
      ],
      problems,
      unknowns: [...state.unread, ...unsure],
    };
  },
});
