// The registry of facts: one line a subject. The names are what checks declare in `needs`.
import type { Fact } from "../core/fact.js";
import { accountFiles } from "./account-files.js";
import { accounts } from "./accounts.js";
import { apparmor } from "./apparmor.js";
import { apparmorComplaining } from "./apparmor-complaining.js";
import { apparmorFiles } from "./apparmor-files.js";
import { apparmorOwn } from "./apparmor-own.js";
import { apparmorProfiles } from "./apparmor-profiles.js";
import { aptConfig } from "./apt-config.js";
import { aptSources } from "./apt-sources.js";
import { auditFiles } from "./audit-files.js";
import { auditRules } from "./audit-rules.js";
import { auditd } from "./auditd.js";
import { authorizedKeys } from "./authorized-keys.js";
import { automaticUpdates } from "./automatic-updates.js";
import { binaries } from "./binaries.js";
import { bootLoader } from "./boot-loader.js";
import { bootstrapTokens } from "./bootstrap-tokens.js";
import { certificates } from "./certificates.js";
import { clock } from "./clock.js";
import { cni } from "./cni.js";
import { containerStores } from "./container-stores.js";
import { containerd } from "./containerd.js";
import { containers } from "./containers.js";
import { controlPlane } from "./control-plane.js";
import { coreDumps } from "./core-dumps.js";
import { crio } from "./crio.js";
import { ctrlAltDel } from "./ctrl-alt-del.js";
import { detectors } from "./detectors.js";
import { docker } from "./docker.js";
import { exposure } from "./exposure.js";
import { fileCapabilities } from "./file-capabilities.js";
import { fileTree } from "./file-tree.js";
import { firewalls } from "./firewalls.js";
import { greetings } from "./greetings.js";
import { homes } from "./homes.js";
import { integrity } from "./integrity.js";
import { integrityCheckers } from "./integrity-checkers.js";
import { journald } from "./journald.js";
import { kernelCommandLine } from "./kernel-command-line.js";
import { kernelFilter } from "./kernel-filter.js";
import { kernelModules } from "./kernel-modules.js";
import { kernelProtection } from "./kernel-protection.js";
import { kernelSeccomp } from "./kernel-seccomp.js";
import { kernels } from "./kernels.js";
import { kubeProxy } from "./kube-proxy.js";
import { kubectlProxies } from "./kubectl-proxies.js";
import { kubelet } from "./kubelet.js";
import { kubeletFiles } from "./kubelet-files.js";
import { kubeletProbes } from "./kubelet-probes.js";
import { logFiles, podLogFolders } from "./log-files.js";
import { logForwards } from "./log-forwards.js";
import { loginDefs } from "./login-defs.js";
import { loginPolicy } from "./login-policy.js";
import { loginShells } from "./login-shells.js";
import { logins } from "./logins.js";
import { metadataService } from "./metadata-service.js";
import { modprobe } from "./modprobe.js";
import { mounts } from "./mounts.js";
import { nameServices } from "./name-services.js";
import { namedFiles } from "./named-files.js";
import { operator } from "./operator.js";
import { packageSources } from "./package-sources.js";
import { packages } from "./packages.js";
import { packetFilter } from "./packet-filter.js";
import { pam } from "./pam.js";
import { people } from "./people.js";
import { platform } from "./platform.js";
import { portProbes } from "./port-probes.js";
import { processes } from "./processes.js";
import { rancher } from "./rancher.js";
import { reboot } from "./reboot.js";
import { releases } from "./releases.js";
import { roles } from "./roles.js";
import { rootPath } from "./root-path.js";
import { rsyslog } from "./rsyslog.js";
import { runc } from "./runc.js";
import { runtimeFiles } from "./runtime-files.js";
import { runtimeVersions } from "./runtime-versions.js";
import { sandboxRuntimes } from "./sandbox-runtimes.js";
import { seccompNode } from "./seccomp-node.js";
import { seccompProfiles } from "./seccomp-profiles.js";
import { secrets } from "./secrets.js";
import { selinux } from "./selinux.js";
import { services } from "./services.js";
import { setIdFiles } from "./set-id-files.js";
import { shellProfiles } from "./shell-profiles.js";
import { sockets } from "./sockets.js";
import type { FactSource } from "./source.js";
import { sshHostKeys } from "./ssh-host-keys.js";
import { sshd, sshdConfig } from "./sshd.js";
import { staticPodContainers } from "./static-pod-containers.js";
import { staticPods } from "./static-pods.js";
import { sudo } from "./sudo.js";
import { sudoPaths } from "./sudo-paths.js";
import { sudoers } from "./sudoers.js";
import { sysctl } from "./sysctl.js";
import { timeServers } from "./time-servers.js";
import { ufw } from "./ufw.js";
import { units } from "./units.js";
import { updates } from "./updates.js";
import { wireless } from "./wireless.js";

export const factSources = {
  accountFiles,
  accounts,
  bootstrapTokens,
  authorizedKeys,
  binaries,
  bootLoader,
  certificates,
  clock,
  containerStores,
  containers,
  crio,
  coreDumps,
  cni,
  kernelCommandLine,
  kernelModules,
  kernelProtection,
  kubelet,
  kubeletFiles,
  kubeletProbes,
  kubeProxy,
  modprobe,
  containerd,
  controlPlane,
  docker,
  metadataService,
  mounts,
  fileCapabilities,
  fileTree,
  homes,
  loginDefs,
  loginPolicy,
  loginShells,
  logins,
  operator,
  people,
  namedFiles,
  packages,
  platform,
  portProbes,
  detectors,
  sandboxRuntimes,
  kernelSeccomp,
  seccompNode,
  seccompProfiles,
  processes,
  rancher,
  roles,
  rootPath,
  runc,
  secrets,
  runtimeFiles,
  runtimeVersions,
  setIdFiles,
  sysctl,
  sshHostKeys,
  sshd,
  sshdConfig,
  shellProfiles,
  units,
  sockets,
  staticPods,
  exposure,
  firewalls,
  kernelFilter,
  kubectlProxies,
  packetFilter,
  ufw,
  staticPodContainers,
  aptConfig,
  aptSources,
  kernels,
  reboot,
  services,
  timeServers,
  updates,
  journald,
  greetings,
  nameServices,
  selinux,
  integrity,
  integrityCheckers,
  wireless,
  rsyslog,
  logFiles,
  logForwards,
  podLogFolders,
  ctrlAltDel,
  pam,
  sudo,
  sudoPaths,
  sudoers,
  automaticUpdates,
  packageSources,
  releases,
  auditd,
  auditRules,
  auditFiles,
  apparmor,
  apparmorComplaining,
  apparmorFiles,
  apparmorOwn,
  apparmorProfiles,
} satisfies Readonly<Record<string, FactSource<unknown>>>;

type Sources = typeof factSources;
export type FactName = keyof Sources;
type ValueOf<S> = S extends FactSource<infer T> ? T : never;
/** The known value of each fact. */
export type FactValues = { readonly [K in FactName]: ValueOf<Sources[K]> };
/** Each fact as gathered: known, absent or unreadable. */
export type Facts = { readonly [K in FactName]: Fact<FactValues[K]> };
