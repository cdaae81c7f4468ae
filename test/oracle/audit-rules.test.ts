// Do we accept the rules that auditctl accepts, and take the same rules for equal? It runs in a process namespace of its own,
// from which the kernel takes no rule; what it would have sent is read from a trace.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type AuditField, parseAuditRules } from "../../src/formats/audit-rules.js";

const needed = ["/usr/sbin/auditctl", "/usr/bin/strace", "/usr/bin/unshare"];
const missing = needed.filter((path) => !existsSync(path));
const root = process.getuid?.() === 0;

interface Answer {
  readonly accepted: boolean;
  /** The request to the kernel, in hexadecimal. */
  readonly payload: string;
}

const script = `
n=0
while IFS= read -r rule; do
  n=$((n + 1))
  echo "== $n"
  set -f; set -- $rule
  strace -qq -e trace=sendto -xx -s 4000 auditctl "$@" 2>&1 || true
done
`;

function ask(rules: readonly string[]): readonly Answer[] {
  const out = execFileSync("/usr/bin/unshare", ["--pid", "--fork", "--mount-proc", "/bin/sh", "-c", script], {
    input: `${rules.join("\n")}\n`,
    encoding: "utf8",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    maxBuffer: 256 * 1024 * 1024,
  });
  const parts = out.split(/^== \d+\n/m).slice(1);
  assert.is(parts.length, rules.length);
  return parts.map((part) => ({
    // What it says of a request that the kernel refuses differs by version: that it made one tells. Some traces have numbers.
    accepted:
      /Error (?:sending (?!status)|setting)|nlmsg_type=(?:AUDIT_SET|AUDIT_SET_FEATURE|AUDIT_LIST_RULES|0x3e9|0x3f5|0x3fa)\b/.test(
        part,
      ),
    payload: /nlmsg_type=(?:AUDIT_(?:ADD|DEL)_RULE|0x3f[34]).*?\}, "([^"]*)"/.exec(part)?.[1] ?? "",
  }));
}

/** As the kernel gets it: a watch is for what lies there, files or folders. */
function resolved({ name, operator, value, compare }: AuditField): string {
  const kind =
    name === "watch" ? (statSync(value, { throwIfNoEntry: false })?.isDirectory() ? "dir" : "path") : name;
  return `${compare ? "-C " : ""}${kind}${operator}${value}`;
}

function ours(rule: string): { readonly accepted: boolean; readonly form: string } {
  const [line] = parseAuditRules(rule);
  if (line?.kind !== "rule") return { accepted: line !== undefined && line.kind !== "wrong", form: "" };
  const { list, action, prepend, syscalls, fields, keys } = line.rule;
  return {
    accepted: true,
    form: JSON.stringify([list, action, prepend, [...new Set(syscalls)].sort(), fields.map(resolved), keys]),
  };
}

const path = fc.constantFrom("/etc/passwd", "/etc", "/etc/", "/usr/bin/kmod", "/none/at/all", "relative");
const perm = fc.constantFrom("wa", "aw", "x", "rwxa", "r", "wz");
const key = fc.constantFrom("", "-k id", "-F key=id", "-kid", "-k a -k b");
const watch = fc
  .tuple(path, fc.option(perm, { nil: undefined }), key)
  .map(([where, what, tag]) => `-w ${where}${what === undefined ? "" : ` -p ${what}`} ${tag}`.trim());
const place = fc.constantFrom(
  "-a always,exit",
  "-a exit,always",
  "-A always,exit",
  "-a never,exit",
  "-a never,task",
  "-a always,user",
  "-a always",
  "-a x,exit",
  "-a always,exclude",
  "-d always,exit",
);
const arch = fc.constantFrom("-F arch=b64", "-F arch=b32", "-F arch=x86_64", "-F arch=i386");
const calls = fc.constantFrom(
  "",
  "-S open",
  "-S openat,open",
  "-S open -S openat",
  "-S all",
  "-Sopen",
  "-S mount,umount2",
);
const field = fc.constantFrom(
  "",
  "-F path=/etc/passwd -F perm=wa",
  "-F dir=/etc -F perm=aw",
  "-F auid>=1000 -F auid!=unset",
  "-F auid>=1000 -F auid!=-1",
  "-F auid!=4294967295",
  "-F uid=0",
  "-F success=0",
  "-F exit=-EACCES",
  "-F nosuch=1",
  "-F perm=wz",
  "-F auid",
  "-C euid!=uid",
  "-F a0=0x0",
  "-F a0=0",
  "-F loginuid>=1000",
  "-F msgtype=CWD",
);
const syscallRule = fc
  .tuple(place, arch, calls, field, key)
  .map((parts) => parts.filter((part) => part !== "").join(" "));
const other = fc.constantFrom(
  "-D",
  "-b 8192",
  "-b x",
  "-f 1",
  "-f 3",
  "-e 2",
  "-e 3",
  "-r 100",
  "--backlog_wait_time 60000",
  "--backlog_wait_time=60000",
  "--loginuid-immutable",
  "--nosuch",
  "-W /etc/passwd -p wa",
  "-p wa",
  "-k x",
  "-S open",
  "word",
  "-w",
  "-w /etc word",
  "-Z",
  "-a always,exit -S",
  "-w /etc/passwd -S open",
  "-D -k x",
);
const rule = fc.oneof(
  { weight: 3, arbitrary: watch },
  { weight: 6, arbitrary: syscallRule },
  { weight: 2, arbitrary: other },
);

/** Rules on which auditctl and nodeward differ, and why that is so. */
const known: readonly (readonly [RegExp, string])[] = [
  [
    /-a \S*(?:task|user|exclude)\S* .*-F|-a \S*(?:task|user|exclude)\S* .*-S|-a \S*(?:task|user|exclude)\S* .*-C/,
    "which fields go with which list is not checked",
  ],
  [/perm=.*-S|-S.*perm=/, "that perm does not go with syscalls is not checked"],
  [/^-[dW] /, "rules that take others out are not read any further"],
  [/msgtype/, "msgtype outside of the exclude list is not checked"],
];

if (missing.length === 0 && root)
  test("some 400 different rules: the same accepted, the same taken for equal", () => {
    const rules = [...new Set(fc.sample(rule, { numRuns: 500, seed: 49 }))];
    const theirs = ask(rules);
    const mine = rules.map(ours);
    const different = rules.flatMap((text, index) => {
      const same = mine[index]?.accepted === theirs[index]?.accepted;
      return same || known.some(([pattern]) => pattern.test(text))
        ? []
        : [`${text}: theirs ${theirs[index]?.accepted}`];
    });
    assert.equal(different, []);
    const sent = rules.flatMap((text, index) => {
      const payload = theirs[index]?.payload ?? "";
      const form = mine[index]?.form ?? "";
      return payload === "" || form === "" ? [] : [{ text, payload, form }];
    });
    assert.ok(sent.length > 100);
    const unequal = sent.flatMap((a, index) =>
      sent
        .slice(index + 1)
        .filter((b) => (a.payload === b.payload) !== (a.form === b.form))
        .map((b) => `${a.text} | ${b.text}: ${a.payload === b.payload ? "equal" : "different"} to auditctl`),
    );
    assert.equal(unequal.slice(0, 10), []);
  });
else console.log(`SKIPPED audit rules: needs root and ${missing.join(", ")}`);

test.run();
