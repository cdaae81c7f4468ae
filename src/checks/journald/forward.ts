// journald.forward: the journal feeds the log service that runs, and nobody where none does.

import type { Fact } from "../../core/fact.js";
import { printable } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import type { Rsyslog } from "../../facts/rsyslog.js";
import type { Services } from "../../facts/services.js";
import { defineCheck } from "../define.js";
import { serves } from "../services/required.js";
import { journalEvidence, journalNotes } from "./shapes.js";

/** rsyslog can read the journal by itself, and then needs no copy. */
function readsJournal(rsyslog: Fact<Rsyslog>): Source | undefined {
  return rsyslog.state === "known" ? rsyslog.value.modules.get("imjournal") : undefined;
}

/** What may load imjournal unseen. */
function doubts(rsyslog: Fact<Rsyslog>): readonly string[] {
  if (rsyslog.state === "known") return rsyslog.value.unread;
  return rsyslog.state === "error" ? [rsyslog.reason] : [];
}

function logger(services: Services): "rsyslog" | "syslog-ng" | undefined {
  return (["rsyslog", "syslog-ng"] as const).find((name) => serves(services.of(name), services));
}

export default defineCheck({
  id: "journald.forward",
  title: "The journal is handed to the log service that runs, and to nobody else",
  why: "A log service that is not fed writes and sends on nothing; a journal that forwards to nobody does work for nothing.",
  remedy:
    "With rsyslog or syslog-ng set `ForwardToSyslog=yes` in /etc/systemd/journald.conf.d (or load imjournal in rsyslog), without them `ForwardToSyslog=no`, and restart systemd-journald.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["journald", "services"],
  optional: ["rsyslog"],
  params: {},
  evaluate({ journald, services, rsyslog }) {
    const { value, source } = journald.forwardToSyslog;
    const name = logger(services);
    const own = name === "rsyslog" ? readsJournal(rsyslog) : undefined;
    const evidence = [...journalEvidence(journald, source), ...(own === undefined ? [] : [own])];
    const actual = `ForwardToSyslog=${value ? "yes" : "no"}${source === undefined ? " (default)" : ""}, ${name ?? "no log service"}`;
    const blind = name === "rsyslog" && !value && own === undefined ? doubts(rsyslog) : [];
    const fed = value || own !== undefined;
    const wanted = name === undefined ? "no" : "yes";
    const wrong = name === undefined ? value : !fed;
    const at = source === undefined ? "by default" : `by ${printable(place(source))}`;
    const message =
      name === undefined
        ? `the journal is forwarded ${at}, and no log service takes it`
        : `${name} runs and the journal is not forwarded to it ${at}`;
    return {
      expected: name === undefined ? "not forwarded" : "forwarded, or read by imjournal",
      actual,
      evidence,
      problems:
        wrong && blind.length === 0 ? [{ message, fix: journald.set("ForwardToSyslog", wanted) }] : [],
      unknowns: blind,
      notes: journalNotes(journald),
    };
  },
});
