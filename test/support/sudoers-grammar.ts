// Sudoers files by the thousand: a grammar of valid and nearly valid lines, with blanks, continuations and slips.
import fc from "fast-check";

type Text = fc.Arbitrary<string>;

function oneOf(...choices: readonly (string | Text)[]): Text {
  return fc.oneof(...choices.map((choice) => (typeof choice === "string" ? fc.constant(choice) : choice)));
}

/** One of the texts between the bars. */
function pick(choices: string): Text {
  return fc.constantFrom(...choices.split("¦"));
}

/** Parts in order, with nothing between. */
function all(...parts: readonly (string | Text)[]): Text {
  return fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((found) => found.join(""));
}

/** Mostly `usual`, at times `rare`. */
function mostly(usual: string | Text, rare: string | Text, weight = 40): Text {
  const as = (choice: string | Text) => (typeof choice === "string" ? fc.constant(choice) : choice);
  return fc.oneof({ weight, arbitrary: as(usual) }, { weight: 1, arbitrary: as(rare) });
}

function optional(part: string | Text, weight = 1): Text {
  return fc.oneof(
    { weight, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: typeof part === "string" ? fc.constant(part) : part },
  );
}

function list(item: Text, max = 4): Text {
  return fc
    .tuple(item, fc.array(fc.tuple(gap, gap, item), { maxLength: max - 1 }))
    .map(([first, rest]) => first + rest.map(([before, after, one]) => `${before},${after}${one}`).join(""));
}

const gap = mostly(pick("¦ "), pick("\t¦  ¦ \\\n¦\\\n\t¦\\ \n¦ \\\r\n "), 14);
const blank = mostly(" ", pick("\t¦  ¦ \\\n ¦ \\\n"), 14);
const negation = mostly("", pick("!¦!!¦! ¦!!!"), 8);

const alias = pick("ADMINS¦OPS¦WEB¦DB1¦X_Y¦CMDS¦NOPASSWORD¦A");
const odd = pick("Defaults¦list¦sha256¦sudoedit¦CWD¦TIMEOUT¦NOTBEFORE¦User_Alias¦include¦é¦名前");

const name = mostly(
  pick("alice¦bob¦root¦www-data¦_apt¦svc.web¦carol@EXAMPLE.COM¦DOM\\\\dave¦x*¦^re"),
  oneOf(odd, pick('a\\ b¦\\x61lice¦\\x6¦a\\,b¦"quoted name"¦"q\\"x"¦"a\\\\b"¦""¦"con\\\n  tinued"¦a!b¦a/b')),
);
const user = all(
  negation,
  oneOf(
    name,
    name,
    alias,
    "ALL",
    mostly(pick('%wheel¦%#27¦%:ad\\ group¦%:#1000¦"%domain admins"'), pick("%¦%:¦%a=b")),
    mostly(pick('+netgroup¦"+ng"'), "+"),
    mostly(pick("#0¦#1000¦#-1¦#4294967295"), pick("#12x¦# 5")),
  ),
);
const host = all(
  negation,
  oneOf(
    "ALL",
    "ALL",
    oneOf(odd, pick("web01¦web*¦db.example.com¦+hosts¦localhost")),
    pick("10.0.0.0/8¦192.168.1.1¦10.1.2.0/255.255.255.0¦10.0.0.0/33¦1.2.3¦1.2.3.456¦256.1.1.1"),
    mostly(
      pick("fe80::1¦2001:db8::/32¦::1¦::¦1:2:3:4:5:6:7:8¦1:2::1.2.3.4"),
      pick("a::b::c¦fe80::/129¦::ffff:1.2.3.4"),
    ),
    alias,
  ),
);

