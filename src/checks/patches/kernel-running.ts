// patches.kernel-running: the newest kernel that is installed is the one that runs.
import { listing, printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "patches.kernel-running",
  title: "The running kernel is the newest installed",
  why: "A fixed kernel protects from the next boot on; until then the node runs with holes that are public.",
  remedy:
    "Drain the node and reboot it; where the boot loader keeps starting an old kernel, put its default right.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kernels"],
  params: {},
  evaluate({ kernels: { running, installed, newest, order, rebuilt, unread } }) {
    const known = installed.some(({ release }) => release === running.release);
    const problems = [
      ...(order < 0
        ? [
            {
              message: `kernel ${printable(running.release)} runs, ${printable(newest.release)} is installed: reboot`,
            },
          ]
        : []),
      ...(order === 0 && rebuilt !== undefined
        ? [
            {
              message: `the running kernel is build ${printable(rebuilt.running)}, ${printable(rebuilt.installed)} of the same name is installed: reboot`,
            },
          ]
        : []),
    ];
    return {
      expected: newest.release,
      actual: running.release,
      evidence: [
        running.source,
        ...(order === 0 && rebuilt !== undefined ? [rebuilt.source] : []),
        newest.source,
      ],
      problems,
      unknowns: unread,
      notes: known
        ? []
        : [
            `the running kernel is none of those installed (${listing(installed.map(({ release }) => release))})`,
          ],
    };
  },
});
