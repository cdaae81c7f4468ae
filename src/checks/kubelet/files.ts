// The checks `kubelet.file.<name>`: owner, group and mode of the kubelet's files are at most what the table says.
import type { Severity } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import type { KubeletFileName } from "../../facts/kubelet-files.js";
import { type Check, defineCheck } from "../define.js";
import { joinFindings, judgeMode, octal } from "../file-mode.js";

interface FileRule {
  readonly title: string;
  readonly why: string;
  readonly mode: number;
  /** Of folders among them. */
  readonly folder?: number;
  readonly severity?: Severity;
}

const rules: Readonly<Record<KubeletFileName, FileRule>> = {
  service: {
    title: "Only root changes the kubelet's unit",
    why: "Who writes the unit decides what root runs at the next start.",
    mode: 0o644,
  },
  "service-drop-ins": {
    title: "Only root changes the kubelet's drop-ins and environment files",
    why: "A line in any of them gives the kubelet a flag, and the last one wins.",
    mode: 0o644,
    folder: 0o755,
  },
  kubeconfig: {
    title: "Only root reads the kubelet's kubeconfig",
    why: "It holds, or leads to, the node's identity in the cluster.",
    mode: 0o600,
  },
  "bootstrap-kubeconfig": {
    title: "Only root reads the bootstrap kubeconfig",
    why: "Its token lets whoever has it join a node to the cluster.",
    mode: 0o600,
  },
  ca: {
    title: "Only root changes the CA of the kubelet's clients",
    why: "Who adds a certificate to it becomes an accepted client of the kubelet.",
    mode: 0o644,
  },
  config: {
    title: "Only root reads and changes the kubelet's configuration file",
    why: "Who writes it opens the kubelet at its next start.",
    mode: 0o600,
  },
  "drop-ins": {
    title: "Only root reads and changes the kubelet's configuration drop-ins",
    why: "The last drop-in wins over the configuration file.",
    mode: 0o600,
    folder: 0o755,
  },
  cert: {
    title: "Only root changes the kubelet's serving certificate",
    why: "Who replaces it answers for the kubelet.",
    mode: 0o644,
  },
  key: {
    title: "Only root reads the kubelet's private keys",
    why: "With the key anybody is this node, or answers for it.",
    mode: 0o600,
  },
  "pki-dir": {
    title: "Only root changes the kubelet's certificate folder",
    why: "Who may rename files in it replaces the kubelet's identity.",
    mode: 0o755,
    folder: 0o755,
  },
};

function fileCheck(name: KubeletFileName, rule: FileRule): Check {
  const { title, why, severity = "high" } = rule;
  return defineCheck({
    id: `kubelet.file.${name}`,
    title,
    why,
    severity,
    remedy: `\`chown root:root\` and \`chmod ${octal(rule.mode)}\` what is named, or fewer rights.`,
    breaks: "An agent that reads the file on purpose under another account stops reading it.",
    risk: "none",
    fixable: true,
    needs: ["kubeletFiles"],
    optional: ["accounts"],
    params: { mode: word(octal(rule.mode), /[0-7]{3,4}/, "a mode such as 0600") },
    evaluate({ kubeletFiles, accounts }, { mode }) {
      const all = kubeletFiles.of(name);
      const states = all.filter(({ state }) => state !== "absent");
      const unsure = kubeletFiles.unsure(name);
      if (states.length === 0 && unsure.length > 0) return { undecided: unsure.join("; ") };
      if (all.length === 0) return { notApplicable: `the kubelet is told of no ${name}` };
      if (states.length === 0)
        return { notApplicable: `${all.map(({ path }) => path).join(", ")} does not exist` };
      const names = accounts.state === "known" ? accounts.value : undefined;
      const wanted = Number.parseInt(mode, 8);
      const findings = joinFindings(
        states.map((state) => {
          const folder = state.state === "ok" && state.kind === "directory";
          return judgeMode(state, { mode: folder ? (rule.folder ?? 0o755) : wanted }, names);
        }),
      );
      return {
        expected: `${mode} root:root, or less`,
        actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
        ...findings,
        unknowns: [...findings.unknowns, ...unsure],
      };
    },
  });
}

export const files: readonly Check[] = Object.entries(rules).flatMap(([name, rule]) => {
  return isName(name) ? [fileCheck(name, rule)] : [];
});

function isName(name: string): name is KubeletFileName {
  return Object.hasOwn(rules, name);
}
