// Configurations of sshd by hand: each thing that people and programs have been seen to get wrong. For comparison with
// the real program; what is right is what sshd does.
import type { MemoryFiles, MemoryNode } from "../../src/host/memory.js";

export interface Case {
  readonly files: MemoryFiles;
  /** The version that has it; earlier ones are not asked. */
  readonly since?: number;
}

const main = "/etc/ssh/sshd_config";

function alone(...texts: readonly string[]): readonly Case[] {
  return texts.map((text) => ({ files: { [main]: text } }));
}

/** `Include sshd_config.d/*.conf` at the top, and the parts. */
function parts(text: string, files: Readonly<Record<string, string | MemoryNode>>): Case {
  const laid = Object.entries(files).map(([name, part]) => [`/etc/ssh/sshd_config.d/${name}`, part] as const);
  return {
    since: 802,
    files: { [main]: `Include /etc/ssh/sshd_config.d/*.conf\n${text}`, ...Object.fromEntries(laid) },
  };
}

const spelling = alone(
  "",
  "\n\n",
  "Port 22",
  "Port 22\r\nX11Forwarding no\r\n",
  "\ufeffPort 22\n",
  "\u00a0Port 22\n",
  "Port\u00a022\n",
  "PORT=22\nport = 2222\nPort\t\t2223\n",
  "PermitRootLogin=no # comment\n",
  "PermitRootLogin no#comment\n",
  'Banner "/etc/a b"\n',
  "Banner '/etc/a b'\n",
  "Banner /etc/a\\ b\n",
  'Banner "/etc/a\n',
  'Banner /etc/"a b"/c\n',
  '"PermitRootLogin" "no"\n',
  '"PermitRootLogin no\nPort 22\n',
  "PermitRootLogin\n",
  "PermitRootLogin \n",
  'PermitRootLogin ""\n',
  "=Port 22\n",
  "= Port 22\n",
  "Port 22 #\n#\n # \n",
  "\fPort 22\n",
  "Port 22\f\n",
  "Port 22 \u2028\n",
  "X11Forwarding no\nX11Forwarding yes\n",
  "Banner /a\0x\n/b\n",
);

/** What older versions overflow on. */
const numbers = alone(
  `Banner /${"a".repeat(5000)}\n`,
  "LoginGraceTime 99999999999\n",
  "MaxAuthTries 2147483648\n",
  "MaxAuthTries -1\n",
).map((one) => ({ ...one, since: 807 }));

