// The registry of checks: one line a domain. A domain's index exports each check, or a table of them.

import * as accounts from "./accounts/index.js";
import * as apiserver from "./apiserver/index.js";
import * as apparmor from "./apparmor/index.js";
import * as auditd from "./auditd/index.js";
import * as boot from "./boot/index.js";
import * as containerd from "./containerd/index.js";
import * as containers from "./containers/index.js";
import * as controllerManager from "./controller-manager/index.js";
import * as controlplane from "./controlplane/index.js";
import * as crio from "./crio/index.js";
import type { Check } from "./define.js";
import * as detection from "./detection/index.js";
import * as docker from "./docker/index.js";
import * as etcd from "./etcd/index.js";
import * as files from "./files/index.js";
import * as integrity from "./integrity/index.js";
import * as journald from "./journald/index.js";
import * as kmod from "./kmod/index.js";
import * as kubeProxy from "./kube-proxy/index.js";
import * as kubelet from "./kubelet/index.js";
import * as kubernetes from "./kubernetes/index.js";
import * as logs from "./logs/index.js";
import * as packages from "./packages/index.js";
import * as patches from "./patches/index.js";
import * as ports from "./ports/index.js";
import * as runc from "./runc/index.js";
import * as runtime from "./runtime/index.js";
import * as scheduler from "./scheduler/index.js";
import * as seccomp from "./seccomp/index.js";
import * as secrets from "./secrets/index.js";
import * as services from "./services/index.js";
import * as sshd from "./sshd/index.js";
import * as staticpods from "./staticpods/index.js";
import * as su from "./su/index.js";
import * as sudo from "./sudo/index.js";
import * as sysctl from "./sysctl/index.js";
import * as ufw from "./ufw/index.js";

type Exported = Check | readonly Check[];

/** In the order in which reports show them. */
const domains: Readonly<Record<string, Readonly<Record<string, Exported>>>> = {
  sshd,
  accounts,
  sudo,
  su,
  files,
  secrets,
  kmod,
  sysctl,
  services,
  packages,
  patches,
  auditd,
  journald,
  logs,
  boot,
  kubelet,
  kubeProxy,
  ufw,
  ports,
  kubernetes,
  apiserver,
  controllerManager,
  scheduler,
  etcd,
  controlplane,
  docker,
  containerd,
  crio,
  runc,
  seccomp,
  apparmor,
  staticpods,
  containers,
  runtime,
  detection,
  integrity,
};

/** Every check. */
export const checks: readonly Check[] = Object.values(domains).flatMap((domain) =>
  Object.values(domain).flat(),
);

export const checksById: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.id, check]));
