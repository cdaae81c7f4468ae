// Random sshd configurations: mostly good lines in odd spelling, some bad ones. For comparison with the real program.
import fc from "fast-check";
import { from, later, values } from "./sshd-values.js";

/** A configuration as files by path. */
export type Generated = Readonly<Record<string, string>>;

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

export const main = "/etc/ssh/sshd_config";

const absolute = [
  "Include /etc/ssh/d/*.conf",
  'include "/etc/ssh/d/[A-Z]*.conf"',
  "Include /etc/ssh/missing.conf # nothing",
  "Include /etc/ssh/*/*.conf",
  "INCLUDE=/etc/ssh/e.conf",
];
/** Looked for in the wrong place before 8.4. */
const relative = ["Include d/10-?.conf", "Include e.conf d/20-b.conf", "Include d/[!Z]*"];

/** A main file, and often others that it may include. */
export function configuration(version: number): fc.Arbitrary<Generated> {
  const names = ["d/10-a.conf", "d/20-b.conf", "d/Z.conf", "e.conf"];
  const parts = fc.tuple(
    ...names.map(() => fc.oneof(fc.constant(undefined), body(version, fc.constant("# none")))),
  );
  const includes = from(version >= 804 ? [...absolute, ...relative] : absolute);
  return fc.tuple(body(version, includes), parts).map(([text, texts]) =>
    Object.fromEntries([
      [main, text],
      ...names.flatMap((name, index) => {
        const part = texts[index];
        return part === undefined ? [] : [[`/etc/ssh/${name}`, part]];
      }),
    ]),
  );
}
