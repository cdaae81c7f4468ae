// patches.kubernetes-supported: by the table, by the site's own, by the API server's release.
import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/patches/kubernetes-supported.js";
import { asker } from "../../../../src/engine/gather.js";
import { factSources } from "../../../../src/facts/index.js";
import { releases } from "../../../../src/facts/releases.js";
import { memoryHost } from "../../../../src/host/memory.js";
import { dpkg } from "../../../support/apt-node.js";
import { testCheck } from "../../../support/check.js";

const host = { now: Date.UTC(2026, 10, 1) };
const table = "profiles/data/kubernetes-releases.yaml";
const own = "/etc/nodeward/releases.yaml";
const kubelet = (version: string) => ({
  "/var/lib/kubelet": { kind: "directory" as const },
  ...dpkg({ name: "kubelet", version }),
});
const server = (version: string) => ({
  "/etc/kubernetes/manifests/kube-apiserver.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec:\n  containers:\n  - name: kube-apiserver\n    image: registry.k8s.io/kube-apiserver:v${version}\n    command: [kube-apiserver]\n`,
});

/** The API server's own word on this node. */
const answering = (version: string) => ({
  live: true,
  http: {
    "https://127.0.0.1:6443/version": {
      state: "answered" as const,
      status: 200,
      body: `{"major": "1", "gitVersion": "${version}"}`,
      tls: null,
    },
  },
});

testCheck(check, {
  passes: [
    { name: "supported", files: kubelet("1.36.2-1.1"), host },
    { name: "on the last day", files: kubelet("1.34.9-1.1"), host: { now: Date.UTC(2026, 9, 27, 23) } },
    {
      name: "a vendor supports it longer",
      files: { ...kubelet("1.30.1-1.1"), [own]: 'kubernetes:\n  "1.30": "2027-07-23"\n' },
      host,
    },
    {
      name: "the parameter says so",
      files: kubelet("1.30.1-1.1"),
      params: { lines: [{ line: "1.30", endOfLife: "2027-07-23" }] },
      host,
    },
    { name: "three behind the API server", files: { ...kubelet("1.35.1-1.1"), ...server("1.37.0") }, host },
  ],
  fails: [
    {
      name: "ended",
      files: kubelet("1.34.9-1.1"),
      host,
      says: "support of Kubernetes 1.34 ended on 2026-10-27",
    },
    { name: "older than the table", files: kubelet("1.9.1-00"), host, says: /older than every release/ },
    {
      name: "the site's table says it ended",
      files: { ...kubelet("1.36.2-1.1"), [own]: 'kubernetes: {"1.36": "2026-10-01"}\n' },
      host,
      at: [`${own}:1`],
    },
    {
      name: "newer than the API server",
      files: { ...kubelet("1.37.0-1.1"), ...server("1.36.1") },
      host,
      says: "the kubelet (1.37) is newer than the API server (1.36)",
    },
    {
      name: "newer than what answers here, whatever the manifest says",
      files: { ...kubelet("1.37.0-1.1"), ...server("1.37.0") },
      host: { ...host, ...answering("v1.36.4+k3s1") },
      says: "the kubelet (1.37) is newer than the API server (1.36)",
    },
    {
      name: "four behind",
      files: { ...kubelet("1.33.0-1.1"), ...server("1.37.1") },
      host,
      says: /more than 3 releases behind/,
    },
  ],
  errors: [
    { name: "newer than the table", files: kubelet("1.99.0-1.1"), host, says: /newer than nodeward's table/ },
    { name: "the version cannot be told", files: { "/var/lib/kubelet": { kind: "directory" } }, host },
    {
      name: "a site's table that anybody writes",
      files: { ...kubelet("1.36.2-1.1"), [own]: { text: "{}", mode: 0o666 } },
      host,
    },
    {
      name: "a site's table with a slip",
      files: { ...kubelet("1.36.2-1.1"), [own]: "kubernetse: {}\n" },
      host,
      says: `${own}:1: kubernetse is none of`,
    },
    {
      name: "a site's table with a wrong date",
      files: { ...kubelet("1.36.2-1.1"), [own]: 'kubernetes:\n  "1.36": soon\n' },
      host,
      says: `${own}:2`,
    },
    { name: "a site's table that is no YAML", files: { ...kubelet("1.36.2-1.1"), [own]: "a: [" }, host },
  ],
  notApplicable: [
    { name: "no node", files: { "/etc/os-release": "ID=debian\n" }, host, says: /no node of Kubernetes/ },
  ],
});

test("the shipped table is complete and in order", async () => {
  const fact = await asker(memoryHost({}))(releases);
  assert.is(fact.state, "known");
  if (fact.state !== "known") return;
  assert.is(fact.value.of("kubernetes", "1.31")?.endOfLife, "2025-11-11");
  for (const product of ["kubernetes", "containerd", "runc", "cri-o"] as const)
    assert.ok(fact.value.newest(product));
  assert.ok(fact.value.newest("kubernetes")?.source.file === table);
  assert.match(fact.value.asOf, /^\d{4}-\d{2}-\d{2}$/);
  assert.ok((await factSources.releases()) === releases);
});

test.run();
