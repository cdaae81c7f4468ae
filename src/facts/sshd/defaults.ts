// What holds for a keyword that nothing sets: by version and by who built sshd (servconf.c; `sshd -T -f /dev/null` of
// 7.2 to 10.6 as Debian and Ubuntu build them). Spelt as `sshd -T` does.
import { lowerCase } from "../../formats/sshd-config.js";
import { type AlgorithmKind, algorithms } from "./algorithm-table.js";
import type { SshdBuild } from "./build.js";

/** The same in every version since the keyword is there. */
const constant: Readonly<Record<string, string>> = {
  acceptenv: "",
  addressfamily: "any",
  agentsocketpath: "user:.ssh/agent",
  allowagentforwarding: "yes",
  allowgroups: "",
  allowstreamlocalforwarding: "yes",
  allowtcpforwarding: "yes",
  allowusers: "",
  authenticationmethods: "any",
  authorizedkeyscommand: "none",
  authorizedkeyscommanduser: "none",
  authorizedkeysfile: ".ssh/authorized_keys .ssh/authorized_keys2",
  authorizedprincipalscommand: "none",
  authorizedprincipalscommanduser: "none",
  authorizedprincipalsfile: "none",
  banner: "none",
  channeltimeout: "none",
  chrootdirectory: "none",
  clientalivecountmax: "3",
  clientaliveinterval: "0",
  compression: "yes",
  debianbanner: "yes",
  denygroups: "",
  denyusers: "",
  disableforwarding: "no",
  exposeauthinfo: "no",
  fingerprinthash: "SHA256",
  forcecommand: "none",
  gatewayports: "no",
  gssapiauthentication: "no",
  gssapicleanupcredentials: "yes",
  gssapidelegatecredentials: "yes",
  gssapikeyexchange: "no",
  gssapistorecredentialsonrekey: "no",
  gssapistrictacceptorcheck: "yes",
  hostbasedauthentication: "no",
  hostbasedusesnamefrompacketonly: "no",
  hostcertificate: "",
  hostkeyagent: "none",
  ignorerhosts: "yes",
  ignoreuserknownhosts: "no",
  kerberosauthentication: "no",
  kerberosorlocalpasswd: "yes",
  kerberosticketcleanup: "yes",
  listenaddress: "",
  logingracetime: "120",
  loglevel: "INFO",
  logverbose: "",
  maxauthtries: "6",
  maxsessions: "10",
  maxstartups: "10:30:100",
  modulifile: "/etc/ssh/moduli",
  pamservicename: "sshd",
  passwordauthentication: "yes",
  permitemptypasswords: "no",
  permitlisten: "any",
  permitopen: "any",
  permitrootlogin: "prohibit-password",
  permittty: "yes",
  permittunnel: "no",
  permituserenvironment: "no",
  permituserrc: "yes",
  persourcemaxstartups: "none",
  persourcenetblocksize: "32:128",
  persourcepenaltyexemptlist: "none",
  pidfile: "/run/sshd.pid",
  port: "22",
  printlastlog: "yes",
  printmotd: "yes",
  pubkeyauthentication: "yes",
  rdomain: "none",
  refuseconnection: "no",
  rekeylimit: "0 0",
  requiredrsasize: "1024",
  revokedkeys: "none",
  securitykeyprovider: "internal",
  setenv: "",
  sshdauthpath: "/usr/lib/openssh/sshd-auth",
  sshdsessionpath: "/usr/lib/openssh/sshd-session",
  streamlocalbindmask: "0177",
  streamlocalbindunlink: "no",
  strictmodes: "yes",
  subsystem: "",
  syslogfacility: "AUTH",
  tcpkeepalive: "yes",
  trustedusercakeys: "none",
  unusedconnectiontimeout: "none",
  usedns: "no",
  usepam: "no",
  versionaddendum: "none",
  warnweakcrypto: "yes",
  x11displayoffset: "10",
  x11forwarding: "no",
  x11uselocalhost: "yes",
  xauthlocation: "/usr/bin/xauth",
};

/** Which list of algorithms stands behind a keyword. */
export const algorithmKeywords: ReadonlyMap<string, AlgorithmKind> = new Map([
  ["ciphers", "cipher"],
  ["macs", "mac"],
  ["kexalgorithms", "kex"],
  ["hostkeyalgorithms", "key"],
  ["pubkeyacceptedalgorithms", "key"],
  ["hostbasedacceptedalgorithms", "key"],
  ["casignaturealgorithms", "signature"],
]);

function gssKex({ version }: SshdBuild): string {
  const modern = "gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-";
  if (version >= 1002) return modern;
  return version >= 804 ? `${modern},gss-group14-sha1-,gss-gex-sha1-` : "gss-gex-sha1-,gss-group14-sha1-";
}

const hostKeys = (dsa: boolean) =>
  ["rsa", ...(dsa ? ["dsa"] : []), "ecdsa", "ed25519"]
    .map((kind) => `/etc/ssh/ssh_host_${kind}_key`)
    .join(" ");

function penalties(version: number): string {
  const since1003 = version >= 1003 ? "invaliduser:5 " : "";
  const refused = version >= 909 ? "refuseconnection:10 " : "";
  return `crash:90 authfail:5 noauth:1 ${since1003}grace-exceeded:10 ${refused}max:600 min:15 max-sources4:65536 max-sources6:65536 overflow:permissive overflow6:permissive`;
}

/** What changed from one version to the other, or differs between builds. */
const varying: Readonly<Record<string, (build: SshdBuild) => string>> = {
  challengeresponseauthentication: () => "yes",
  // Up to 8.6 switched on by ChallengeResponseAuthentication alone.
  kbdinteractiveauthentication: ({ version }) => (version < 807 ? "no" : "yes"),
  gssapikexalgorithms: gssKex,
  hostkey: ({ version }) => hostKeys(version < 708),
  ipqos: ({ version, vendor }) => {
    if (version >= 1001) return "ef cs0";
    if (vendor !== "debian") return version >= 708 ? "af21 cs1" : "lowdelay throughput";
    return version >= 1000 ? "ef cs1" : "lowdelay throughput";
  },
  persourcepenalties: ({ version }) => penalties(version),
  pubkeyauthoptions: ({ version }) => (version >= 1006 ? "none max-pk-ok:6" : "none"),
};

/** Keywords whose default we can name though the version is not known: it has always been the same. */
export function sameInAllVersions(name: string): boolean {
  return Object.hasOwn(constant, lowerCase(name));
}

/** The value in force where nothing sets the keyword; lists of algorithms are put together elsewhere. */
export function defaultOf(name: string, build: SshdBuild): string | undefined {
  const key = lowerCase(name);
  const kind = algorithmKeywords.get(key);
  if (kind !== undefined) return algorithms(kind, build).defaults.join(",");
  const change = Object.hasOwn(varying, key) ? varying[key] : undefined;
  return change === undefined ? (Object.hasOwn(constant, key) ? constant[key] : undefined) : change(build);
}
