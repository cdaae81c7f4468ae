// Does apparmor_parser take every policy that is generated, and does libapparmor read the same from each line? Over the corpus
// of lines, lines made at random, and policies that are merged into.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mergedPolicy, newPolicy } from "../../src/confine/apparmor-generate.js";
import { Seen } from "../../src/confine/apparmor-seen.js";
import { type AppArmorEvent, AppArmorLogReader } from "../../src/formats/apparmor-event.js";
import { parsePolicyRules } from "../../src/formats/apparmor-rules.js";
import { access, event, files, others } from "../support/apparmor-lines.js";
import { syntaxes } from "../support/apparmor-syntaxes.js";

const folder = mkdtempSync(join(tmpdir(), "nodeward-apparmor-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const parser = "/usr/sbin/apparmor_parser";
const options = { parser: 3, abi: "3.0", complain: false } as const;
const tunables = ["home", "multiarch", "proc", "kernelvars", "run", "etc"];
const read = (path: string) => parsePolicyRules(readFileSync(join("/etc/apparmor.d", path), "utf8"));

function seenOf(lines: readonly string[]) {
  const seen = new Seen("");
  const reader = new AppArmorLogReader((one) => seen.add(one));
  reader.read(lines.join("\n"));
  return seen.profiles();
}

/** What the parser says against a policy; undefined where it takes it. */
function refusal(policy: string): string | undefined {
  const file = join(folder, "policy");
  writeFileSync(file, policy);
  const ran = spawnSync(parser, ["-QK", file], { encoding: "utf8", timeout: 60_000 });
  return ran.status === 0 ? undefined : `${ran.stderr}${ran.stdout}${ran.error?.message ?? ""}`;
}

function policies() {
  return new Map([
    ["tunables/global", tunables.map((name) => read(`tunables/${name}`))],
    ["abstractions/base", [read("abstractions/base")]],
    ["abstractions/crypto", [read("abstractions/crypto")]],
  ]);
}

const isReady = existsSync(parser) && existsSync("/etc/apparmor.d/abi/3.0");
if (!isReady) console.log("SKIPPED apparmor-generate: apparmor is not installed");
else {
  test("the corpus, each line alone and all together", () => {
    const lines = [...files, ...others].map(({ line }) => line);
    const all = newPolicy(seenOf(lines), policies(), options);
    assert.is(refusal(all.policy), undefined, all.policy);
    for (const { line, rule } of [...files, ...others]) {
      if (rule === undefined) continue;
      const { policy } = newPolicy(seenOf([line]), policies(), options);
      assert.is(refusal(policy), undefined, policy);
    }
  });

  test("lines made at random, merged in two goes", () => {
    const path = fc
      .array(
        fc.oneof(
          fc.stringMatching(/^[ -.0-~]{1,10}$/),
          fc.string({ minLength: 1, maxLength: 6 }),
          fc.constantFrom("proc", "home", "7", "usr", "lib", "a.so.6", "tmp", "f.Xy12Zq", "größe"),
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((parts) => `/${parts.join("/").replaceAll("\0", "")}`.replace(/\/{2,}/g, "/"));
    const profile = fc.constantFrom(
      "app",
      "/usr/sbin/x",
      "app//child",
      "odd name",
      "/opt/{a,b}/*",
      "7up",
      "a[b]",
    );
    const line = fc.oneof(
      fc
        .tuple(path, fc.constantFrom("r", "w", "rwc", "a", "mr", "wk", "d", "x", "rx"), fc.boolean())
        .map(([name, mask, own]) => access(name, mask, own ? "fsuid=7 ouid=7" : "fsuid=7 ouid=0")),
      fc
        .tuple(path, path)
        .map(([a, b]) =>
          event(
            "link",
            `name=${Buffer.from(a).toString("hex").toUpperCase()} requested_mask="l" target=${Buffer.from(b).toString("hex").toUpperCase()} fsuid=1 ouid=1`,
          ),
        ),
      path.map((name) =>
        event(
          "mount",
          `name=${Buffer.from(name).toString("hex").toUpperCase()} srcname="/dev/sda" fstype="ext4" flags="rw, nosuid"`,
        ),
      ),
      fc
        .tuple(profile, fc.constantFrom("term", "hup", "exists", "rtmin+32", "strange"))
        .map(([peer, name]) => event("signal", `requested_mask="send" signal=${name} peer="${peer}"`)),
      fc
        .tuple(profile, path)
        .map(([label, name]) =>
          event(
            "open",
            `name=${Buffer.from(name).toString("hex").toUpperCase()} requested_mask="r" fsuid=1 ouid=0`,
            { profile: label },
          ),
        ),
      fc.constantFrom(...others.map((one) => one.line)),
    );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.array(line, { maxLength: 10 }),
        (first, second) => {
          fc.pre(seenOf(first).length > 0);
          const made = newPolicy(seenOf(first), policies(), options);
          assert.is(refusal(made.policy), undefined, made.policy);
          const merged = mergedPolicy(made.policy, seenOf([...first, ...second]), policies(), options);
          if ("problem" in merged) throw new Error(merged.problem);
          assert.is(refusal(merged.policy), undefined, merged.policy);
          const again = mergedPolicy(merged.policy, seenOf([...first, ...second]), policies(), options);
          assert.is("problem" in again ? again.problem : again.policy, merged.policy);
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });
}

/** Profiles as distributions ship them; further ones where their package is installed. */
const shipped = ["/etc/apparmor.d", "/usr/share/apparmor/extra-profiles"].flatMap((place) =>
  existsSync(place)
    ? readdirSync(place, { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "README")
        .map((entry) => join(place, entry.name))
    : [],
);
if (isReady)
  test("profiles of others: what is added is taken, and without anything to add no byte differs", () => {
    assert.ok(shipped.length > 0);
    for (const path of shipped) {
      const text = readFileSync(path, "utf8");
      const policy = parsePolicyRules(text);
      assert.is(policy.problem, undefined, path);
      // One that the parser of this machine does not take tells nothing.
      if (policy.profiles.length === 0 || refusal(text) !== undefined) continue;
      const same = mergedPolicy(text, [], policies(), options);
      assert.is("problem" in same ? same.problem : same.policy, text, path);
      const lines = policy.profiles.flatMap(({ name }) => [
        event("open", 'name="/srv/nodeward/new" requested_mask="rw" fsuid=1 ouid=0', { profile: name }),
        event("capable", 'capname="wake_alarm"', { profile: name }),
      ]);
      const merged = mergedPolicy(text, seenOf(lines), policies(), options);
      if ("problem" in merged) throw new Error(`${path}: ${merged.problem}`);
      assert.is(refusal(merged.policy), undefined, path);
      assert.ok(merged.policy.length >= text.length);
    }
  });

/** The same fields by libapparmor, which aa-logprof and aa-notify read with. */
const script = `
import json, sys, LibAppArmor as l
names = {l.AA_RECORD_ALLOWED: "ALLOWED", l.AA_RECORD_DENIED: "DENIED", l.AA_RECORD_AUDIT: "AUDIT"}
for line in json.load(sys.stdin):
    r = l.parse_record(line)
    print(json.dumps([names.get(r.event, ""), r.operation, r.profile, r.name, r.requested_mask, r.name2, r.peer]))
`;
const probe = spawnSync("/usr/bin/python3", ["-c", "import LibAppArmor"]);
if (probe.status !== 0) console.log("SKIPPED apparmor-generate: python3-libapparmor is not installed");
else
  test("libapparmor reads the same from each line", () => {
    // Forms that it does not know: what ausearch has interpreted, the journal's JSON.
    const own = Object.entries(syntaxes).filter(
      ([name]) => !/-i|node|JSON|json|of the audit|export|CRLF/.test(name),
    );
    const lines = [...[...files, ...others].map(({ line }) => line), ...own.map(([, line]) => line)];
    const ran = spawnSync("/usr/bin/python3", ["-c", script], {
      input: JSON.stringify(lines),
      encoding: "utf8",
    });
    assert.is(ran.status, 0, ran.stderr);
    const theirs = ran.stdout.trim().split("\n");
    for (const [at, line] of lines.entries()) {
      const events: AppArmorEvent[] = [];
      new AppArmorLogReader((one) => events.push(one)).read(line);
      const [verdict, operation, profile, name, mask, target, peer] = JSON.parse(theirs[at] ?? "[]");
      const [mine] = events;
      // Fields that are younger than its 3.0, and what stands round those of a bus, make it give the line up.
      if (
        verdict === "" &&
        mine !== undefined &&
        /class=|laddr=|addr=none|rlimit=|operation="dbus_/.test(line)
      )
        continue;
      if (mine === undefined) {
        assert.is(verdict, "", line);
        continue;
      }
      assert.equal([mine.verdict, mine.operation, mine.profile], [verdict, operation, profile], line);
      const same = (field: string, value: unknown) => {
        if (typeof value === "string")
          assert.is(mine.fields.get(field) ?? value, value, `${field} of ${line}`);
      };
      same("name", name);
      same("requested_mask", mask);
      same("target", target);
      same("peer", peer);
    }
  });

test.run();