const path = mostly(
  pick("/bin/ls¦/usr/bin/systemctl¦/bin/¦/usr/bin/*¦/usr/bin/[a-c]*¦/opt/app\\ x/run¦/bin/a\\:b¦/x\\=1"),
  pick('/¦/bin/a\\xb¦/bin/ls\\*¦/usr/bin/sudoedit¦/a(b)¦/a!b¦/a"b¦/bin/é¦ls¦./ls¦/a\\¦/a>b'),
);
const argument = mostly(
  pick('-l¦restart¦/etc/*¦a\\,b¦k\\=v¦u\\:g¦k=v¦""¦[a-z]*¦\\*¦*¦"x y"¦a!b¦!¦(x)'),
  pick("a\\¦a\\b¦a\\\\b¦a:b¦=¦=x¦\\#¦#c¦^a$¦a^¦\\^a¦\\ x¦\\\tx¦%h¦é¦\\!x¦\\?"),
);
const patternArgs = pick("^a.*$¦^(start|stop) [a-z]+$¦^a$b¦^a¦^a#b$¦^a\\$b$¦^x \\\n y$¦^[$¦^a\\\\$¦^,:=$");
const pattern = pick(
  "^/usr/bin/(ls|cat)$¦^/bin/.*$¦^/a\\$b$¦^/a\\#b$¦^/a#b$¦^/a b$¦^/a**$¦^/(a$¦^/[a$¦^(?i)/BIN/.*$¦^/a{1,2}$¦^/a{999}$",
);
const hexDigit = fc.constantFrom(..."0123456789abcdefABCDEF");
const hex = (length: number) => fc.string({ unit: hexDigit, minLength: length, maxLength: length });
const digest = oneOf(
  all("sha224", gap, ":", gap, hex(56)),
  all("sha256:", hex(64)),
  all("sha384:", hex(96)),
  all("sha512:", hex(128)),
  "sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ==",
  "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
  "sha256://///pj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
  mostly(
    hex(64).map((sum) => `sha256:${sum}`),
    oneOf("sha1:abc", all("sha256:", hex(10))),
    2,
  ),
);
const plainCommand = mostly(
  oneOf(
    "ALL",
    alias,
    path,
    all(
      path,
      fc.array(all(blank, argument), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("")),
    ),
    all("sudoedit ", argument),
    mostly(pick("sudoedit¦list"), pick("/bin/ls #comment¦/bin/ls # 5"), 6),
  ),
  oneOf(pattern, all(oneOf(path, pattern), " ", patternArgs), "list x"),
);
const command = mostly(all(negation, plainCommand), all(list(digest, 3), blank, negation, plainCommand), 10);

const tagWord = pick(
  "NOPASSWD¦PASSWD¦NOEXEC¦EXEC¦SETENV¦NOSETENV¦LOG_INPUT¦NOLOG_INPUT¦LOG_OUTPUT¦NOLOG_OUTPUT¦MAIL¦NOMAIL¦FOLLOW" +
    "¦NOFOLLOW¦INTERCEPT¦NOINTERCEPT",
);
const tag = mostly(
  all(tagWord, optional(" ", 4), ":", gap),
  pick("NOPASSWD ALL¦NOPASSWD:¦nopasswd:¦NOPASSWD::"),
);
const option = mostly(
  pick(
    "CWD=/tmp¦CWD=~¦CWD=*¦CHROOT=/srv/x¦CWD = /a\\ b¦CWD=~bob/x¦TIMEOUT=30¦TIMEOUT=1d2h3m4s¦TIMEOUT=5m5m¦TIMEOUT = 7D" +
      "¦NOTBEFORE=20200101000000Z¦NOTAFTER=2030010100Z¦NOTAFTER=20300101000000.5+0100¦NOTBEFORE=202001010000-02" +
      "¦ROLE=unconfined_r¦TYPE=unconfined_t¦ROLE=r TYPE=t",
  ),
  pick(
    'CWD=tmp¦TIMEOUT=5x¦TIMEOUT=1m1h¦TIMEOUT=99999999999¦NOTAFTER=2030¦NOTAFTER=20300101000Z¦CWD="/a b"¦PRIVS=x¦CWD=' +
      "¦APPARMOR_PROFILE=x¦TIMEOUT 5¦ROLE=X",
  ),
  20,
);
const runAs = mostly(
  oneOf(
    all("(", gap, list(user, 3), gap, ")"),
    all("(", list(user, 2), gap, ":", gap, list(all(negation, oneOf(alias, pick("adm¦#5¦ALL"))), 2), ")"),
    pick("(root)¦(ALL)¦(ALL:ALL)¦(:adm)¦()¦( : )¦(ALL, !root)¦(!root)"),
  ),
  pick("(root:)¦(¦(root¦(%adm:%adm)¦(root:adm:x)¦( , )¦(::)"),
);
const spec = all(
  optional(all(runAs, gap)),
  optional(all(option, " "), 9),
  optional(all(option, " "), 20),
  optional(tag, 2),
  optional(tag, 6),
  command,
);
const privilege = all(list(host, 2), gap, mostly("=", pick("¦==¦:"), 60), gap, list(spec, 4));
const rule = all(list(user, 3), blank, privilege, optional(all(gap, ":", gap, privilege), 6));

