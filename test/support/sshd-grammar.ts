// Random sshd configurations: mostly good lines in odd spelling, some bad ones. For comparison with the real program.
import fc from "fast-check";

/** A configuration as files by name; `main` is the first that is read. */
export type Generated = Readonly<Record<string, string>>;

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

const from = (values: readonly string[]) => fc.constantFrom(...values);
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
const values: readonly (readonly [readonly string[], fc.Arbitrary<string>])[] = [
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
const later: readonly (readonly [string, number, readonly string[]])[] = [
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

const separators = from([" ", " ", " ", "\t", "  ", "=", " = ", "= ", " =", " \t "]);
const endings = fc.oneof(
  { weight: 12, arbitrary: fc.constant("") },
  { weight: 3, arbitrary: from([" ", "\t", " # why", "  # a \"b\" 'c'", "\r", " \f", " #"]) },
  { weight: 1, arbitrary: from([" extra", ' ""', " 'x", '"', "#glued"]) },
);

function spelt(keyword: string): fc.Arbitrary<string> {
  return from([keyword, keyword, keyword.toLowerCase(), keyword.toUpperCase(), `"${keyword}"`]);
}

/** The value as it is, or in quotes. */
function dressed(value: string): fc.Arbitrary<string> {
  const plain = { weight: 10, arbitrary: fc.constant(value) };
  if (/["' ]/.test(value)) return fc.oneof(plain);
  const escaped = `${value.slice(0, 1)}"${value.slice(1)}"`;
  return fc.oneof(plain, { weight: 3, arbitrary: from([`"${value}"`, `'${value}'`, escaped]) });
}

function setting(version: number): fc.Arbitrary<string> {
  const rows = [
    ...values,
    ...later
      .filter(([, since]) => version >= since)
      .map(([keyword, , words]) => [[keyword], from(words)] as const),
  ];
  const pairs = fc.oneof(
    ...rows.map(([names, value]) => ({ weight: names.length, arbitrary: fc.tuple(from(names), value) })),
  );
  return pairs
    .chain(([keyword, value]) => fc.tuple(spelt(keyword), separators, dressed(value), endings))
    .map(([keyword, separator, value, ending]) => `${keyword}${separator}${value}${ending}`);
}

const oddLines = from([
  "",
  "# PermitRootLogin yes",
  "   ",
  "\t# note",
  "Protocol 2",
  "UsePrivilegeSeparation sandbox",
  "RSAAuthentication yes",
  "ServerKeyBits 1024",
  '"unclosed yes',
  "Include /nowhere/*.conf",
]);

const badLines = from([
  "NoSuchKeyword yes",
  "PermitRootLogin",
  "PermitRootLogin maybe",
  "\u00a0PermitRootLogin no",
  "Port twenty",
  "PermitTunnel YES",
  "MaxAuthTries six",
  "X11Forwarding = = yes",
  "Banner",
  "RDomain %D",
]);

export const accounts = ["root", "daemon", "nosuch"];

const criteria = fc.oneof(
  from(["User root", "User alice,bob", "User !root,*", "user dae*", "USER root", "User=root"]),
  from(["Group root", "Group daemon,!root", "Group nosuch"]),
  from([
    "Address 10.0.0.0/8",
    "Address 192.0.2.7,!10.0.0.1",
    "Address *.7",
    "Address 10.1.2.3/8",
    "Address 2001:db8::/32",
  ]),
  from(["Host *.example.org", "Host HOST.example.org", "Host !a,*"]),
  from(["LocalPort 22", "LocalPort 2222", "LocalAddress 127.0.0.1", "LocalAddress 10.0.0.0/9"]),
);

const matches = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(criteria, { minLength: 1, maxLength: 2 }).map((found) => `Match ${found.join(" ")}`),
  },
  { weight: 2, arbitrary: from(["Match all", "match ALL", "Match All # everybody"]) },
  {
    weight: 1,
    arbitrary: from([
      "Match",
      "Match user",
      "Match all user root",
      "Match exec /bin/true",
      "Match invalid-user",
      "Match Usr x",
    ]),
  },
);

function body(version: number, include: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const line = fc.oneof(
    { weight: 60, arbitrary: setting(version) },
    { weight: 8, arbitrary: oddLines },
    { weight: 1, arbitrary: badLines },
    { weight: 6, arbitrary: matches },
    { weight: version >= 802 ? 5 : 0, arbitrary: include },
  );
  return fc
    .tuple(fc.array(fc.tuple(from(["", "", "", "  ", "\t"]), line), { maxLength: 12 }), fc.boolean())
    .map(([lines, end]) => lines.map(([indent, text]) => indent + text).join("\n") + (end ? "\n" : ""));
}

/** `dir` is where the files lie, for their Include lines. */
export function configuration(dir: string, version: number): fc.Arbitrary<Generated> {
  const names = ["d/10-a.conf", "d/20-b.conf", "d/Z.conf", "e.conf"];
  const include = from([
    `Include ${dir}/d/*.conf`,
    `Include ${dir}/d/10-?.conf`,
    `include "${dir}/d/[A-Z]*.conf"`,
    `Include ${dir}/e.conf ${dir}/d/20-b.conf`,
    `Include ${dir}/missing.conf # nothing`,
    `Include ${dir}/*/*.conf`,
    `INCLUDE=${dir}/e.conf`,
  ]);
  const parts = fc.tuple(
    ...names.map(() => fc.oneof(fc.constant(undefined), body(version, fc.constant("# none")))),
  );
  return fc.tuple(body(version, include), parts).map(([main, texts]) =>
    Object.fromEntries([
      ["main", main],
      ...names.flatMap((name, index) => {
        const text = texts[index];
        return text === undefined ? [] : [[name, text]];
      }),
    ]),
  );
}
