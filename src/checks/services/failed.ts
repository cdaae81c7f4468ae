// services.failed: no unit has failed since it was started last.
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "services.failed",
  title: "No systemd unit has failed",
  why: "A unit that failed protects nothing and does nothing, although it is enabled: firewalls, audit rules and time services fail silently.",
  remedy:
    "Look at `systemctl status UNIT` and its log, put the cause right, then `systemctl reset-failed UNIT`.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["services"],
  params: {},
  evaluate({ services: { failed, activeUnknown, live, processes } }) {
    if (activeUnknown !== undefined)
      return live &&
        processes.state === "known" &&
        processes.value.named("systemd").some(({ pid }) => pid === 1)
        ? { undecided: activeUnknown }
        : { notApplicable: `no running systemd can be asked: ${activeUnknown}` };
    return {
      expected: "none",
      actual: failed.length === 0 ? "none" : `${failed.length} failed`,
      evidence: failed.map((name) => wholeFile(name, "failed")),
      problems: failed.map((name) => ({ message: `${printable(name)} has failed` })),
    };
  },
});
