import { test } from "uvu";
import { containment } from "../../../../src/checks/staticpods/containment.js";
import { type Case, type FailingCase, testCheck } from "../../../support/check.js";
import { config, configured } from "../../../support/kubelet.js";

const folder = "/etc/kubernetes/manifests";
const at = (name: string) => `${folder}/${name}.yaml`;

/** A pod that asks for nothing; `spec` and `container` are lines of YAML added to it, from line 8 and line 12. */
function pod(name: string, { spec = "", container = "", security = "", annotations = "" } = {}): string {
  return [
    "apiVersion: v1",
    "kind: Pod",
    `metadata: {name: ${name}, namespace: kube-system, annotations: {${annotations}}}`,
    "spec:",
    "  securityContext:",
    "    runAsNonRoot: true",
    "    seccompProfile: {type: RuntimeDefault}",
    ...(spec === "" ? [] : spec.split("\n").map((line) => `  ${line}`)),
    "  containers:",
    "  - name: main",
    "    image: registry.k8s.io/pause:3.10",
    ...(container === "" ? [] : container.split("\n").map((line) => `    ${line}`)),
    "    securityContext:",
    "      readOnlyRootFilesystem: true",
    ...(security === "" ? [] : security.split("\n").map((line) => `      ${line}`)),
    "",
  ].join("\n");
}

/** Says nothing of seccomp. */
const silent = pod("web", {}).replace("    seccompProfile: {type: RuntimeDefault}\n", "");

type Parts = Parameters<typeof pod>[1];
const failing = (name: string, parts: Parts, line: number, says?: string | RegExp): FailingCase => ({
  name,
  files: { [at("web")]: pod("web", parts) },
  at: [`${at("web")}:${line}`],
  ...(says === undefined ? {} : { says }),
});
const passing = (name: string, parts: Parts, as = "web"): Case => ({
  name,
  files: { [at(as)]: pod(as, parts) },
});
const mount = (path: string, readOnly = false) => ({
  spec: `volumes:\n- name: v\n  hostPath: {path: ${path}}`,
  container: `volumeMounts:\n- {name: v, mountPath: /v, readOnly: ${readOnly}}`,
});

const rows: Readonly<
  Record<string, { fails: readonly FailingCase[]; passes?: readonly Case[]; errors?: readonly Case[] }>
