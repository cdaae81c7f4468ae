// Does sudo answer as we say it would? Hundreds of small policies, asked of the real program in a mount namespace with
// its own sudoers, accounts and host name: who may run what as whom, and with a password or without.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decide } from "../support/sudo-decision.js";
import { dpkg, personIn, resolvedSudoers, sudoNow } from "../support/sudo-node.js";

const policies = 110;

const passwd = `root:x:0:0:root:/root:/bin/sh
alice:x:1001:1001::/:/bin/sh
bob:x:1002:1002::/:/bin/sh
carol:x:1003:2001::/:/bin/sh
`;
const group = "root:x:0:\nops:x:2000:alice\nstaff:x:2001:\nalice:x:1001:\nbob:x:1002:\n";
const shadow = ["root", "alice", "bob", "carol"].map((name) => `${name}:*:19000:0:99999:7:::`).join("\n");

const pick = (choices: string) => fc.constantFrom(...choices.split("¦"));
const list = (item: fc.Arbitrary<string>, max: number) =>
  fc.array(item, { minLength: 1, maxLength: max }).map((items) => items.join(", "));
const user = pick("alice¦bob¦carol¦!alice¦!carol¦%ops¦!%ops¦%#2000¦%staff¦ALL¦!ALL¦USERS¦!USERS¦#1001¦Bob");
const host = pick("ALL¦ALL¦ALL¦node1¦NODE1¦node*¦other¦!other¦HOSTS¦!node1¦!HOSTS");
const runAs = pick(
  "¦¦¦(root) ¦(ALL) ¦(bob) ¦(ALL, !root) ¦(!root, ALL) ¦(TARGETS) ¦(!TARGETS) ¦(#0) ¦(:ops) ¦() ¦(%ops) ¦(root, bob:ALL) ",
);
const tag = pick("¦¦NOPASSWD: ¦PASSWD: ");
const command = pick(
  'ALL¦ALL¦!ALL¦/usr/bin/true¦!/usr/bin/true¦/usr/bin/id¦/usr/bin/id -u¦/usr/bin/id ""¦/usr/bin/id -*¦/usr/bin/¦/usr/bin/t*' +
    "¦CMDS¦!CMDS¦!/usr/bin/id¦/usr/sbin/",
);
const privilege = fc
  .tuple(
    list(host, 2),
    list(
      fc.tuple(runAs, tag, command).map((parts) => parts.join("")),
      3,
    ),
  )
  .map(([hosts, commands]) => `${hosts} = ${commands}`);
const rule = fc
  .tuple(list(user, 3), fc.array(privilege, { minLength: 1, maxLength: 2 }))
  .map(([users, privileges]) => `${users} ${privileges.join(" : ")}`);
/** Lines with an error: dropped but for what stood whole before it. */
const broken = fc
  .tuple(rule, pick(" )¦ :¦ : x =¦ : x ) y¦ : ALL = TIMEOUT=x ALL¦,¦ @¦ : : ALL = ALL"))
  .map((parts) => parts.join(""));
const setting = pick(
  "Defaults !authenticate¦Defaults:alice !authenticate¦Defaults:%ops !authenticate¦Defaults:!alice !authenticate" +
    "¦Defaults>root !authenticate¦Defaults>bob !authenticate¦Defaults@node1 !authenticate¦Defaults@other !authenticate" +
    "¦Defaults authenticate¦Defaults:USERS authenticate¦Defaults exempt_group=ops¦Defaults exempt_group=staff" +
    "¦Defaults !exempt_group¦Defaults runas_default=bob¦Defaults!CMDS !authenticate¦Defaults!/usr/bin/true !authenticate" +
    "¦Defaults!ALL !authenticate¦Defaults!/usr/bin/true authenticate",
);
const policy = fc
  .tuple(
    list(user, 3),
    list(pick("root¦bob¦!root¦ALL¦%ops"), 2),
    list(pick("node1¦other¦!node1¦ALL"), 2),
    list(pick("/usr/bin/true¦!/usr/bin/true¦/usr/bin/id¦ALL¦!ALL"), 2),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: rule },
        { weight: 1, arbitrary: setting },
        { weight: 1, arbitrary: broken },
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([users, targets, hosts, commands, lines]) =>
    [
      "Defaults listpw=never",
      `User_Alias USERS = ${users.replaceAll("USERS", "bob")}`,
      `Runas_Alias TARGETS = ${targets}`,
      `Host_Alias HOSTS = ${hosts}`,
      `Cmnd_Alias CMDS = ${commands}`,
      ...lines,
      "",
    ].join("\n"),
  );

