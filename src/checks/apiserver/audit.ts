// The API server's audit log: that there is one, how long it is kept, and what the policy records.
import type { AuditRules, Component, ControlPlane } from "../../facts/control-plane.js";
import { type Finding, type FlagRow, flagChecks } from "../component-flag.js";
import { atLeastNumber, mustBeSet } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

/** Applies to every request: no restriction of any kind. */
function catchAll(rule: AuditRules[number]): boolean {
  const { users, groups, verbs, namespaces, resources, urls } = rule;
  return [users, groups, verbs, namespaces, resources, urls].every((list) => list.length === 0);
}

function names(rule: AuditRules[number], resource: string): boolean {
  return rule.resources.some(
    ({ group, names: list }) =>
      group === "" && (list.length === 0 || list.some((one) => one === resource || one === "*")),
  );
}

/** The first rule that a request for secrets meets decides what is written of it (kubernetes.io/docs/tasks/debug/debug-cluster/audit). */
function recordsSecrets(rules: AuditRules): AuditRules[number] | undefined {
  const first = rules.find(
    (rule) =>
      catchAll(rule) ||
      (names(rule, "secrets") &&
        rule.users.length === 0 &&
        rule.groups.length === 0 &&
        rule.verbs.length === 0),
  );
  return first?.level === "Request" || first?.level === "RequestResponse" ? first : undefined;
}

function policyProblems(rules: AuditRules): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  for (const { level, written, line } of rules)
    if (level === undefined)
      found.push({
        line,
        text: `level ${written || "(none)"} does not exist: the API server does not start`,
      });
  if (rules.length === 0) found.push({ line: 1, text: "has no rule: nothing is recorded" });
  else if (rules.every(({ level }) => level === "None"))
    found.push({ line: 1, text: "records nothing: every rule is None" });
  const blind = rules.findIndex(catchAll);
  const rule = rules[blind];
  if (rule?.level === "None" && blind < rules.length && rules.some(({ level }) => level !== "None"))
    found.push({
      line: rule.line,
      text: "a rule of level None without conditions hides everything after it",
    });
  if (rules.length > 0 && blind < 0)
    found.push({ line: 1, text: "has no rule for the rest of the requests: they are not recorded" });
  const leaking = recordsSecrets(rules);
  if (leaking !== undefined)
    found.push({
      line: leaking.line,
      text: `writes the content of secrets into the log (level ${leaking.level})`,
    });
  return found;
}

function policy(component: Component, plane: ControlPlane): Finding {
  const flag = component.flag("audit-policy-file");
  if (flag === undefined)
    return {
      actual: "not set",
      evidence: [],
      problem: "--audit-policy-file is not set: nothing is recorded",
    };
  const reference = plane.auditPolicy;
  if (reference.state !== "known")
    return { actual: flag.value, evidence: [flag.source], unknown: reference.reason };
  const { path, content } = reference.value;
  const problems = policyProblems(content);
  const evidence = problems.map(({ line, text }) => ({ ...flag.source, file: path, line, text }));
  const actual = `${content.length} rules in ${path}`;
  if (problems.length === 0) return { actual, evidence: [flag.source] };
  return {
    actual,
    evidence: [flag.source, ...evidence],
    problem: problems.map(({ line, text }) => `${path}:${line} ${text}`).join(", "),
  };
}

const rows: readonly FlagRow[] = [
  {
    name: "audit-log-path",
    title: "The API server writes an audit log",
    why: "Without it nobody can say afterwards who did what.",
    remedy: `Set --audit-log-path in ${manifest} and mount its folder from the node.`,
    severity: "high",
    expected: "set",
    judge: (component) => {
      // A webhook takes the events off the node.
      const webhook = component.flag("audit-webhook-config-file");
      if (component.flag("audit-log-path") === undefined && webhook !== undefined)
        return { actual: `--audit-webhook-config-file=${webhook.value}`, evidence: [webhook.source] };
      return mustBeSet("audit-log-path")(component);
    },
  },
  {
    name: "audit-log-maxage",
    title: "Audit logs are kept for 30 days or more",
    why: "A break-in is often found weeks later.",
    remedy: `Set --audit-log-maxage=30 in ${manifest}.`,
    severity: "medium",
    expected: "30 or more",
    fixable: true,
    judge: atLeastNumber("audit-log-maxage", 30, undefined, 30),
  },
  {
    name: "audit-log-maxbackup",
    title: "Ten or more old audit logs are kept",
    why: "With fewer a busy day pushes out what happened the day before.",
    remedy: `Set --audit-log-maxbackup=10 in ${manifest}.`,
    severity: "medium",
    expected: "10 or more",
    fixable: true,
    judge: atLeastNumber("audit-log-maxbackup", 10, undefined, 10),
  },
  {
    name: "audit-log-maxsize",
    title: "An audit log grows to 100 MiB before it is rotated",
    why: "With small files a burst of requests rotates the beginning of an attack away.",
    remedy: `Set --audit-log-maxsize=100 in ${manifest}.`,
    severity: "medium",
    expected: "100 or more",
    fixable: true,
    judge: atLeastNumber("audit-log-maxsize", 100, undefined, 100),
  },
  {
    name: "audit-policy-file",
    title: "The audit policy records what matters and no secrets",
    why: "A policy that records nothing, or hides the rest behind its first rule, is no audit; one that writes secrets leaks them.",
    remedy:
      "Write a policy that records secrets, config maps and token reviews at Metadata and the rest at Metadata or above, and name it with --audit-policy-file.",
    severity: "medium",
    expected: "every request meets a rule, secrets at Metadata",
    judge: policy,
  },
];

export const audit = flagChecks("apiserver", "kube-apiserver", rows);
