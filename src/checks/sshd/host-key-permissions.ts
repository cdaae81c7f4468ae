// sshd.host-key-permissions: nobody but root reads the private host keys, nobody else writes the public ones.
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "sshd.host-key-permissions",
  title: "The host keys of sshd are root's",
  why: "Who reads a private host key can pass another machine off as this one and read what is typed into it.",
  remedy: "`chown root:root`, `chmod 0600` on private keys, `chmod 0644` on public keys in /etc/ssh.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["sshHostKeys"],
  optional: ["accounts"],
  params: {},
  evaluate({ sshHostKeys, accounts }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    // Red Hat gives them to a group of their own, for ssh-keysign.
    const keysGroup = names?.group("ssh_keys")?.gid;
    const privateRule = (gid: number | undefined) =>
      gid !== undefined && gid === keysGroup
        ? { mode: 0o640, groups: ["root", "ssh_keys"] }
        : { mode: 0o600, groups: ["root"] };
    const { evidence, problems, unknowns } = joinFindings([
      ...sshHostKeys.privateKeys.map((state) =>
        judgeMode(state, privateRule(state.state === "ok" ? state.gid : undefined), names),
      ),
      ...sshHostKeys.publicKeys.map((state) => judgeMode(state, { mode: 0o644 }, names)),
    ]);
    return {
      expected: "private keys root:root 0600 (0640 with group ssh_keys), public keys root:root 0644",
      actual: evidence.map(({ file, text }) => `${file} ${text}`).join("; "),
      evidence,
      problems,
      unknowns,
    };
  },
});
