// patches.reboot-required: no package waits for a reboot, by the mark that packages set.
import { listing } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "patches.reboot-required",
  title: "No installed update waits for a reboot",
  why: "An update of the kernel, libc or microcode that waits for a reboot protects nobody yet.",
  remedy: "Drain the node and reboot it.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["reboot"],
  params: {},
  evaluate: ({ reboot: { mark, askedBy, unread } }) => ({
    expected: "no mark",
    actual: mark === undefined ? "no mark" : "marked",
    evidence: [mark ?? wholeFile("/run/reboot-required", "not there")],
    problems:
      mark === undefined
        ? []
        : [{ message: `a reboot is asked for${askedBy.length === 0 ? "" : ` by ${listing(askedBy, 10)}`}` }],
    unknowns: unread,
  }),
});
