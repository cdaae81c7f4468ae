import { test } from "uvu";
import dashboard from "../../../../src/checks/ports/dashboard.js";
import kubectlProxy from "../../../../src/checks/ports/kubectl-proxy.js";
import type { MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { processFiles, socketFiles } from "../../../support/proc-net.js";

const none = { name: "no running system", files: { "/etc/hostname": "x\n" } };

function proxy(...args: readonly string[]) {
  return processFiles({ pid: 42, program: "/usr/local/bin/kubectl", args: ["kubectl", ...args] });
}

testCheck(kubectlProxy, {
  passes: [
    { name: "none runs", files: processFiles({ pid: 7, program: "/usr/sbin/sshd" }) },
    { name: "as it comes", files: proxy("proxy") },
    {
      name: "on another port of the loopback",
      files: proxy("--kubeconfig", "/root/a", "proxy", "-p", "9000", "--address=127.0.0.2"),
    },
    { name: "on a Unix socket", files: proxy("proxy", "--unix-socket=/run/k.sock") },
    { name: "another command of kubectl", files: proxy("get", "pods", "--address=0.0.0.0") },
    {
      name: "another program",
      files: processFiles({ pid: 8, program: "/usr/bin/vim", args: ["vim", "proxy", "--address=0.0.0.0"] }),
    },
  ],
  fails: [
    {
      name: "for everybody",
      files: proxy("proxy", "--address=0.0.0.0", "-p8080"),
      at: ["/proc/42/cmdline"],
      says: /kubectl proxy \(process 42\) listens on 0\.0\.0\.0:8080/,
    },
    {
      name: "for everybody, the address in the next word",
      files: proxy("proxy", "--address", "::"),
      says: /listens on :::8001/,
    },
    { name: "a name that is looked up", files: proxy("proxy", "--address=node-1") },
    { name: "without filters", files: proxy("proxy", "--disable-filter"), says: /--disable-filter/ },
    { name: "without filters, spelled out", files: proxy("proxy", "--disable_filter=1") },
    { name: "any host name", files: proxy("proxy", "--accept-hosts=.*"), says: /--accept-hosts=\.\*/ },
  ],
  errors: [
    {
      name: "a process may not be read",
      files: { ...proxy("proxy"), "/proc/43/status": { error: "denied" } },
    },
  ],
  notApplicable: [none],
});

function kernel(nat: string): MemoryOptions {
  const answer = (stdout: string) => ({ state: "ok" as const, code: 0, stdout, stderr: "" });
  return {
    live: true,
    runs: {
      "iptables-save": answer(
        `${nat}*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 9090 -j ACCEPT\nCOMMIT\n`,
      ),
      "ip6tables-save": answer("*filter\n:INPUT DROP [0:0]\nCOMMIT\n"),
    },
  };
}

const served = (host: string, port: number) =>
  socketFiles({ host, port, by: { pid: 60, program: "/dashboard" } });
const nodePort =
  '*nat\n-A KUBE-NODEPORTS -p tcp -m comment --comment "kubernetes-dashboard/kubernetes-dashboard:https" -m tcp --dport 30443 -j KUBE-EXT-A\nCOMMIT\n';

testCheck(dashboard, {
  passes: [
    {
      name: "none",
      files: socketFiles({ host: "0.0.0.0", port: 22, by: { pid: 7, program: "/usr/sbin/sshd" } }),
      host: kernel(""),
    },
    { name: "on the loopback", files: served("127.0.0.1", 9090), host: kernel("") },
    { name: "behind the firewall", files: served("0.0.0.0", 8443), host: kernel("") },
  ],
  fails: [
    {
      name: "open",
      files: served("0.0.0.0", 9090),
      host: kernel(""),
      at: ["/proc/net/tcp:2"],
      says: /0\.0\.0\.0:9090\/tcp is a dashboard held by dashboard \(60, 0\), reachable for everybody/,
    },
    {
      name: "a NodePort of its Service",
      files: served("127.0.0.1", 9090),
      host: kernel(nodePort),
      at: ["iptables-save:2"],
      says: /30443\/tcp leads to a dashboard \(kubernetes-dashboard\/kubernetes-dashboard:https\) by NodePort/,
    },
  ],
  errors: [
    {
      name: "the firewall may not be asked",
      files: served("127.0.0.1", 9090),
      host: {
        live: true,
        runs: { "iptables-save": { state: "failed", reason: "iptables-save did not finish" } },
      },
      says: /did not finish/,
    },
    {
      name: "whose socket it is cannot be seen",
      files: { ...served("0.0.0.0", 9090), "/proc/60/fd": { kind: "directory", error: "denied" } },
      host: kernel(""),
    },
  ],
  notApplicable: [none],
});

test.run();
