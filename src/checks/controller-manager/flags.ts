// The controller manager's flags, a row a check.
import { type FlagRow, flagChecks } from "../component-flag.js";
import { atLeastNumber, loopbackOnly, mustBe, mustBeSet } from "../flag-rules.js";

const manifest = "/etc/kubernetes/manifests/kube-controller-manager.yaml";

const rows: readonly FlagRow[] = [
  {
    name: "terminated-pod-gc",
    title: "The controller manager removes terminated pods before they fill the store",
    why: "Without a threshold finished pods stay for ever, and etcd and the node's disk fill up.",
    remedy: `Set --terminated-pod-gc-threshold to a positive number (the default is 12500) in ${manifest}.`,
    severity: "low",
    expected: "1 or more",
    fixable: true,
    judge: atLeastNumber("terminated-pod-gc-threshold", 1, 12_500, 12_500),
  },
  {
    name: "profiling",
    title: "The controller manager does not serve profiling data",
    why: "Profiles show internals of the process to whoever reaches its port, and taking them costs it time.",
    remedy: `Set --profiling=false in ${manifest}.`,
    severity: "low",
    expected: "false",
    fixable: true,
    judge: mustBe("profiling", false, true, true),
  },
  {
    name: "use-service-account-credentials",
    title: "Each controller uses a service account of its own",
    why: "With one shared credential every controller can do what any of them may.",
    remedy: `Set --use-service-account-credentials=true in ${manifest}.`,
    severity: "medium",
    expected: "true",
    judge: mustBe("use-service-account-credentials", true, false),
  },
  {
    name: "service-account-private-key-file",
    title: "Service account tokens are signed with a key of their own",
    why: "Without a key of its own the controller manager does not sign service account tokens, or does so with another's.",
    remedy: `Set --service-account-private-key-file in ${manifest}.`,
    severity: "medium",
    expected: "set",
    judge: mustBeSet("service-account-private-key-file"),
  },
  {
    name: "root-ca-file",
    title: "Pods are given the authority that signs the API server's certificate",
    why: "A pod that does not have the authority cannot tell the API server from somebody in between.",
    remedy: `Set --root-ca-file in ${manifest}.`,
    severity: "medium",
    expected: "set",
    judge: mustBeSet("root-ca-file"),
  },
  {
    name: "rotate-kubelet-server-certificate",
    title: "The controller manager lets kubelets rotate their serving certificates",
    why: "Serving certificates that cannot be rotated expire, or are made to live too long.",
    remedy: `Take RotateKubeletServerCertificate=false out of --feature-gates in ${manifest}.`,
    severity: "medium",
    expected: "the feature gate is not off",
    judge: (component) => {
      const gates = component.flag("feature-gates");
      const off = /(?:^|,)\s*RotateKubeletServerCertificate\s*=\s*(?:false|False|FALSE|f|F|0)\s*(?:,|$)/.test(
        gates?.value ?? "",
      );
      const evidence = gates === undefined ? [] : [gates.source];
      if (!off) return { actual: "on", evidence };
      return {
        actual: "off",
        evidence,
        problem: "--feature-gates switches RotateKubeletServerCertificate off",
      };
    },
  },
  {
    name: "bind-address",
    title: "The controller manager listens on loopback alone",
    why: "Its metrics and health are nobody's business off the node; without the flag it listens on every address.",
    remedy: `Set --bind-address=127.0.0.1 in ${manifest}.`,
    severity: "medium",
    expected: "a loopback address",
    fixable: true,
    breaks:
      "A monitoring system that scrapes the controller manager from another machine does not reach it any more.",
    judge: loopbackOnly("bind-address"),
  },
];

export const flags = flagChecks("controller-manager", "kube-controller-manager", rows);
