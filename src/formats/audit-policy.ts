// The API server's audit policy: which requests are recorded at which level. Judges nothing.
import { parseYaml } from "./yaml.js";
import { type YamlNode, yamlGet } from "./yaml-node.js";

export const auditLevels = ["None", "Metadata", "Request", "RequestResponse"] as const;
export type AuditLevel = (typeof auditLevels)[number];

export interface AuditRule {
  readonly level: AuditLevel | undefined;
  readonly written: string;
  /** Empty: every request. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly verbs: readonly string[];
  readonly namespaces: readonly string[];
  /** `group/resource`, the group empty for the core one. */
  readonly resources: readonly { readonly group: string; readonly names: readonly string[] }[];
  readonly urls: readonly string[];
  readonly line: number;
}

export type AuditPolicy =
  | { readonly state: "ok"; readonly rules: readonly AuditRule[] }
  | { readonly state: "error"; readonly line: number; readonly message: string };

function texts(node: YamlNode | undefined): readonly string[] {
  return node?.kind === "list" ? node.items.map(text) : [];
}

function text(node: YamlNode | undefined): string {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : "";
}

/** Reads audit.k8s.io Policy (kubernetes.io/docs/reference/config-api/apiserver-audit.v1). */
export function parseAuditPolicy(content: string): AuditPolicy {
  const parsed = parseYaml(content, "1.1");
  if (parsed.state === "error")
    return { state: "error", line: parsed.problem.line, message: parsed.problem.message };
  const root = parsed.documents[0];
  const kind = text(yamlGet(root, "kind"));
  if (kind !== "Policy")
    return { state: "error", line: 1, message: `kind is ${kind || "not given"}, not Policy` };
  const rules = yamlGet(root, "rules");
  const items = rules?.kind === "list" ? rules.items : [];
  return {
    state: "ok",
    rules: items.map((node) => {
      const written = text(yamlGet(node, "level"));
      const resources = yamlGet(node, "resources");
      return {
        level: auditLevels.find((level) => level === written),
        written,
        users: texts(yamlGet(node, "users")),
        groups: texts(yamlGet(node, "userGroups")),
        verbs: texts(yamlGet(node, "verbs")),
        namespaces: texts(yamlGet(node, "namespaces")),
        resources: (resources?.kind === "list" ? resources.items : []).map((one) => ({
          group: text(yamlGet(one, "group")),
          names: texts(yamlGet(one, "resources")),
        })),
        urls: texts(yamlGet(node, "nonResourceURLs")),
        line: node.line,
      };
    }),
  };
}
