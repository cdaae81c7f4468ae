// etcd's flags, variables and configuration file, a row a check.
import type { Component } from "../../facts/control-plane.js";
import { type Finding, type FlagRow, flagChecks } from "../component-flag.js";
import { mustBe, mustBeSet } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/etcd.yaml";

/** Addresses of a URL list that are neither loopback nor TLS. */
function openUrls(value: string): readonly string[] {
  return value
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "" && !/^(?:https|unixs?):/.test(url))
    .filter((url) => !/^http:\/\/(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)(?::|\/|$)/.test(url));
}

function listening(component: Component): Finding {
  const names = ["listen-client-urls", "listen-peer-urls", "listen-metrics-urls"];
  const given = names.flatMap((name) => component.flag(name) ?? []);
  const bad = given.flatMap(({ name, value }) => openUrls(value).map((url) => `--${name} has ${url}`));
  const actual =
    given.length === 0 ? "http://localhost:2379 (the default)" : given.map(({ value }) => value).join(" ");
  const evidence = given.map(({ source }) => source);
  return bad.length === 0
    ? { actual, evidence }
    : { actual, evidence, problem: `${bad.join(", ")}: without TLS beyond loopback` };
}

const rows: readonly FlagRow[] = [
  {
    name: "cert-file",
    title: "etcd serves clients over TLS with a certificate of its own",
    why: "etcd holds every secret of the cluster; without TLS they cross the network in the clear.",
    remedy: `Set --cert-file in ${manifest}.`,
    severity: "critical",
    expected: "cert-file set",
    judge: mustBeSet("cert-file"),
  },
  {
    name: "key-file",
    title: "etcd has the private key of its certificate for clients",
    why: "Without the key there is no TLS, and every secret of the cluster crosses the network in the clear.",
    remedy: `Set --key-file in ${manifest}.`,
    severity: "critical",
    expected: "key-file set",
    judge: mustBeSet("key-file"),
  },
  {
    name: "client-cert-auth",
    title: "etcd asks its clients for a certificate",
    why: "Without it whoever reaches port 2379 reads and writes every object of the cluster.",
    remedy: `Set --client-cert-auth=true in ${manifest}.`,
    severity: "critical",
    expected: "true",
    judge: mustBe("client-cert-auth", true, false),
  },
  {
    name: "auto-tls",
    title: "etcd does not make up its own certificates for clients",
    why: "A certificate that etcd signs for itself proves nothing to the API server.",
    remedy: `Take --auto-tls out of ${manifest}.`,
    severity: "high",
    expected: "false",
    fixable: true,
    judge: mustBe("auto-tls", false, false, true),
  },
  {
    name: "peer-cert-file",
    title: "etcd members talk to each other over TLS with certificates of their own",
    why: "Members replicate every secret to each other; without TLS the network reads along.",
    remedy: `Set --peer-cert-file in ${manifest}.`,
    severity: "high",
    expected: "peer-cert-file set",
    judge: mustBeSet("peer-cert-file"),
  },
  {
    name: "peer-key-file",
    title: "etcd has the private key of its certificate for peers",
    why: "Without the key members replicate every secret to each other without TLS.",
    remedy: `Set --peer-key-file in ${manifest}.`,
    severity: "high",
    expected: "peer-key-file set",
    judge: mustBeSet("peer-key-file"),
  },
  {
    name: "peer-client-cert-auth",
    title: "etcd asks its peers for a certificate",
    why: "Without it whoever reaches port 2380 can join the cluster as a member and be sent everything.",
    remedy: `Set --peer-client-cert-auth=true in ${manifest}.`,
    severity: "high",
    expected: "true",
    judge: mustBe("peer-client-cert-auth", true, false),
  },
  {
    name: "peer-auto-tls",
    title: "etcd does not make up its own certificates for peers",
    why: "A certificate that a member signs for itself proves nothing to the others.",
    remedy: `Take --peer-auto-tls out of ${manifest}.`,
    severity: "high",
    expected: "false",
    fixable: true,
    judge: mustBe("peer-auto-tls", false, false, true),
  },
  {
    name: "unique-ca",
    title: "etcd trusts an authority of its own",
    why: "Under a shared authority any client certificate of the cluster, a kubelet's too, opens etcd.",
    remedy: `Give etcd an authority of its own and name it with --trusted-ca-file in ${manifest}.`,
    severity: "medium",
    expected: "a trusted-ca-file that is not the API server's client-ca-file",
    judge: (component, plane) => {
      const flag = component.flag("trusted-ca-file");
      if (flag === undefined)
        return { actual: "not set", evidence: [], problem: "--trusted-ca-file is not set" };
      const [own, cluster] = [plane.etcdAuthority, plane.clusterAuthority];
      const evidence = [flag.source];
      if (own.state !== "known") return { actual: flag.value, evidence, unknown: own.reason };
      // A node with etcd alone has nothing to compare with.
      if (cluster.state === "absent")
        return { actual: flag.value, evidence, note: "no API server here to compare with" };
      if (cluster.state === "error") return { actual: flag.value, evidence, unknown: cluster.reason };
      const shared = own.value.content.some((one) => cluster.value.content.includes(one));
      if (!shared) return { actual: flag.value, evidence };
      const problem = `${own.value.path} is the authority of the API server's clients too (${cluster.value.path})`;
      return { actual: flag.value, evidence, problem };
    },
  },
  {
    name: "listen-addresses",
    title: "etcd listens without TLS on loopback alone",
    why: "A plain HTTP address that others reach gives them the cluster's store or its health and metrics.",
    remedy: `Use https in --listen-client-urls and --listen-peer-urls, and loopback in --listen-metrics-urls, in ${manifest}.`,
    severity: "critical",
    expected: "https, or loopback",
    judge: listening,
  },
];

export const flags = flagChecks("etcd", "etcd", rows);
