// kubernetes.cni: only root reads and changes the network plugins' configuration.
import { word } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

const takes = "a mode such as 0600";

export default defineCheck({
  id: "kubernetes.cni",
  title: "Only root reads and changes the network plugins' configuration",
  why: "The runtime runs as root what these files name, and some hold a kubeconfig that reaches the cluster's network.",
  remedy: "`chown root:root` and `chmod 600` the files, `chmod 755` the folder.",
  breaks:
    "A network plugin that rewrites its file sets its own mode again; one that reads it under another account stops.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["cni"],
  optional: ["accounts"],
  params: { mode: word("0600", /[0-7]{3,4}/, takes), folder: word("0755", /[0-7]{3,4}/, takes) },
  evaluate({ cni, accounts }, { mode, folder }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    const most = (text: string) => Number.parseInt(text, 8);
    const findings = joinFindings(
      cni.states.map((state) => {
        const isFolder = state.state === "ok" && state.kind === "directory";
        return judgeMode(state, { mode: most(isFolder ? folder : mode) }, names);
      }),
    );
    return {
      expected: `files ${mode}, folder ${folder}, root:root`,
      actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
      ...findings,
    };
  },
});
