// The checks on what the kubelet's ports answer without credentials, on the running machine.
import type { Problem } from "../../core/outcome.js";
import type { Answer, KubeletProbes } from "../../facts/kubelet-probes.js";
import { type Check, defineCheck } from "../define.js";

function said({ where, result }: Answer): string {
  return result.state === "answered" ? `${where} answers ${result.status}` : result.reason;
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
}

function join(judged: readonly Judged[]): Judged {
  return {
    problems: judged.flatMap(({ problems }) => problems),
    unknowns: judged.flatMap(({ unknowns }) => unknowns),
  };
}

function serving(answer: Answer): Judged {
  const { where, result } = answer;
  if (result.state === "answered" && (result.status === 401 || result.status === 403))
    return { problems: [], unknowns: [] };
  if (result.state === "answered" && result.status >= 200 && result.status < 300) {
    const message = `${where} lists its pods to somebody without credentials (answers ${result.status})`;
    return { problems: [{ message }], unknowns: [] };
  }
  return { problems: [], unknowns: [`whether ${where} refuses strangers is not known: ${said(answer)}`] };
}

function open(answer: Answer): Judged {
  const { where, result } = answer;
  if (result.state === "refused") return { problems: [], unknowns: [] };
  if (result.state === "answered")
    return {
      problems: [{ message: `${where} answers without authentication (${result.status})` }],
      unknowns: [],
    };
  return { problems: [], unknowns: [`whether ${where} is closed is not known: ${said(answer)}`] };
}

function outcome(
  expected: string,
  answers: readonly Answer[],
  judge: (answer: Answer) => Judged,
  probes: KubeletProbes,
) {
  // Nothing listens and no kubelet runs: nothing was shown.
  const { running, unsure } = probes;
  if (!running && unsure.length === 0 && answers.every(({ result }) => result.state === "refused"))
    return { notApplicable: "no kubelet is running that could answer" };
  const tried = answers.filter(({ result }) => result.state !== "absent");
  const notes = answers.filter(({ result }) => result.state === "absent").map((answer) => said(answer));
  if (tried.length === 0) return { undecided: notes.join("; ") };
  const { problems, unknowns } = join(tried.map(judge));
  return {
    expected,
    actual: tried.map(said).join("; "),
    evidence: tried.map(({ source }) => source),
    problems,
    unknowns: [...unknowns, ...unsure],
    notes,
  };
}

export const probe10250: Check = defineCheck({
  id: "kubelet.probe-10250",
  title: "The kubelet's port refuses a request without credentials",
  why: "The configuration says what should be; the answer says what is: whoever lists pods here runs commands in them too.",
  remedy:
    "Set `authentication.anonymous.enabled: false` and `authorization.mode: Webhook`, and restart the kubelet if the files already say so.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["kubeletProbes"],
  params: {},
  evaluate: ({ kubeletProbes }) => outcome("401 or 403", kubeletProbes.pods, serving, kubeletProbes),
});

export const probe10255: Check = defineCheck({
  id: "kubelet.probe-10255",
  title: "Nothing answers on the kubelet's port without authentication",
  why: "The read-only port gives every pod's specification to everybody who reaches the node.",
  remedy: "Set `readOnlyPort: 0` and restart the kubelet.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kubeletProbes"],
  params: {},
  evaluate: ({ kubeletProbes }) => outcome("refused", kubeletProbes.readOnly, open, kubeletProbes),
});
