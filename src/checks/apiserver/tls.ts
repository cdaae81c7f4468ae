// The API server's TLS: its own certificate, versions and suites, its way to etcd, and encryption at rest.
import type { Component, ControlPlane, EncryptionRules } from "../../facts/control-plane.js";
import { type Finding, type FlagRow, flagChecks } from "../component-flag.js";
import { listOf, mustBeSet, strongSuites } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

/** etcd behind a unix socket (k3s without embedded etcd) needs no TLS. */
function toEtcd(...flags: readonly string[]): FlagRow["judge"] {
  return (component) => {
    const servers = listOf(component, "etcd-servers");
    const local = servers.length > 0 && servers.every((url) => url.startsWith("unix://"));
    // k3s gives these by itself, to an etcd or a database it runs in the same process.
    if (local || component.via === "k3s")
      return { actual: local ? servers.join(",") : "set by k3s", evidence: [] };
    return mustBeSet(...flags)(component);
  };
}

function minVersion(component: Component): Finding {
  const flag = component.flag("tls-min-version");
  if (flag === undefined) return { actual: "VersionTLS12 (the default)", evidence: [] };
  const evidence = [flag.source];
  if (["VersionTLS12", "VersionTLS13", ""].includes(flag.value)) return { actual: flag.value, evidence };
  if (!/^VersionTLS1[01]$/.test(flag.value))
    return { actual: flag.value, evidence, stops: `--tls-min-version=${flag.value} is no version of TLS` };
  return {
    actual: flag.value,
    evidence,
    problem: `--tls-min-version is ${flag.value}`,
    set: ["tls-min-version", "VersionTLS12"],
  };
}

function suites(component: Component): Finding {
  const flag = component.flag("tls-cipher-suites");
  const version = component.flag("tls-min-version");
  if (version?.value === "VersionTLS13")
    return { actual: "TLS 1.3 only: the list has no effect", evidence: [version.source] };
  const set = [
    "tls-cipher-suites",
    [...strongSuites]
      .filter((name) => /_(?:GCM_SHA256|GCM_SHA384|POLY1305_SHA256)$/.test(name) && name.includes("ECDHE"))
      .join(","),
  ] as const;
  if (flag === undefined)
    return {
      actual: "Go's default list",
      evidence: [],
      problem: "--tls-cipher-suites is not set and allows suites with CBC",
      set,
    };
  const weak = listOf(component, "tls-cipher-suites").filter((name) => !strongSuites.has(name));
  const evidence = [flag.source];
  if (weak.length === 0) return { actual: flag.value, evidence };
  return { actual: flag.value, evidence, problem: `--tls-cipher-suites allows ${weak.join(", ")}`, set };
}

const strongProviders = new Set(["aescbc", "aesgcm", "secretbox", "kms"]);
/** Bytes a provider's key may have (kubernetes.io/docs/tasks/administer-cluster/encrypt-data). */
const keySizes: Readonly<Record<string, readonly number[]>> = {
  aescbc: [16, 24, 32],
  aesgcm: [16, 24, 32],
  secretbox: [32],
};

function covers(resources: readonly string[]): boolean {
  return resources.some((name) => name === "secrets" || name === "*." || name === "*.*");
}

function encryptionProblems(
  rules: EncryptionRules,
): readonly { readonly line: number; readonly text: string }[] {
  const rule = rules.find(({ resources }) => covers(resources));
  if (rule === undefined) return [{ line: 1, text: "does not name secrets: they are stored in the clear" }];
  const first = rule.providers[0];
  if (first === undefined) return [{ line: rule.line, text: "has no provider for secrets" }];
  const found: { line: number; text: string }[] = [];
  if (!strongProviders.has(first.name))
    found.push({ line: first.line, text: `writes secrets with ${first.name} first: in the clear` });
  if (first.name === "kms" && first.apiVersion !== "v2")
    found.push({
      line: first.line,
      text: "uses version 1 of the kms protocol, which is deprecated and slow",
    });
  const sizes = Object.hasOwn(keySizes, first.name) ? (keySizes[first.name] ?? []) : [];
  for (const bytes of first.keyBytes)
    if (bytes === undefined || !sizes.includes(bytes))
      found.push({
        line: first.line,
        text: `has a key that ${first.name} does not take: the API server does not start`,
      });
  return found;
}

