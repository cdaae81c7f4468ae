// Every keyword of sshd_config(5) from OpenSSH 7.4 on: how its words are read, where it may stand, since when it is there.
import { algorithmWord, gssKexWord } from "./algorithms.js";
import type { SshdBuild } from "./build.js";
import { ipQos } from "./reader-ipqos.js";
import { exemptList, penalties } from "./reader-penalties.js";
import { time } from "./reader-time.js";
import * as readers from "./readers.js";
import * as lists from "./readers-lists.js";
import {
  asWritten,
  choice,
  exactly,
  flag,
  integer,
  one,
  path,
  problem,
  type Reader,
  yesNo,
} from "./reading.js";

/** `global`: not inside a Match block. */
export type Place = "global" | "anywhere";

export interface Keyword {
  /** As the manual writes it. */
  readonly name: string;
  readonly place: Place;
  readonly read: Reader;
  /** Read and forgotten: the keyword had a meaning once, or is not built in. */
  readonly void?: true;
  readonly since?: number;
  /** The first version without it. */
  readonly until?: number;
  readonly vendors?: readonly SshdBuild["vendor"][];
  /** Only where GSSAPI and Kerberos are built in. */
  readonly gssapi?: true;
}

type Rules = Omit<Keyword, "name" | "place" | "read">;

function row(name: string, place: Place, read: Reader, rules: Rules = {}): Keyword {
  return { name, place, read, ...rules };
}

const forwarding = one(choice({ yes: "yes", all: "yes", no: "no", remote: "remote", local: "local" }));
const rootLogin = one(
  choice({
    yes: "yes",
    no: "no",
    "prohibit-password": "prohibit-password",
    "without-password": "prohibit-password",
    "forced-commands-only": "forced-commands-only",
  }),
);
const facilities = [
  "DAEMON",
  "USER",
  "AUTH",
  "AUTHPRIV",
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `LOCAL${n}`),
];
const facility = one(choice(Object.fromEntries(facilities.map((name) => [name.toLowerCase(), name]))));
const levels = ["QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG2", "DEBUG3"];
const level: Reader = (input) => {
  const names = Object.fromEntries(levels.map((name) => [name.toLowerCase(), name]));
  const debian = input.build.vendor === "debian" ? { silent: "QUIET" } : {};
  return one(choice({ ...names, debug1: "DEBUG", ...debian }))(input);
};
const rhosts: Reader = (input) => {
  if (input.build.version < 803) return flag(input);
  return one(choice({ yes: "yes", no: "no", "shosts-only": "shosts-only" }))(input);
};
const keepAlive: Reader = (input) => {
  if (input.build.version < 1006) return flag(input);
  return one(choice({ yes: "yes", transport: "yes", true: "yes", no: "no", false: "no", all: "all" }))(input);
};
const digests = one(
  choice({ md5: "MD5", sha1: "SHA1", sha256: "SHA256", sha384: "SHA384", sha512: "SHA512" }),
  "last",
);
/** Since 8.4 sshd says that Linux has no routing domains, whatever the word. */
const routingDomain: Reader = (input) =>
  input.build.version >= 804 ? problem("routing domains are not supported on Linux") : one(asWritten)(input);
const revoked: Reader = (input) => (input.build.version >= 1003 ? lists.keysFiles : one(path))(input);

const g = "global";
const a = "anywhere";
const gss: Rules = { gssapi: true };