const commands = ["/usr/bin/true", "/usr/bin/id -u", "/usr/bin/id"];
const asked = ["alice", "bob", "carol"].flatMap((name) =>
  ["root", "bob"].flatMap((target) => commands.map((text) => ({ name, target, text }))),
);

/** Per policy one line: 1 or 0 for each question, then for each user whether it runs without a password. */
const script = `
set -e
mount --make-rprivate /
hostname node1
cd "$1"
for f in passwd group shadow nsswitch.conf hosts sudoers; do mount --bind "$f" "/etc/$f"; done
for d in /run/sudo /var/lib/sudo; do if [ -d $d ]; then mount -t tmpfs none $d; fi; done
set +e
# Root may list everything of everybody: the user has to ask himself.
as() {
  u=$1
  shift
  setpriv --reuid=$u --regid=$u --init-groups -- sudo -n "$@" >/dev/null 2>&1 && line="\${line}1" || line="\${line}0"
}
i=0
while [ -f "p$i" ]; do
  cat "p$i" >sudoers
  line=
  for u in alice bob carol; do for t in root bob; do for c in ${commands.map((text) => `"${text}"`).join(" ")}; do
    as $u -u $t -l -- $c
  done; done; done
  for u in alice bob carol; do as $u -u root -- /usr/bin/true; done
  echo "$line"
  i=$((i + 1))
done
`;

function realAnswers(texts: readonly string[]): readonly string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-sudo-"));
  try {
    const files: Readonly<Record<string, string>> = {
      passwd,
      // Each user needs a group of his name for setpriv.
      group: `${group}carol:x:1003:\n`,
      shadow,
      "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nsudoers: files\n",
      hosts: "127.0.0.1 localhost\n127.0.1.1 node1\n",
      sudoers: "",
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name), text, { mode: 0o644 });
    texts.forEach((text, index) => {
      writeFileSync(join(folder, `p${index}`), text);
    });
    const ran = spawnSync("unshare", ["-m", "-u", "sh", "-c", script, "sh", folder], {
      encoding: "utf8",
      timeout: 300_000,
    });
    return ran.status === 0 ? ran.stdout.trim().split("\n") : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const version = /^Version: (\S+)/m.exec(
  readFileSync("/var/lib/dpkg/status", { encoding: "utf8", flag: "a+" }).split("\nPackage: sudo\n")[1] ?? "",
)?.[1];

async function ourAnswer(text: string): Promise<string> {
  const rules = await resolvedSudoers({
    "/etc/hostname": "node1\n",
    "/etc/passwd": passwd,
    "/etc/group": group,
    "/etc/sudoers": text,
    "/usr/bin/sudo": { mode: 0o4755 },
    "/var/lib/dpkg/status": dpkg(["sudo", version ?? "1.9.13p3-1"]),
  });
  const ask = (name: string, target: string, command: string) => {
    const [path = "", args] = command.split(" ");
    return decide(rules, {
      person: personIn(rules, name),
      target: personIn(rules, target),
      path,
      args,
      now: sudoNow,
    });
  };
  const allowed = asked.map(({ name, target, text: command }) =>
    ask(name, target, command).says === "allow" ? "1" : "0",
  );
  const free = ["alice", "bob", "carol"].map((name) => {
    const { says, password } = ask(name, "root", "/usr/bin/true");
    return says === "allow" && password === "none" ? "1" : "0";
  });
  return [...allowed, ...free].join("");
}

const texts = fc.sample(policy, { numRuns: policies, seed: 20260102 });
const real = version === undefined || process.getuid?.() !== 0 ? undefined : realAnswers(texts);

if (real === undefined)
  test("sudo in a namespace of its own", () => {
    console.log("SKIPPED no sudo here, not root, or no mount namespaces");
  });
else
  test(`${policies} policies, ${asked.length + 3} questions each`, async () => {
    const found: string[] = [];
    for (const [index, text] of texts.entries()) {
      const ours = await ourAnswer(text);
      if (ours !== real[index]) found.push(`${text}ours ${ours}\nsudo ${real[index]}`);
    }
    assert.equal(found, []);
    assert.ok(real.join("").split("1").length > policies, "some questions are answered with yes");
  });

test.run();
