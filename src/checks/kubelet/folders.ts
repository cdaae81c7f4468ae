// The checks on folders whose files the kubelet runs or trusts: static pods, image credential providers.
import { choice } from "../../core/param.js";
import type { FileState } from "../../facts/file-state.js";
import type { Kubelet } from "../../facts/kubelet.js";
import { type Check, defineCheck } from "../define.js";
import { type Findings, joinFindings, judgeMode } from "../file-mode.js";

/** Nobody but root owns or writes them; who reads them is another check's. */
function unwritable(states: readonly FileState[]): Findings {
  const findings = joinFindings(states.map((state) => judgeMode(state, { mode: 0o7755 })));
  return { ...findings, problems: findings.problems.map(({ message }) => ({ message })) };
}

function unreadViews({ views }: Kubelet): readonly string[] {
  return views.flatMap(({ unread, stops }) => [
    ...unread,
    ...stops.slice(0, 1).map(({ message }) => `the kubelet would not start: ${message}`),
  ]);
}

export const staticPodPath: Check = defineCheck({
  id: "kubelet.static-pod-path",
  title: "Only root puts pods into the static pod folder",
  why: "Every manifest in that folder is started with all it asks for, past every admission control of the cluster.",
  remedy:
    "`chown root:root` and `chmod go-w` what is named; take `staticPodPath` away on a node that has no static pods.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubelet", "kubeletFiles"],
  params: { set: choice(["accepted", "refused"], "accepted") },
  evaluate({ kubelet, kubeletFiles }, { set }) {
    const settings = kubelet.views.map(({ view }) => view.setting("staticPodPath"));
    const used = settings.filter(({ value }) => value !== "");
    const unknowns = unreadViews(kubelet);
    const evidence = settings.map(({ source }) => source);
    if (used.length === 0)
      return {
        expected: "not set",
        actual: "not set",
        evidence,
        problems: [],
        unknowns,
        notes: kubelet.notes,
      };
    const refused =
      set === "refused" ? used.map(({ shown }) => ({ message: `staticPodPath is set: ${shown}` })) : [];
    const findings = unwritable(kubeletFiles.staticPods.filter(({ state }) => state !== "absent"));
    return {
      expected: set === "refused" ? "not set" : "owned by root, writable by root alone",
      actual: used.map(({ shown }) => shown).join("; "),
      evidence: [...evidence, ...findings.evidence],
      problems: [...refused, ...findings.problems],
      unknowns: [...unknowns, ...findings.unknowns],
      notes: kubelet.notes,
    };
  },
});

export const imageCredential: Check = defineCheck({
  id: "kubelet.image-credential",
  title: "Only root changes the programs that hand out registry credentials",
  why: "The kubelet runs these programs as root for every image, and they hold or fetch registry passwords.",
  remedy: "`chown root:root` and `chmod go-w` the configuration, the folder and the programs named.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubelet", "kubeletFiles"],
  params: {},
  evaluate({ kubelet, kubeletFiles }) {
    const states = kubeletFiles.imageCredentials;
    const unknowns = unreadViews(kubelet);
    if (states.length === 0 && unknowns.length === 0)
      return { notApplicable: "the kubelet is told of no image credential provider" };
    const findings = unwritable(states);
    const gone = states.filter(({ state }) => state === "absent").map(({ path }) => `${path} does not exist`);
    return {
      expected: "owned by root, writable by root alone",
      actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
      ...findings,
      unknowns: [...unknowns, ...findings.unknowns, ...gone],
      notes: kubelet.notes,
    };
  },
});
