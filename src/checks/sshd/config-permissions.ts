// sshd.config-permissions: only root writes, and reads, the configuration of sshd.
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "sshd.config-permissions",
  title: "The configuration of sshd belongs to root alone",
  why: "Who can write it decides who logs in; who can read it knows which accounts and addresses to try.",
  remedy: "`chown root:root` and `chmod 0600` on sshd_config and the files it includes.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["sshdConfig"],
  optional: ["accounts"],
  params: {},
  evaluate({ sshdConfig, accounts }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    const findings = sshdConfig.files.flatMap(({ read }) => {
      if (read === undefined) return [];
      // Files of packages outside of /etc/ssh (crypto policies) are for everybody to read.
      const mode = read.realPath.startsWith("/etc/ssh/") ? 0o600 : 0o644;
      return [judgeMode(read, { mode }, names)];
    });
    const { evidence, problems, unknowns } = joinFindings(findings);
    return {
      expected: "root:root, mode 0600 or less",
      actual: evidence.map(({ file, text }) => `${file} ${text}`).join("; "),
      evidence,
      problems,
      unknowns,
    };
  },
});