const bareSetting = mostly(
  pick(
    "env_reset¦!env_reset¦use_pty¦!authenticate¦lecture¦!lecture¦requiretty¦!!fqdn¦syslog¦!logfile¦! insults¦!env_keep",
  ),
  pick("nosuch¦timestamp_timeout¦!timestamp_timeout¦umask¦logfile¦env_keep¦log_format¦!log_format"),
  10,
);
const assigned = mostly(
  pick(
    'timestamp_timeout=5¦timestamp_timeout=-1¦timestamp_timeout=.5¦passwd_tries=3¦secure_path="/usr/sbin:/usr/bin"' +
      '¦secure_path=/bin\\:/sbin¦secure_path=/bin:/sbin¦logfile=/var/log/sudo.log¦env_keep += "LD_PRELOAD FOO"' +
      '¦env_keep+=FOO¦env_keep -= BAR¦env_keep = "A B"¦env_check+=X¦umask=0022¦lecture=always¦syslog=auth' +
      '¦runas_default=root¦badpass_message=no\\ way¦passprompt="[%u] \\"x\\": "¦passprompt="a \\\n   b"' +
      "¦editor=/usr/bin/vi\\:/bin/ed¦runcwd=~¦command_timeout=1h¦rlimit_core=0,infinity¦iolog_mode=0640" +
      "¦syslog_goodpri=none¦verifypw=any¦maxseq=5¦loglinelen=80¦closefrom=-3¦exempt_group=adm",
  ),
  pick(
    "timestamp_timeout=x¦passwd_tries=-1¦logfile=x¦use_pty=1¦umask=999¦lecture=x¦syslog=x¦logfile+=/x¦runcwd=x" +
      "¦rlimit_core=a¦a=b¦!x=y¦closefrom=4 #c¦timestamp_timeout=1.2.3",
  ),
  10,
);
const scope = mostly(
  oneOf(
    "",
    "",
    all("@", list(host, 2)),
    all(":", list(user, 2)),
    all(">", list(user, 2)),
    all("!", list(oneOf(path, "ALL", alias, "sudoedit", pattern), 2)),
  ),
  pick(": alice¦ :alice¦!/bin/ls -l¦:¦@¦x"),
);
const defaults = all(
  mostly("", " "),
  "Defaults",
  scope,
  blank,
  list(oneOf(bareSetting, assigned, assigned), 3),
);

function aliasLine(word: string, item: Text): Text {
  const one = all(mostly(alias, pick("ALL¦CWD¦lower¦1A")), gap, "=", gap, list(item, 3));
  return all(mostly("", " \t"), word, blank, one, optional(all(gap, ":", gap, one), 3));
}
const aliases = oneOf(
  aliasLine("User_Alias", user),
  aliasLine("Runas_Alias", user),
  aliasLine("Host_Alias", host),
  aliasLine("Cmnd_Alias", command),
  aliasLine("Cmd_Alias", command),
);
const directive = pick(
  '@include inc¦#include inc¦@includedir incd¦#includedir incd¦@include "inc"¦@include inc # c¦@include¦#include' +
    "¦@include missing¦#include  inc x¦ #include inc¦@includedir missing¦@include ./inc¦@include inc\\ x¦# include inc" +
    "¦#includex¦@includedir \\\n incd",
);
const comment = mostly(pick("¦# a comment¦#¦   ¦\t# x¦#- x¦#a \\¦# \\¦\r"), pick("#-¦#5¦junk¦)¦\\¦,"), 8);

/** One character put in, taken out or doubled. */
const slip = (text: string) =>
  fc
    .tuple(
      fc.nat({ max: Math.max(0, text.length) }),
      fc.constantFrom(...' ,:=!()#\\"%+@/AN^$\r\t\0', "", "\n"),
      fc.boolean(),
    )
    .map(([at, character, replace]) => text.slice(0, at) + character + text.slice(replace ? at + 1 : at));

const sound = fc.oneof(
  { weight: 6, arbitrary: rule },
  { weight: 3, arbitrary: defaults },
  { weight: 3, arbitrary: aliases },
  { weight: 1, arbitrary: directive },
  { weight: 2, arbitrary: comment },
);
const lineOf = fc.oneof({ weight: 14, arbitrary: sound }, { weight: 1, arbitrary: sound.chain(slip) });

/** A whole file: few lines, so that a good part of the files is accepted. */
export const sudoersFile: Text = fc
  .tuple(
    fc.array(
      fc.tuple(lineOf, mostly("\n", "\r\n", 30)).map(([text, end]) => text + end),
      { minLength: 1, maxLength: 4 },
    ),
    mostly("keep", "cut", 8),
  )
  .map(([lines, end]) => (end === "cut" ? lines.join("").replace(/\r?\n$/, "") : lines.join("")));
