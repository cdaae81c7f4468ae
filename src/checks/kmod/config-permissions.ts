// kmod.config-permissions: what modprobe is told, and what is loaded at boot, is written by root alone.
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "kmod.config-permissions",
  title: "The configuration of kernel modules is written by root alone",
  why: "An `install` line runs its command as root whenever anybody makes the kernel ask for the module.",
  remedy: "`chown root:root` and `chmod go-w` what is named under /etc/modprobe.d and /etc/modules-load.d.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["modprobe"],
  optional: ["accounts"],
  params: {},
  evaluate({ modprobe: { places }, accounts }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    const there = places.filter(({ state }) => state !== "absent");
    if (there.length === 0)
      return { notApplicable: "there is neither /etc/modprobe.d nor /etc/modules-load.d on this node" };
    const findings = joinFindings(
      there.map((state) => {
        const folder = state.state === "ok" && state.kind === "directory";
        return judgeMode(state, { mode: folder ? 0o755 : 0o644 }, names);
      }),
    );
    return {
      expected: "root:root, written by nobody else",
      actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
      ...findings,
    };
  },
});
