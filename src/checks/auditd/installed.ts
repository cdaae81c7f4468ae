// auditd.installed: the audit daemon is on the node at all.
import { defineCheck } from "../define.js";
import { evidenceOf, summary } from "../services/state.js";

export default defineCheck({
  id: "auditd.installed",
  title: "The audit daemon is installed",
  why: "It is the only record of who did what that a process cannot leave out by itself.",
  remedy: "Install the package `auditd` (`audit` on Red Hat).",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["services"],
  params: {},
  evaluate({ services }) {
    const state = services.of("auditd");
    const there = state.units.some((unit) => !unit.state.startsWith("masked")) || state.running.length > 0;
    return {
      expected: "installed",
      actual: summary(state),
      evidence: evidenceOf(state),
      problems:
        there || state.unread.length > 0
          ? []
          : [
              {
                message:
                  state.units.length === 0
                    ? "the audit daemon is not installed"
                    : "the audit daemon is masked",
              },
            ],
      unknowns: state.unread,
    };
  },
});