const rows: readonly Keyword[] = [
  row("AcceptEnv", a, lists.acceptEnv),
  row("AddressFamily", g, one(choice({ inet: "inet", inet6: "inet6", any: "any" }))),
  row("AgentSocketPath", a, one(asWritten), { since: 1006 }),
  row("AllowAgentForwarding", a, flag),
  row("AllowGroups", a, lists.groups),
  row("AllowStreamLocalForwarding", a, forwarding),
  row("AllowTcpForwarding", a, forwarding),
  row("AllowUsers", a, lists.users),
  row("AuthenticationMethods", a, lists.authenticationMethods),
  row("AuthorizedKeysCommand", a, readers.keysCommand),
  row("AuthorizedKeysCommandUser", a, one(asWritten)),
  row("AuthorizedKeysFile", a, lists.keysFiles),
  row("AuthorizedPrincipalsCommand", a, readers.principalsCommand),
  row("AuthorizedPrincipalsCommandUser", a, one(asWritten)),
  row("AuthorizedPrincipalsFile", a, readers.principalsFile),
  row("Banner", a, one(path)),
  row("CASignatureAlgorithms", a, one(algorithmWord("signature")), { since: 709 }),
  row("ChannelTimeout", a, lists.channelTimeouts, { since: 902 }),
  row("ChrootDirectory", a, one(asWritten)),
  row("Ciphers", g, one(algorithmWord("cipher"))),
  row("ClientAliveCountMax", a, one(integer)),
  row("ClientAliveInterval", a, one(time)),
  row("Compression", g, one(choice({ yes: "yes", delayed: "yes", no: "no" }))),
  row("DebianBanner", g, one(yesNo), { vendors: ["debian"] }),
  row("DenyGroups", a, lists.groups),
  row("DenyUsers", a, lists.users),
  row("DisableForwarding", a, flag),
  row("ExposeAuthInfo", a, flag, { since: 706 }),
  row("FingerprintHash", g, digests),
  row("ForceCommand", a, readers.forceCommand),
  row("GatewayPorts", a, one(choice({ clientspecified: "clientspecified", yes: "yes", no: "no" }))),
  row("GSSAPIAuthentication", a, flag, gss),
  row("GSSAPICleanupCredentials", g, flag, gss),
  row("GSSAPIDelegateCredentials", g, flag, { ...gss, since: 1003 }),
  row("GSSAPIKexAlgorithms", g, one(gssKexWord), { ...gss, since: 709 }),
  row("GSSAPIKeyExchange", g, flag, gss),
  row("GSSAPIStoreCredentialsOnRekey", g, flag, gss),
  row("GSSAPIStrictAcceptorCheck", g, flag, gss),
  row("HostbasedAcceptedAlgorithms", a, one(algorithmWord("key"))),
  row("HostbasedAuthentication", a, flag),
  row("HostbasedUsesNameFromPacketOnly", a, flag),
  row("HostCertificate", g, readers.hostKey),
  row("HostKey", g, readers.hostKey),
  row("HostKeyAgent", g, readers.hostKeyAgent),
  row("HostKeyAlgorithms", g, one(algorithmWord("key"))),
  row("IgnoreUserKnownHosts", g, flag),
  row("IPQoS", a, ipQos),
  row("KbdInteractiveAuthentication", a, flag),
  row("KerberosAuthentication", a, flag, gss),
  row("KerberosOrLocalPasswd", g, flag, gss),
  row("KerberosTicketCleanup", g, flag, gss),
  row("KexAlgorithms", g, one(algorithmWord("kex"))),
  row("ListenAddress", g, readers.listenAddress),
  row("LoginGraceTime", g, one(time)),
  row("LogLevel", a, level),
  row("LogVerbose", a, lists.logVerbose, { since: 805 }),
  row("MACs", g, one(algorithmWord("mac"))),
  row("MaxAuthTries", a, one(integer)),
  row("MaxSessions", a, one(integer)),
  row("MaxStartups", g, readers.maxStartups),
  row("ModuliFile", g, one(path), { since: 806 }),
  row("PAMServiceName", a, one(asWritten), { since: 908 }),
  row("PasswordAuthentication", a, flag),
  row("PermitEmptyPasswords", a, flag),
  row("PermitListen", a, lists.permitListen, { since: 708 }),
  row("PermitOpen", a, lists.permitOpen),
  row("PermitRootLogin", a, rootLogin),
  row("PermitTTY", a, flag),
  row("PermitTunnel", a, one(exactly(["no", "point-to-point", "ethernet", "yes"]))),
  row("PermitUserEnvironment", g, lists.userEnvironment),
  row("PermitUserRC", a, flag),
  row("PerSourceMaxStartups", g, readers.perSourceMaxStartups, { since: 805 }),
  row("PerSourceNetBlockSize", g, readers.netBlockSize, { since: 805 }),
  row("PerSourcePenalties", g, penalties, { since: 908 }),
  row("PerSourcePenaltyExemptList", g, one(exemptList), { since: 908 }),
  row("PidFile", g, one(path)),
  row("Port", g, readers.port),
  row("PrintLastLog", g, flag),
  row("PrintMotd", g, flag),
  row("PubkeyAcceptedAlgorithms", a, one(algorithmWord("key"))),
  row("PubkeyAuthentication", a, flag),
  row("PubkeyAuthOptions", a, lists.pubkeyOptions, { since: 802 }),
  row("RDomain", a, routingDomain, { since: 707 }),
  row("RefuseConnection", a, flag, { since: 909 }),
  row("RekeyLimit", a, readers.rekeyLimit),
  row("RequiredRSASize", a, one(integer), { since: 901 }),
  row("RevokedKeys", a, revoked),
  row("SecurityKeyProvider", g, readers.keyProvider, { since: 802 }),
  row("SetEnv", a, lists.setEnv, { since: 708 }),
  row("SshdAuthPath", g, one(path), { since: 1000 }),
  row("SshdSessionPath", g, one(path), { since: 908 }),
  row("StreamLocalBindMask", a, readers.bindMask),
  row("StreamLocalBindUnlink", a, flag),
  row("StrictModes", g, flag),
  row("Subsystem", g, lists.subsystem, { until: 905 }),
  row("Subsystem", a, lists.subsystem, { since: 905 }),
  row("SyslogFacility", g, facility),
  row("TCPKeepAlive", g, keepAlive),
  row("TrustedUserCAKeys", a, one(path)),
  row("UnusedConnectionTimeout", a, readers.timeOrNone, { since: 902 }),
  row("UseDNS", g, flag),
  row("UsePAM", g, flag),
  row("VersionAddendum", g, readers.versionAddendum),
  row("WarnWeakCrypto", a, keepAlive, { since: 1006 }),
  row("X11DisplayOffset", a, one(integer)),
  row("X11Forwarding", a, flag),
  row("X11UseLocalhost", a, flag),
  row("XAuthLocation", g, one(path)),
  row("IgnoreRhosts", g, rhosts, { until: 803 }),
  row("IgnoreRhosts", a, rhosts, { since: 803 }),
  row("ChallengeResponseAuthentication", g, flag, { until: 807 }),
];

export { rows as keywordRows };
