// A run as a report shows it: each group with what became of it.
import type { Ran } from "../report/fixed.js";
import type { RunOutcome } from "./apply-run.js";

export function ranOf({ run, result, groups }: RunOutcome & { readonly state: "ran" }): Ran {
  return {
    run,
    result,
    groups: groups.map(({ group, applied }) => ({
      name: group.name,
      state: applied.state,
      files: group.files.length,
      commands: group.live.length,
      reason: applied.state === "done" ? "" : applied.reason,
      unrestored: applied.state === "rolled-back" ? applied.unrestored : [],
    })),
  };
}