const values = alone(
  "Subsystem sftp internal-sftp\nSubsystem sftp other\n",
  "Subsystem sftp internal-sftp\nSubsystem SFTP other\n",
  'Subsystem sftp "/a b/sftp" -l "x y"\n',
  "MACs -*\n",
  "MACs -hmac-*,umac-*\nCiphers -*\n",
  "MACs +none-such\n",
  "KexAlgorithms -no-such,diffie-*\n",
  "HostKeyAlgorithms RSA\n",
  "HostKeyAlgorithms ssh-ed25519,RSA\n",
  "HostKeyAlgorithms *-cert-v01@openssh.com,!ssh-rsa*\n",
  "PubkeyAcceptedKeyTypes +ssh-rsa\nHostbasedAcceptedKeyTypes ^ssh-rsa\n",
  "Ciphers aes128-ctr,,rot13\n",
  "Ciphers ,aes128-ctr\n",
  "Ciphers +\n",
  "Ciphers ^aes128-ctr,aes128-ctr\n",
  "LoginGraceTime 1h30m\nClientAliveInterval 1w1d1h1m1s\n",
  "LoginGraceTime 1m 30s\n",
  'LoginGraceTime "1m 30s"\n',
  "LoginGraceTime -1\n",
  "MaxAuthTries 2147483647\n",
  "MaxStartups 10:30:60\nMaxStartups 5\n",
  "MaxStartups 10:0:60\n",
  "MaxStartups 60:30:10\n",
  "RekeyLimit 1G 1h\nRekeyLimit 2G 2h\n",
  "RekeyLimit default none\nRekeyLimit 1G 1h\n",
  "RekeyLimit 8E\n",
  "RekeyLimit 1.5.5G\n",
  "IPQoS 0x20 af11\n",
  "IPQoS none\nIPQoS ef\n",
  "StreamLocalBindMask 0\nStreamLocalBindMask 777\n",
  "PermitUserEnvironment YES\n",
  "PermitUserEnvironment A,B*\n",
  "ListenAddress 127.1\nListenAddress ::1\nPort 1\nPort 2\n",
  "ListenAddress [::ffff:10.0.0.1]:22\n",
  "AddressFamily inet\nListenAddress ::1\n",
  "AddressFamily inet6\nListenAddress 0.0.0.0\n",
  "Port 22\nListenAddress 10.0.0.1:2200\n",
  "AuthorizedKeysCommand /bin/x\n",
  "AuthorizedKeysCommand /bin/x\nAuthorizedKeysCommandUser nobody\n",
  "AuthorizedPrincipalsCommand /bin/a\nAuthorizedPrincipalsCommand /bin/b\nAuthorizedPrincipalsCommandUser nobody\n",
  "AuthenticationMethods publickey,password password\nPasswordAuthentication no\n",
  "AuthenticationMethods password\nPasswordAuthentication no\n",
  "AuthenticationMethods any\nAuthenticationMethods publickey\n",
  "AuthenticationMethods publickey any\n",
  "AuthorizedKeysFile none\nBanner NONE\nChrootDirectory none\nForceCommand none\n",
  "AuthorizedKeysFile ~/x ~root/y\n",
  "AuthorizedKeysFile ~nosuchuser/y\n",
  "VersionAddendum x # y\n",
  "VersionAddendum none\n",
  "ForceCommand echo # y\n",
  "LogLevel SILENT\n",
  "SetEnv A=1 B=2\nSetEnv C=3\n",
  'SetEnv "A=b c"\n',
  "AcceptEnv A\nAcceptEnv B C # D\n",
  "AllowUsers a@10.0.0.0/8,!10.0.0.1 b\nDenyUsers c\n",
  "AllowUsers a@10.0.0.1/8\n",
  "PermitOpen none\nPermitOpen any\n",
  'PermitOpen a:1 ""\nPermitListen 8080 "" \n',
  'PermitListen 8080 "" 9090\n',
  "PermitOpen [::1]:22 *:*\n",
  "Protocol 2,1\nUseLogin yes\nKeyRegenerationInterval 1h\nServerKeyBits 1024\nRSAAuthentication yes\nRhostsRSAAuthentication no\nUsePrivilegeSeparation sandbox\n",
  "ChallengeResponseAuthentication no\n",
  "ChallengeResponseAuthentication no\nKbdInteractiveAuthentication yes\n",
  "SkeyAuthentication no\n",
  "KeepAlive no\nDSAAuthentication no\nHostDSAKey /k\n",
  "GSSAPICleanupCreds no\nKerberosGetAFSToken yes\nGSSAPIUseSessionCredCache yes\n",
  "RDomain %D\n",
);

