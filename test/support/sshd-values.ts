// Values of sshd's keywords for random configurations: good ones mostly, some that sshd refuses.
import fc from "fast-check";

const yes = ["yes", "no", "YES", "No"];
const forwarding = ["yes", "no", "local", "remote", "all"];
const times = ["0", "30", "120", "1m", "2h", "1m30s", "1d2h", "1w"];
const numbers = ["0", "1", "4", "6", "10", "100", "007", "+3"];
const ciphers = [
  "aes128-ctr",
  "aes256-gcm@openssh.com",
  "chacha20-poly1305@openssh.com",
  "3des-cbc",
  "aes256-cbc",
];
const macs = [
  "hmac-sha2-256",
  "hmac-sha2-512-etm@openssh.com",
  "umac-64@openssh.com",
  "hmac-md5",
  "hmac-sha1",
];
const kex = [
  "curve25519-sha256",
  "ecdh-sha2-nistp256",
  "diffie-hellman-group14-sha1",
  "diffie-hellman-group16-sha512",
];
const keys = [
  "ssh-ed25519",
  "ssh-rsa",
  "rsa-sha2-512",
  "ecdsa-sha2-nistp256",
  "ssh-ed25519-cert-v01@openssh.com",
];

/** A list with a sign in front, or not; patterns where signs allow them. */
function algorithms(names: readonly string[], wild: readonly string[]): fc.Arbitrary<string> {
  const list = (from: readonly string[]) =>
    fc.array(fc.constantFrom(...from), { minLength: 1, maxLength: 4 }).map((found) => found.join(","));
  return fc.oneof(
    { weight: 4, arbitrary: list(names) },
    { weight: 2, arbitrary: list(names).map((found) => `+${found}`) },
    { weight: 2, arbitrary: list(names).map((found) => `^${found}`) },
    { weight: 3, arbitrary: list([...names, ...wild, "no-such-name"]).map((found) => `-${found}`) },
    { weight: 1, arbitrary: list([...names, ...wild]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("-*", "+none-such", "aes*", "*", "-", "+", "a,,b", "!aes128-ctr"),
    },
  );
}

export const from = (values: readonly string[]) => fc.constantFrom(...values);
const someOf = (values: readonly string[]) =>
  fc.array(from(values), { minLength: 1, maxLength: 3 }).map((found) => found.join(" "));

const users = [
  "alice",
  "bob@10.0.0.0/8",
  "root",
  "deploy*",
  "!mallory",
  "carol@*.example.org",
  "x@10.0.0.1/8",
];
const files = ["/etc/banner", "none", "~/x", "/a b", "%h/.ssh/keys", "NONE"];

/** Keyword -> values, good ones mostly. Grouped by what takes the same. */
export const values: readonly (readonly [readonly string[], fc.Arbitrary<string>])[] = [
  [
    [
      "PasswordAuthentication",
      "PubkeyAuthentication",
      "KbdInteractiveAuthentication",
      "ChallengeResponseAuthentication",
      "PermitEmptyPasswords",
      "X11Forwarding",
      "X11UseLocalhost",
      "AllowAgentForwarding",
      "HostbasedAuthentication",
      "DisableForwarding",
      "PermitTTY",
      "PermitUserRC",
      "StreamLocalBindUnlink",
      "HostbasedUsesNameFromPacketOnly",
      "GSSAPIAuthentication",
      "KerberosAuthentication",
    ],
    from(yes),
  ],
  [
    [
      "UsePAM",
      "StrictModes",
      "TCPKeepAlive",
      "KeepAlive",
      "UseDNS",
      "PrintMotd",
      "PrintLastLog",
      "IgnoreUserKnownHosts",
      "DSAAuthentication",
      "GSSAPIStrictAcceptorCheck",
      "DebianBanner",
    ],
    from(yes),
  ],
  [
    ["PermitRootLogin"],
    from(["yes", "no", "prohibit-password", "without-password", "forced-commands-only", "NO"]),
  ],
  [["IgnoreRhosts"], from([...yes, "shosts-only"])],
  [["AllowTcpForwarding", "AllowStreamLocalForwarding"], from(forwarding)],
  [["GatewayPorts"], from([...yes, "clientspecified"])],
  [["Compression"], from([...yes, "delayed"])],
  [["PermitTunnel"], from(["yes", "no", "point-to-point", "ethernet"])],
  [["AddressFamily"], from(["any", "inet", "inet", "inet6"])],
  [["LogLevel"], from(["INFO", "verbose", "QUIET", "DEBUG1", "debug", "DEBUG3", "SILENT", "FATAL"])],
  [["SyslogFacility"], from(["AUTH", "authpriv", "LOCAL3", "DAEMON", "USER"])],
  [["LoginGraceTime", "ClientAliveInterval"], from(times)],
  [["MaxAuthTries", "MaxSessions", "ClientAliveCountMax", "X11DisplayOffset"], from(numbers)],
  [
    ["MaxStartups"],
    from(["10:30:60", "5", "10:30:100", "1:1:1", "200:30:60", "10:30", "0", "10:101:60", "10x"]),
  ],
  [["Port"], from(["22", "2222", "0022", "65535", "0", "65536", "ssh"])],
  [
    ["ListenAddress"],
    from(["0.0.0.0", "::", "127.0.0.1:2200", "[::1]:22", "10.1", "[10.0.0.1]", "::1", "0:22:x"]),
  ],
  [["HostKey"], from(["/etc/ssh/ssh_host_rsa_key", "none", "/k"])],
  [["AllowUsers", "DenyUsers"], someOf(users)],
  [["AllowGroups", "DenyGroups"], someOf(["sudo", "wheel", "ad*", "!x"])],
  [["AcceptEnv"], someOf(["LANG", "LC_*", "FOO", "A=B"])],
  [["SetEnv"], someOf(["A=1", "B=2", "A=3", '"C=x y"', "D"])],
  [["AuthorizedKeysFile"], someOf([".ssh/authorized_keys", "/etc/keys/%u", "none", "~/k"])],
  [
    ["Banner", "PidFile", "TrustedUserCAKeys", "RevokedKeys", "XAuthLocation", "HostKeyAgent"],
    from(files.filter((name) => name.startsWith("/") || /none/i.test(name))),
  ],
  [
    ["ChrootDirectory", "AuthorizedPrincipalsFile", "AuthorizedKeysCommandUser"],
    from(["/var/empty", "%h", "none", "nobody"]),
  ],
  [["AuthorizedKeysCommand", "AuthorizedPrincipalsCommand"], from(["/usr/bin/keys %u", "none", "keys"])],
  [["ForceCommand"], from(["internal-sftp", "none", "/bin/echo 'a b'", "x # y", '"a" b'])],
  [["VersionAddendum"], from(["none", "node x", "a # b"])],
  [
    ["AuthenticationMethods"],
    someOf(["publickey", "publickey,password", "any", "publickey,keyboard-interactive:pam", "magic"]),
  ],
  [["PermitOpen"], someOf(["any", "none", "localhost:80", "[::1]:443", "*:*", "host"])],
  [["PermitListen"], someOf(["any", "none", "8080", "localhost:80", "*"])],
  [["RekeyLimit"], from(["default", "1G", "512m 1h", "1G none", "15", "1.5K 30", "default 10m"])],
  [["IPQoS"], from(["af21", "ef cs0", "0x10", "none", "lowdelay throughput", "300", "8"])],
  [["StreamLocalBindMask"], from(["0177", "077", "999", "8", "0x"])],
  [["PermitUserEnvironment"], from([...yes, "LANG,LC_*"])],
  [["FingerprintHash"], from(["sha256", "MD5", "sha3"])],
  [
    ["Subsystem"],
    from(["sftp /usr/lib/sftp-server", "sftp internal-sftp -l INFO", "other /bin/x", "lonely"]),
  ],
  [["Ciphers"], algorithms(ciphers, ["aes*", "*-cbc"])],
  [["MACs"], algorithms(macs, ["hmac-*", "*-etm@openssh.com"])],
  [["KexAlgorithms"], algorithms(kex, ["ecdh-*", "diffie-hellman-group1?-*"])],
  [
    ["HostKeyAlgorithms", "PubkeyAcceptedKeyTypes", "HostbasedAcceptedKeyTypes"],
    algorithms(keys, ["ssh-*", "*-cert-v01@openssh.com", "RSA"]),
  ],
];

/** Keywords that came later, each with the version that has it. */
export const later: readonly (readonly [string, number, readonly string[]])[] = [
  ["PubkeyAcceptedAlgorithms", 805, ["+ssh-rsa", "ssh-ed25519,rsa-sha2-512", "-ssh-*"]],
  ["CASignatureAlgorithms", 709, ["+ssh-rsa", "ssh-ed25519", "^rsa-sha2-512"]],
  ["ModuliFile", 806, ["/etc/moduli"]],
  ["LogVerbose", 805, ["none", "a.c:b():*", "none x"]],
  ["PerSourceMaxStartups", 805, ["none", "5", "x"]],
  ["PerSourceNetBlockSize", 805, ["24:64", "32:128", "33:1"]],
  ["PubkeyAuthOptions", 802, ["none", "touch-required", "touch-required verify-required", "bad"]],
  ["RequiredRSASize", 901, ["2048", "3072"]],
  ["ChannelTimeout", 902, ["none", "session=5m x11=1h", "session", "none a=1"]],
  ["UnusedConnectionTimeout", 902, ["none", "5m", "0"]],
  ["PerSourcePenalties", 908, ["no", "yes", "crash:1m max:1h", "overflow:deny-all", "x:1"]],
  ["RefuseConnection", 909, ["yes", "no"]],
  ["PAMServiceName", 908, ["sshd-x"]],
  ["SecurityKeyProvider", 802, ["internal", "/lib/x.so"]],
];
