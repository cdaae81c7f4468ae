import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type GenerateOptions,
  mergedPolicy,
  newPolicy,
  type Policies,
} from "../../../src/confine/apparmor-generate.js";
import { Seen } from "../../../src/confine/apparmor-seen.js";
import { AppArmorLogReader } from "../../../src/formats/apparmor-event.js";
import { parsePolicyRules } from "../../../src/formats/apparmor-rules.js";
import { access, event, files, newer, others } from "../../support/apparmor-lines.js";
import { tunables } from "../../support/apparmor-syntaxes.js";

const plain: GenerateOptions = { parser: 3, abi: "3.0", complain: false };
const base = "  include <abstractions/more>\n  /etc/ld.so.cache mr,\n  /{usr/,}lib{,32,64}/**.so* mr,\n";
const policies: Policies = new Map([
  ["tunables/global", [parsePolicyRules(tunables)]],
  ["abstractions/base", [parsePolicyRules(base)]],
  ["abstractions/more", [parsePolicyRules("@{PROC}/@{pid}/status r,\nsignal (receive) peer=unconfined,\n")]],
]);

function seenOf(lines: readonly string[], only = "") {
  const seen = new Seen(only);
  const reader = new AppArmorLogReader((one) => seen.add(one));
  reader.read(lines.join("\n"));
  return seen;
}

function made(lines: readonly string[], options: Partial<GenerateOptions> = {}) {
  const seen = seenOf(lines);
  const generated = newPolicy(seen.profiles(), policies, { ...plain, ...options });
  const rules = generated.profiles.flatMap(({ drafts }) =>
    drafts.filter(({ state }) => state === "added").map(({ rule }) => rule),
  );
  return { ...generated, rules, gaps: seen.gaps };
}

function merged(text: string, lines: readonly string[]) {
  const found = mergedPolicy(text, seenOf(lines).profiles(), policies, plain);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

test("each line becomes its rule", () => {
  for (const { line, rule } of [...files, ...others])
    assert.equal(made([line]).rules, rule === undefined ? [] : [rule], line);
  for (const { line, rule } of newer) {
    assert.equal(made([line], { parser: 4 }).rules, [rule]);
    assert.equal(
      made([line]).profiles[0]?.drafts.map(({ state }) => state),
      ["too-new"],
    );
  }
});

test("a whole policy: preamble, children and hats in their parents", () => {
  const { policy } = made(
    [
      access("/srv/x", "r"),
      event("open", 'name="/srv/y" requested_mask="r"', { profile: "app//child" }),
      event("open", 'name="/srv/z" requested_mask="r"', { profile: "/usr/sbin/alone//HAT" }),
      event("change_hat", 'name="HAT"', { profile: "/usr/sbin/alone" }),
    ],
    { complain: true },
  );
  assert.is(
    policy,
    `abi <abi/3.0>,
include <tunables/global>

profile /usr/sbin/alone flags=(complain) {
  include <abstractions/base>

  ^HAT flags=(complain) {
    include <abstractions/base>

    /srv/z r,
  }
}

profile app flags=(complain) {
  include <abstractions/base>

  /srv/x r,

  profile child flags=(complain) {
    include <abstractions/base>

    /srv/y r,
  }
}
`,
  );
});

test("sightings are counted, merged and owned only where each was", () => {
  const { profiles, rules } = made([
    access("/srv/x", "r", "fsuid=33 ouid=33"),
    access("/srv/x", "w", "fsuid=33 ouid=0"),
    access("/proc/12/stat", "r", "fsuid=33 ouid=33"),
    access("/proc/13/stat", "r", "fsuid=33 ouid=33"),
    access("/srv/log", "a"),
    access("/srv/log", "w"),
  ]);
  assert.equal(rules, ["/srv/log w,", "/srv/x rw,", "owner @{PROC}/@{pid}/stat r,"]);
  assert.equal(
    profiles[0]?.drafts.map(({ count }) => count),
    [2, 2, 2],
  );
});

test("what the abstractions allow is not written again", () => {
  const { profiles, rules } = made([
    access("/usr/lib/x86_64-linux-gnu/libssl.so.3", "mr"),
    access("/proc/7/status", "r"),
    access("/proc/7/stat", "r"),
    event("signal", 'requested_mask="receive" signal=term peer="unconfined"'),
  ]);
  assert.equal(rules, ["@{PROC}/@{pid}/stat r,"]);
  assert.is(profiles[0]?.drafts.filter(({ state }) => state === "covered").length, 3);
});

test("many files of one directory that are only read are one rule", () => {
  const many = (folder: string) =>
    Array.from({ length: 12 }, (_, at) => access(`${folder}/f-${"abcdefghijkl"[at]}x`, "r"));
  assert.equal(made(many("/usr/share/app/themes")).rules, ["/usr/share/app/themes/* r,"]);
  assert.is(made(many("/etc/app/conf.d")).rules.length, 12);
});

test("tens of thousands of files take time by their number alone", () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => access(`/opt/app/lib/f-${at}x`, "r"));
  const started = performance.now();
  assert.equal(made(lines).rules, ["/opt/app/lib/* r,"]);
  assert.ok(performance.now() - started < 30_000);
});

