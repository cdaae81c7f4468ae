// Random sshd configurations of another kind: few settings, many Match blocks with several criteria and odd patterns, and
// Includes in each other, in blocks and of folders. For comparison with the real program.
import fc from "fast-check";
import { type Generated, main } from "./sshd-grammar.js";

type Text = fc.Arbitrary<string>;

const pick = (...choices: readonly string[]): Text => fc.constantFrom(...choices);
const parts = (...texts: readonly Text[]): Text => fc.tuple(...texts).map((found) => found.join(""));
const some = (item: Text, between: string, most = 4): Text =>
  fc.array(item, { minLength: 1, maxLength: most }).map((found) => found.join(between));

const dressings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => `"${text}"`,
  (text) => `'${text}'`,
  (text) => `${text.slice(0, 2)}"${text.slice(2)}"`,
];
const dressed = (text: Text): Text =>
  fc.tuple(text, fc.constantFrom(...dressings)).map(([word, dress]) => dress(word));

const users = pick(
  "root",
  "ROOT",
  "ro?t",
  "r*",
  "*",
  "!root",
  "!*",
  "daemon",
  "!daemon",
  "?",
  "",
  "**t",
  "nosuch",
);
const groups = pick("root", "daemon", "!root", "*", "nosuch", "!daemon", "d?emon");
const addresses = pick(
  "10.0.0.0/8",
  "!10.0.0.1",
  "10.0.0.1/32",
  "!10.0.0.0/24",
  "0.0.0.0/0",
  "::/0",
  "2001:DB8::7",
  "!2001:db8::/64",
  "10.0.0.?",
  "*",
  "10.0.0.1/33",
  "10/8",
  "fe80::1%eth0",
  "::ffff:10.0.0.1",
  "*.0.0.1/8",
  "",
);
const hosts = pick("*.example.org", "A.EXAMPLE.ORG", "!*.example.org", "*", "10.0.0.*", "?.example.org", "");
const ports = pick("22", "2222", "022", "0", "65535", "65536", "22,2222", "ssh", "+22", "-1", "0x16");
const gap = pick(" ", " ", "  ", "\t", "=", " = ");

const criterion = fc.oneof(
  parts(pick("User", "user", '"User"'), gap, dressed(some(users, ","))),
  parts(pick("Group "), dressed(some(groups, ","))),
  parts(pick("Address ", "LocalAddress "), dressed(some(addresses, ","))),
  parts(pick("Host "), dressed(some(hosts, ","))),
  parts(pick("LocalPort "), dressed(ports)),
  pick("all", "ALL", "RDomain *", "Version x", "sessiontype shell", "final", "#", "Host"),
);
const block = parts(
  pick("Match ", "MATCH\t", "Match = ", '"Match" '),
  some(criterion, " "),
  pick("", "", " # why", "\r", " #", " extra"),
);
const include = parts(
  pick("Include ", "include\t", "Include="),
  some(
    dressed(
      pick(
        "/etc/ssh/d/*.conf",
        "d/*",
        "d",
        "e.conf",
        "/etc/ssh/[de]*",
        "/etc/ssh/d/../e.conf",
        "sub/*/*.conf",
        "{e,d/10-a}.conf",
        "d/[!1]*",
        "~/x",
        "d/[a-",
        "*/*.conf",
        "//etc/ssh//e.conf",
        "sshd_config",
      ),
    ),
    " ",
    3,
  ),
  pick("", "", " # why", "\r"),
);
const setting = pick(
  "PermitRootLogin no",
  "PermitRootLogin yes",
  "X11Forwarding yes",
  "PermitTTY no",
  "MaxAuthTries 3",
  "Port 2222",
  "PasswordAuthentication no",
  "AllowUsers a b",
  "AllowUsers c",
  "AcceptEnv A B",
  "AcceptEnv C",
  "SetEnv A=1",
  "SetEnv B=2 A=3",
  "PermitOpen a:1",
  'PermitListen 1 ""',
  "AuthenticationMethods publickey",
  "ForceCommand x",
  "LogLevel DEBUG",
  "AuthorizedKeysFile a b",
  "AuthorizedKeysFile c",
  "RekeyLimit 1G",
  "Ciphers +3des-cbc",
  "UsePAM yes",
  "ListenAddress 1.2.3.4",
  "KbdInteractiveAuthentication no",
  "PermitUserEnvironment A*",
  "NoSuch x",
);
const line = fc.oneof(
  { weight: 10, arbitrary: setting },
  { weight: 4, arbitrary: block },
  { weight: 3, arbitrary: include },
  { weight: 1, arbitrary: pick("", " ", "# x") },
);
const body = fc
  .tuple(
    fc.array(parts(pick("", "  ", "\t"), line), { maxLength: 9 }),
    pick("\n", "\n", "\r\n"),
    fc.boolean(),
  )
  .map(([lines, end, last]) => lines.join(end) + (last ? end : ""));

const names = [
  "d/10-a.conf",
  "d/20-b.conf",
  "d/Z.conf",
  "d/.h.conf",
  "e.conf",
  "sub/x/1.conf",
  "sub/x/é.conf",
];

/** For versions that look for relative names below /etc/ssh (8.4 and later). */
export const blocksAndIncludes: fc.Arbitrary<Generated> = fc
  .tuple(body, ...names.map(() => fc.option(body, { nil: undefined, freq: 1 })))
  .map(([text, ...texts]) =>
    Object.fromEntries([
      [main, text],
      ...names.flatMap((name, index) => {
        const part = texts[index];
        return part === undefined ? [] : [[`/etc/ssh/${name}`, part]];
      }),
    ]),
  );
