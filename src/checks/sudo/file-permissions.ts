// Who owns sudoers and the files it includes, and who can read or change them?
import type { FileState } from "../../facts/file-state.js";
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "sudo.file-permissions",
  title: "Only root can change or read the sudoers files",
  why: "Who can write to one of them is root; who can read them knows which account to go for.",
  remedy: "`chown root:root` and `chmod 0440` the files, `chmod 0750` the directory.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["sudoers"],
  optional: ["accounts"],
  params: {},
  evaluate({ sudoers, accounts }) {
    const { files, directories, shut, unread } = sudoers.files;
    const names = accounts.state === "known" ? accounts.value : undefined;
    const judge = (mode: number) => (state: FileState) => judgeMode(state, { mode }, names);
    const findings = joinFindings([
      ...[...files.map(({ state }) => state), ...shut].map(judge(0o440)),
      ...directories.map(({ state }) => state).map(judge(0o750)),
    ]);
    return {
      expected: "files 0440 root:root, directories 0750 root:root, or less",
      actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
      ...findings,
      unknowns: [...findings.unknowns, ...unread],
    };
  },
});
