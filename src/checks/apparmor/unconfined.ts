// apparmor.unconfined: no process runs beside a loaded profile that is meant for its program.
import { notApplicable, undecided } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "apparmor.unconfined",
  title: "Every process that has an AppArmor profile runs under it",
  why: "A process that was started before its profile was loaded, or whose profile was unloaded meanwhile, stays unconfined until it is started again.",
  remedy: "Restart the service of the process that is named.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["apparmor"],
  params: {},
  evaluate({ apparmor: { loaded, beside, running, unread } }) {
    if (beside.state === "absent") return notApplicable(beside.reason);
    if (beside.state === "error") return undecided(beside.reason);
    return {
      expected: "no process beside its profile",
      actual: `${beside.value.length} of ${running} processes beside one of ${loaded.length} loaded profiles`,
      evidence: beside.value.map(({ source }) => source),
      problems: beside.value.map(({ pid, program, profile }) => ({
        message: `process ${pid} (${printable(program)}) runs unconfined beside the profile ${printable(profile)}`,
      })),
      unknowns: unread,
      notes: loaded.length === 0 ? ["the kernel holds no profile at all"] : [],
    };
  },
});
