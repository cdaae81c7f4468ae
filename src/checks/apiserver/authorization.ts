// Who may do what at the API server: authorization modes and admission plugins.
import { type Component, type ControlPlane, minorOf } from "../../facts/control-plane.js";
import { type Finding, type FlagRow, flagChecks } from "../component-flag.js";
import { listOf } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

/** The modes in force: of --authorization-config where it is given (1.29 and later), else of --authorization-mode. */
function modesOf(component: Component, plane: ControlPlane): readonly string[] | string {
  if (component.flag("authorization-config") === undefined) {
    const modes = listOf(component, "authorization-mode");
    return component.flag("authorization-mode") === undefined ? ["AlwaysAllow"] : modes;
  }
  const { authorizers } = plane;
  return authorizers.state === "known" ? authorizers.value : authorizers.reason;
}

function authorizationMode(component: Component, plane: ControlPlane): Finding {
  const flag = component.flag("authorization-config") ?? component.flag("authorization-mode");
  const evidence = flag === undefined ? [] : [flag.source];
  const modes = modesOf(component, plane);
  if (typeof modes === "string") return { actual: "unknown", evidence, unknown: modes };
  const lacking = ["Node", "RBAC"].filter((mode) => !modes.includes(mode));
  const problems = [
    ...(modes.includes("AlwaysAllow") ? ["every request is allowed (AlwaysAllow)"] : []),
    ...(lacking.length > 0
      ? [`${lacking.join(" and ")} ${lacking.length === 1 ? "is" : "are"} missing`]
      : []),
  ];
  const actual = flag === undefined ? "AlwaysAllow (the default)" : modes.join(",");
  return problems.length === 0
    ? { actual, evidence }
    : { actual, evidence, problem: `authorization: ${problems.join(", ")}` };
}

/** Plugins that are on without being named, and since which minor version (kube-apiserver --help). */
const defaultSince: Readonly<Record<string, number>> = {
  NamespaceLifecycle: 0,
  ServiceAccount: 0,
  PodSecurity: 23,
};

interface PluginState {
  readonly on: boolean;
  readonly how: string;
  readonly flag: string | undefined;
}

function pluginState(component: Component, plugin: string): PluginState {
  // --admission-control is the whole list, and gone since 1.22 or so; newer servers refuse it.
  if (component.flag("admission-control") !== undefined) {
    const on = listOf(component, "admission-control").includes(plugin);
    return { on, how: `${on ? "in" : "not in"} --admission-control`, flag: "admission-control" };
  }
  if (listOf(component, "disable-admission-plugins").includes(plugin))
    return { on: false, how: "in --disable-admission-plugins", flag: "disable-admission-plugins" };
  if (listOf(component, "enable-admission-plugins").includes(plugin))
    return { on: true, how: "in --enable-admission-plugins", flag: "enable-admission-plugins" };
  const since = Object.hasOwn(defaultSince, plugin) ? defaultSince[plugin] : undefined;
  const minor = minorOf(component);
  const on = since !== undefined && (since === 0 || minor === undefined || minor >= since);
  return { on, how: on ? "on by default" : "not enabled", flag: undefined };
}

function plugin(name: string, wanted: boolean, addable = false): FlagRow["judge"] {
  return (component) => {
    const state = pluginState(component, name);
    const flag = state.flag === undefined ? undefined : component.flag(state.flag);
    const evidence = flag === undefined ? [] : [flag.source];
    if (state.on === wanted) return { actual: state.how, evidence };
    const now = component.flag("enable-admission-plugins")?.value ?? "";
    const set =
      addable && state.flag === undefined
        ? (["enable-admission-plugins", now === "" ? name : `${now},${name}`] as const)
        : undefined;
    const problem = `the admission plugin ${name} is ${state.on ? "on" : "off"} (${state.how})`;
    return { actual: state.how, evidence, problem, ...(set === undefined ? {} : { set }) };
  };
}

interface Plugin extends Pick<FlagRow, "title" | "why" | "severity"> {
  readonly plugin: string;
  readonly wanted: boolean;
  readonly addable?: boolean;
}

const plugins: readonly Plugin[] = [
  {
    plugin: "NodeRestriction",
    wanted: true,
    addable: true,
    severity: "high",
    title: "A kubelet may change only its own node and pods",
    why: "Without NodeRestriction one taken node can label others and read the secrets of pods it draws to itself.",
  },
  {
    plugin: "AlwaysAdmit",
    wanted: false,
    severity: "high",
    title: "No admission plugin admits everything",
    why: "AlwaysAdmit lets every object through whatever other plugins would say.",
  },
  {
    plugin: "AlwaysPullImages",
    wanted: true,
    severity: "low",
    title: "Images are pulled anew with the pod's own credentials",
    why: "Otherwise a pod uses a private image that another pod's credentials brought to the node.",
  },
  {
    plugin: "ServiceAccount",
    wanted: true,
    severity: "medium",
    title: "Pods get the service account they are meant to have",
    why: "Without the plugin pods run without the identity that authorization relies on.",
  },
  {
    plugin: "NamespaceLifecycle",
    wanted: true,
    severity: "medium",
    title: "Nothing is created in namespaces that are going or not there",
    why: "Objects in a namespace that is being deleted escape its clean-up.",
  },
  {
    plugin: "PodSecurity",
    wanted: true,
    severity: "high",
    title: "Pod Security admission is on",
    why: "Without it the labels that forbid privileged pods in a namespace do nothing.",
  },
  {
    plugin: "EventRateLimit",
    wanted: true,
    severity: "low",
    title: "The rate of events is limited",
    why: "A flood of events from one source fills etcd and slows the API server for everybody.",
  },
  {
    plugin: "ImagePolicyWebhook",
    wanted: true,
    severity: "low",
    title: "Images are checked by a policy before they run",
    why: "Otherwise any image of any registry is run.",
  },
];

const pluginRows = plugins.map(
  ({ plugin: name, wanted, addable = false, title, why, severity }): FlagRow => ({
    name: `admission.${name}`,
    title,
    why,
    remedy: wanted
      ? `Add ${name} to --enable-admission-plugins in ${manifest}, with its configuration where it needs one.`
      : `Take ${name} out of --enable-admission-plugins in ${manifest}.`,
    severity,
    expected: wanted ? "enabled" : "not enabled",
    ...(addable ? { fixable: true } : {}),
    judge: plugin(name, wanted, addable),
  }),
);

const rows: readonly FlagRow[] = [
  {
    name: "authorization-mode",
    title: "Requests are authorized by Node and RBAC, and never all allowed",
    why: "AlwaysAllow makes everybody who can authenticate an administrator; without Node a kubelet may read every secret.",
    remedy: `Set --authorization-mode=Node,RBAC in ${manifest}.`,
    severity: "critical",
    expected: "Node and RBAC, without AlwaysAllow",
    judge: authorizationMode,
  },
  ...pluginRows,
  {
    name: "deny-service-external-ips",
    title: "Services cannot claim other machines' addresses",
    why: "A user who may create services can draw traffic for any address to a pod (CVE-2020-8554).",
    remedy: `Add DenyServiceExternalIPs to --enable-admission-plugins in ${manifest}.`,
    severity: "medium",
    expected: "DenyServiceExternalIPs enabled",
    judge: plugin("DenyServiceExternalIPs", true),
  },
];

export const authorization = flagChecks("apiserver", "kube-apiserver", rows);