const matches = alone(
  "Match all\nX11Forwarding yes\n",
  "X11Forwarding no\nMatch all\nX11Forwarding yes\nPort 2222\n",
  "Match User root\nX11Forwarding yes\nMatch all\nX11Forwarding no\n",
  "Match User root,daemon\nX11Forwarding yes\nMatch User root\nX11Forwarding no\nX11DisplayOffset 5\n",
  "Match User !root\nX11Forwarding yes\n",
  "Match User *,!root\nX11Forwarding yes\n",
  "Match Group root\nX11Forwarding yes\nMatch Group daemon\nPermitTTY no\n",
  "Match Address 10.0.0.0/8\nX11Forwarding yes\nMatch Address 2001:db8::/32,192.0.2.0/24\nPermitTTY no\n",
  "Match Address 10.0.0.1/8\n",
  "Match Address 10.0.0.*,x\nX11Forwarding yes\n",
  "Match LocalAddress 10.0.0.0/8 LocalPort 22\nX11Forwarding yes\n",
  "Match LocalPort none\n",
  "Match LocalPort ssh\nX11Forwarding yes\n",
  "Match LocalPort 65535\nMatch LocalPort +22\nX11Forwarding yes\n",
  "Match LocalPort 65536\n",
  "Match Host *.EXAMPLE.org\nX11Forwarding yes\n",
  "Match User root # Address 10.0.0.0/8\nX11Forwarding yes\n",
  "Match User\n",
  "Match\n",
  "Match # x\n",
  "Match all user root\n",
  "Match user root all\n",
  "Match exec /bin/true\n",
  "Match invalid-user\nX11Forwarding yes\n",
  "Match User=root\nX11Forwarding yes\n",
  'Match User "root" Address "10.0.0.0/8"\nX11Forwarding yes\n',
  "Match User root\nPort 22\n",
  "Match User root\nUsePAM no\n",
  "Match User root\nNonsense no\n",
  "Match User root\nProtocol 2\n",
  "Match User root\nAllowUsers root\nMatch User daemon\nAllowUsers x y\nAllowUsers z\n",
  "AllowUsers a\nMatch User root\nAllowUsers b\n",
  "Banner /a\nMatch User root\nBanner none\n",
  "PubkeyAcceptedKeyTypes ssh-ed25519\nMatch User root\nPubkeyAcceptedKeyTypes +ssh-rsa\n",
  "RekeyLimit 1G 1h\nMatch User root\nRekeyLimit 2G\n",
  "AuthenticationMethods publickey\nMatch User root\nAuthenticationMethods any\n",
  "Match User root\nAuthenticationMethods magic\n",
  "Match User root\nForceCommand none\nMatch User daemon\nForceCommand /bin/x\n",
  "IPQoS af11\nMatch User root\nIPQoS af12\nIPQoS af13\n",
  "Match User root\n",
  "Match User root\nSubsystem sftp x\n",
);

const includes: readonly Case[] = [
  parts("PasswordAuthentication no\n", {
    "50-cloud-init.conf": "PasswordAuthentication yes\n",
    "99-x.conf": "PasswordAuthentication no\n",
  }),
  parts("X11Forwarding yes\n", { "a.conf": "Match User root\nX11Forwarding no\n" }),
  parts("PermitTTY yes\n", { "a.conf": "Match User root\n", "b.conf": "PermitTTY no\n" }),
  parts("", {
    "Z.conf": "Port 1\n",
    "a.conf": "Port 2\n",
    "10.conf": "Port 3\n",
    ".h.conf": "Port 4\n",
    "x.conf~": "Port 5\n",
  }),
  parts("", { "z.conf": { link: "/etc/ssh/nowhere" } }),
  parts("", { "z.conf": { link: "/etc/ssh/real" } }),
  parts("", { "z.conf": { kind: "directory" } }),
  parts("", { "z.conf": { link: "/dev/null" } }),
  parts("", { "z.conf": { kind: "fifo" } }),
  parts("", { "z.conf": "Nonsense yes\n" }),
  parts("Match User root\nInclude extra.conf\nX11DisplayOffset 7\n", {}),
  parts("Include /etc/ssh/sshd_config\n", {}),
  parts("Include sshd_config.d/a.conf\nInclude sshd_config.d/a.conf\n", { "a.conf": "Port 5\n" }),
  parts("Include\n", {}),
  parts('Include ""\n', {}),
  parts("Include ~/x /nowhere/*.conf relative*.conf\n", {}),
  parts("Include /etc/ssh/[[:alpha:]]*.x /etc/ssh/?.y /etc/ssh/\\*.z\n", {}),
].map((one, index) => ({
  ...one,
  // Version 8.2 looks for relative names in the wrong folder, and 8.3 with it.
  since: /Include (?:extra|sshd_config\.d|~)/.test(String(one.files[main])) ? 804 : 802,
  files: {
    ...one.files,
    ...(index === 5 ? { "/etc/ssh/real": "Port 77\n" } : {}),
    "/etc/ssh/extra.conf": "X11Forwarding no\nMatch Address 10.0.0.0/8\nX11Forwarding yes\nPermitTTY no\n",
    "/etc/ssh/ab.x": "Port 11\n",
    "/etc/ssh/1b.x": "Port 12\n",
    "/etc/ssh/q.y": "Port 13\n",
    "/etc/ssh/*.z": "Port 14\n",
    "/etc/ssh/r.z": "Port 15\n",
  },
}));

export const corpus: readonly Case[] = [...spelling, ...numbers, ...values, ...matches, ...includes];