function encryption(component: Component, plane: ControlPlane): Finding {
  const flag = component.flag("encryption-provider-config");
  if (flag === undefined)
    return {
      actual: "not set",
      evidence: [],
      problem: "--encryption-provider-config is not set: secrets lie in etcd in the clear",
    };
  const reference = plane.encryption;
  if (reference.state !== "known")
    return { actual: flag.value, evidence: [flag.source], unknown: reference.reason };
  const { path, stat, content } = reference.value;
  const mode = stat.mode.toString(8).padStart(4, "0");
  const open =
    (stat.mode & 0o077) !== 0
      ? [{ line: 0, text: `has mode ${mode}: others than its owner read the keys` }]
      : [];
  const problems = [...encryptionProblems(content), ...open];
  const first = content.find(({ resources }) => covers(resources))?.providers[0]?.name ?? "none";
  const evidence = [
    flag.source,
    ...problems.map(({ line }) => ({ ...flag.source, file: path, line, text: "" })),
  ];
  const actual = `${first} first in ${path}`;
  if (problems.length === 0) return { actual, evidence: [flag.source] };
  const shown = problems.map(({ line, text }) => `${path}${line > 0 ? `:${line}` : ""} ${text}`);
  return { actual, evidence, problem: shown.join(", ") };
}

const rows: readonly FlagRow[] = [
  {
    name: "tls-cert",
    title: "The API server serves a certificate that was made for it",
    why: "Without one it makes a self-signed certificate at each start, and clients learn to ignore warnings.",
    remedy: `Set --tls-cert-file in ${manifest}.`,
    severity: "high",
    expected: "set",
    judge: mustBeSet("tls-cert-file"),
  },
  {
    name: "tls-key",
    title: "The API server has the key of the certificate that it serves",
    why: "Without it the certificate named is not served, but one that it makes for itself at each start.",
    remedy: `Set --tls-private-key-file in ${manifest}.`,
    severity: "high",
    expected: "set",
    judge: mustBeSet("tls-private-key-file"),
  },
  {
    name: "tls-min-version",
    title: "The API server speaks TLS 1.2 or later",
    why: "TLS 1.0 and 1.1 have known weaknesses.",
    remedy: `Set --tls-min-version=VersionTLS12 in ${manifest}.`,
    severity: "medium",
    expected: "VersionTLS12 or VersionTLS13",
    fixable: true,
    judge: minVersion,
  },
  {
    name: "tls-cipher-suites",
    title: "The API server offers only strong cipher suites",
    why: "Suites without forward secrecy or authenticated encryption let recorded traffic be read or changed later.",
    remedy: `Set --tls-cipher-suites to suites with ECDHE and GCM or ChaCha20 in ${manifest}, or --tls-min-version=VersionTLS13.`,
    severity: "medium",
    expected: "ECDHE with GCM or ChaCha20, or TLS 1.3 only",
    fixable: true,
    breaks: "Clients that know none of these suites (before about 2014) cannot connect any more.",
    judge: suites,
  },
  {
    name: "etcd-certfile",
    title: "The API server shows etcd a certificate",
    why: "An etcd that answers without a certificate answers everybody.",
    remedy: `Set --etcd-certfile in ${manifest}.`,
    severity: "high",
    expected: "set",
    judge: toEtcd("etcd-certfile"),
  },
  {
    name: "etcd-keyfile",
    title: "The API server has the key of the certificate that it shows etcd",
    why: "Without the key it comes without a certificate, and an etcd that answers then answers everybody.",
    remedy: `Set --etcd-keyfile in ${manifest}.`,
    severity: "high",
    expected: "set",
    judge: toEtcd("etcd-keyfile"),
  },
  {
    name: "etcd-cafile",
    title: "The API server checks etcd's certificate",
    why: "Without it somebody in between reads and changes every object of the cluster.",
    remedy: `Set --etcd-cafile in ${manifest}.`,
    severity: "high",
    expected: "set",
    judge: toEtcd("etcd-cafile"),
  },
  {
    name: "encryption-provider-config",
    title: "Secrets are encrypted before they are stored",
    why: "Whoever gets a copy of etcd's files or a backup reads every secret that was stored in the clear.",
    remedy:
      "Write an EncryptionConfiguration with secretbox, aesgcm, aescbc or kms v2 first for secrets, mode 0600, name it with --encryption-provider-config, and rewrite existing secrets.",
    severity: "high",
    expected: "aescbc, aesgcm, secretbox or kms first for secrets; file 0600",
    judge: encryption,
  },
];

export const tls = flagChecks("apiserver", "kube-apiserver", rows);