const existing = `# kept
include <tunables/global>

/usr/sbin/app {   # odd  spacing
\tinclude <abstractions/base>
\tdeny /etc/passwd w,
\tcapability  chown setuid ,
\t/srv/data/** rw,
\t/srv/one r,
\tnetwork inet stream,
\tmount options in (ro, nosuid) /dev/** -> /mnt/,
\tsignal (send) set=(term,kill) peer=other,
\tprofile child {
\t\t/srv/c r,
\t}
}
`;

test("merging keeps the text and adds what is not there", () => {
  const profile = { profile: "/usr/sbin/app" };
  const file = (path: string, mask: string) =>
    event("open", `name="${path}" requested_mask="${mask}" fsuid=33 ouid=0`, profile);
  const lines = [
    file("/srv/data/a/b", "rw"),
    file("/srv/data/", "r"),
    file("/etc/passwd", "rw"),
    file("/srv/one", "rw"),
    event("capable", 'capname="setuid"', profile),
    event("capable", 'capname="kill"', profile),
    event("create", 'family="inet" sock_type="stream" requested_mask="create"', profile),
    event("create", 'family="inet" sock_type="dgram" requested_mask="create"', profile),
    event("signal", 'requested_mask="send" signal=kill peer="other"', profile),
    event("signal", 'requested_mask="send" signal=hup peer="other"', profile),
    event("mount", 'name="/mnt/" srcname="/dev/vda" flags="ro"', profile),
    event("mount", 'name="/mnt/" srcname="/dev/vda" flags="rw"', profile),
    event("open", 'name="/srv/c" requested_mask="rw"', { profile: "/usr/sbin/app//child" }),
    event("open", 'name="/srv/c" requested_mask="rw"', { profile: "/usr/sbin/other" }),
  ];
  const { policy, elsewhere } = merged(existing, lines);
  const added = `\tcapability kill,
\tnetwork inet dgram,
\tsignal (send) set=(hup) peer=other,
\tmount options=(rw) /dev/vda -> /mnt/,
\t/etc/passwd r,
\t/srv/data/ r,
\t/srv/one w,
}
`;
  assert.is(policy, existing.replace(/\t}\n}\n$/, `\t\t/srv/c w,\n\t}\n${added}`));
  assert.equal(elsewhere, ["/usr/sbin/other"]);
  assert.is(merged(policy, lines).policy, policy, "a second time changes nothing");
});

test("merging into a profile on one line, with CRLF, and into what is none", () => {
  const line = access("/srv/x", "r");
  assert.is(merged("profile app {}", [line]).policy, "profile app {\n  /srv/x r,\n}");
  assert.is(merged("profile app {\r\n}\r\n", [line]).policy, "profile app {\r\n  /srv/x r,\r\n}\r\n");
  assert.ok("problem" in mergedPolicy("profile app {", [], policies, plain));
  assert.ok("problem" in mergedPolicy("# nothing\n", [], policies, plain));
  const child = event("open", 'name="/srv/y" requested_mask="r"', { profile: "app//new" });
  assert.match(
    merged("profile app {\n}\n", [child]).policy,
    /^profile app \{\n {2}profile new \{\n {4}include <abstractions\/base>\n\n {4}\/srv\/y r,\n {2}\}\n\}\n$/,
  );
});

test("what should be looked at says why", () => {
  const dangers = (line: string) => made([line], { parser: 4 }).profiles[0]?.drafts[0]?.danger ?? "";
  const risky = [
    event("capable", 'capname="sys_admin"'),
    event("mount", 'name="/mnt/" srcname="/dev/vda" flags="rw"'),
    event("ptrace", 'requested_mask="trace" peer="unconfined"'),
    event("change_profile", 'target="unconfined"'),
    event("create", 'family="inet" sock_type="raw" requested_mask="create"'),
    ...["/etc/cron.d/x", "/usr/bin/x", "/proc/sys/kernel/x", "/run/containerd/containerd.sock"].map((path) =>
      access(path, "w"),
    ),
    ...["/etc/shadow", "/root/.ssh/id_ed25519", "/dev/sda"].map((path) => access(path, "r")),
    access("/bin/sh", "x", "fsuid=33 ouid=0", "exec"),
    ...newer.map(({ line }) => line),
  ];
  for (const line of risky) assert.is.not(dangers(line), "", line);
  for (const line of [
    access("/etc/app.conf", "r"),
    event("ptrace", 'requested_mask="trace" peer="app"'),
    event("capable", 'capname="chown"'),
  ])
    assert.is(dangers(line), "", line);
});

test("what no rule can be made of is said", () => {
  const { gaps, rules } = made([
    event("open", 'name="apparmor/disconnected" requested_mask="r"'),
    event("capable", 'capname="no_such"'),
    event("mystery", "pid=1"),
    event("open", 'name="/x" requested_mask="r"', { profile: ":lxd:app" }),
    event("open", 'name="/x" requested_mask="r"', { profile: "unconfined" }),
  ]);
  assert.equal(rules, []);
  assert.is(gaps.length, 4);
});

test.run();