> = {
  privileged: {
    fails: [
      failing("privileged", { security: "privileged: true" }, 13, "web, container main, is privileged"),
      {
        name: "an init container",
        files: {
          [at("web")]: pod("web", {
            spec: "initContainers:\n- name: init\n  image: x\n  securityContext: {privileged: true}",
          }),
        },
        says: "container init",
      },
      {
        name: "a template of a second document, in JSON in a file of another ending",
        files: {
          [`${folder}/web.bak`]: JSON.stringify({
            kind: "PodList",
            items: [
              {
                kind: "Pod",
                metadata: { name: "web" },
                spec: { containers: [{ name: "c", securityContext: { privileged: true } }] },
              },
            ],
          }),
        },
        says: "default/web, container c,",
      },
    ],
    passes: [passing("kube-proxy writes the packet filter", { security: "privileged: true" }, "kube-proxy")],
  },
  "host-pid": { fails: [failing("hostPID", { spec: "hostPID: true" }, 8, "process namespace")] },
  "host-ipc": { fails: [failing("hostIPC", { spec: "hostIPC: true" }, 8)] },
  "host-network": {
    fails: [failing("hostNetwork", { spec: "hostNetwork: true" }, 8, /^kube-system\/web shares/)],
    passes: [passing("the control plane", { spec: "hostNetwork: true" }, "kube-apiserver")],
  },
  "docker-socket": {
    fails: [
      failing("the socket", mount("/var/run/docker.sock"), 10, "/run/docker.sock (writable)"),
      failing("read-only is as good", mount("/run/containerd/containerd.sock", true), 10),
      failing("the directory of it", mount("/run/containerd/"), 10),
      failing("all there is", mount("/"), 10),
      failing("round about", mount("/opt/../run//crio/./crio.sock"), 10),
    ],
    passes: [
      passing("another socket", mount("/run/flannel")),
      passing("a volume that nothing mounts", { spec: "volumes: [{name: v, hostPath: {path: /run}}]" }),
    ],
  },
  "sensitive-hostpath": {
    fails: [
      failing("the kubelet's", mount("/var/lib/kubelet/pki", true), 10, "/var/lib/kubelet/pki (read-only)"),
      failing("what holds it", mount("/var"), 10),
      failing("programs, writable", mount("/usr/bin"), 10),
      failing("certificates, writable", mount("/etc/ssl/certs"), 10),
      {
        name: "more than the control plane needs",
        files: { [at("etcd")]: pod("etcd", mount("/")) },
        at: [`${at("etcd")}:10`],
      },
    ],
    passes: [
      passing("certificates of authorities", mount("/etc/ssl/certs", true)),
      passing("programs, read-only", mount("/usr/bin", true)),
      passing("data of its own", mount("/srv/data")),
      passing("its own data", mount("/var/lib/etcd"), "etcd"),
      { ...passing("as the site says", mount("/home")), params: { sensitive: ["/etc"] } },
    ],
  },
  capabilities: {
    fails: [
      failing("SYS_ADMIN", { security: "capabilities:\n  add: [CAP_SYS_ADMIN]" }, 14, "SYS_ADMIN"),
      failing("all", { security: "capabilities: {add: [all]}" }, 13, "ALL"),
      failing("privileged", { security: "privileged: true" }, 13, "ALL"),
    ],
    passes: [
      passing("one of the usual", { security: "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}" }),
      {
        ...passing("as the site says", { security: "capabilities: {add: [NET_ADMIN]}" }),
        params: { expected: ["kube-system/w?b"] },
      },
    ],
  },
  "seccomp-unconfined": {
    fails: [
      failing("said so", { security: "seccompProfile: {type: Unconfined}" }, 13, "Unconfined"),
      failing("privileged", { security: "privileged: true" }, 13, "it is privileged"),
      {
        name: "nothing said, and an annotation that counts no more",
        files: {
          [at("web")]: pod("web", {
            annotations: '"seccomp.security.alpha.kubernetes.io/pod": runtime/default',
          }).replace("    seccompProfile: {type: RuntimeDefault}\n", ""),
        },
        at: [`${at("web")}:8`],
        says: "no seccompProfile",
      },
      {
        name: "none said, and the kubelet gives none",
        files: { ...configured("seccompDefault: false\n"), [at("web")]: silent },
        says: "the kubelet gives none",
      },
      {
        name: "the kubelet's profile is not for who says otherwise",
        files: {
          ...configured("seccompDefault: true\n"),
          [at("web")]: pod("web", { security: "seccompProfile: {type: Unconfined}" }),
        },
      },
      {
        name: "nor for a privileged container",
        files: {
          ...configured("seccompDefault: true\n"),
          [at("web")]: pod("web", { security: "privileged: true" }),
        },
      },
    ],
    passes: [
      passing("a profile of its own", { security: "seccompProfile: {type: Localhost}" }),
      {
        name: "none said, and the kubelet gives one",
        files: { ...configured("seccompDefault: true\n"), [at("web")]: silent },
      },
    ],
    errors: [
      {
        name: "none said, and the kubelet's file may not be read",
        files: { ...configured(""), [config]: { error: "denied" }, [at("web")]: silent },
      },
    ],
  },
  "apparmor-unconfined": {
    fails: [
      failing("the field", { security: "appArmorProfile: {type: Unconfined}" }, 13),
      failing(
        "the annotation",
        { annotations: '"container.apparmor.security.beta.kubernetes.io/main": unconfined' },
        3,
      ),
    ],
    passes: [
      passing("the field beats the annotation", {
        annotations: '"container.apparmor.security.beta.kubernetes.io/main": unconfined',
        security: "appArmorProfile: {type: RuntimeDefault}",
      }),
    ],
  },
  "run-as-root": {
    fails: [
      failing("user 0, whatever the pod says", { security: "runAsUser: 0" }, 13, "runAsUser: 0"),
      failing("the container takes it back", { security: "runAsNonRoot: false" }, 13, "neither"),
    ],
    passes: [
      passing("a user of its own", { security: "runAsUser: 1000\nrunAsNonRoot: false" }),
      passing("root of a user namespace", { spec: "hostUsers: false", security: "runAsUser: 0" }),
      passing("the control plane", { security: "runAsUser: 0" }, "kube-scheduler"),
    ],
  },
  "writable-root": {
    fails: [
      {
        name: "unless said",
        files: { [at("web")]: pod("web").replace("      readOnlyRootFilesystem: true\n", "") },
        at: [`${at("web")}:9`],
      },
    ],
  },
  "proc-unmasked": { fails: [failing("Unmasked", { security: "procMount: Unmasked" }, 13)] },
};

for (const check of containment) {
  const row = rows[check.id.replace("staticpods.", "")];
  if (row === undefined) throw new Error(`no cases for ${check.id}`);
  testCheck(check, {
    passes: [{ name: "asks for nothing", files: { [at("web")]: pod("web") } }, ...(row.passes ?? [])],
    fails: row.fails,
    errors: [
      {
        name: "a manifest that does not parse",
        files: { [at("web")]: pod("web"), [at("broken")]: "kind: [" },
        says: "broken.yaml:1",
      },
      { name: "a manifest that may not be read", files: { [at("web")]: { error: "denied" } } },
      ...(row.errors ?? []),
    ],
    notApplicable: [{ name: "an empty folder", files: { [folder]: { kind: "directory" } }, says: "none" }],
  });
}

test.run();
