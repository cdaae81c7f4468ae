// Do we match origins as unattended-upgrade does? Its own functions are called on generated patterns; nothing is upgraded.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { legacyPattern, matchOrigin, type Origin } from "../../src/facts/unattended-origins.js";

const program = "/usr/bin/unattended-upgrade";
const script = `
import importlib.machinery, importlib.util, json, logging, sys, types
loader = importlib.machinery.SourceFileLoader("uu", "${program}")
uu = importlib.util.module_from_spec(importlib.util.spec_from_loader("uu", loader))
loader.exec_module(uu)
logging.disable(logging.CRITICAL)
uu.DISTRO_ID, uu.DISTRO_CODENAME = "Debian", "bookworm"
def legacy(text):
    uu.apt_pkg.config.clear("Unattended-Upgrade::Allowed-Origins")
    uu.apt_pkg.config.set("Unattended-Upgrade::Allowed-Origins::", text)
    return uu.get_allowed_origins_legacy()[0]
def answer(case):
    origin = types.SimpleNamespace(**case["origin"])
    try:
        pattern = legacy(case["pattern"]) if case["legacy"] else uu.substitute(case["pattern"])
        return "matches" if uu.match_whitelist_string(pattern, origin) else "differs"
    except Exception:
        return "wrong"
print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
`;

const distribution = { id: "Debian", codename: "bookworm" };
const value = fc.constantFrom(
  "Debian",
  "Debian*",
  "${distro_id}",
  "$distro_codename-security",
  "bookworm-security",
  "*-security",
  "[Dd]ebian",
  "Debian\\,Inc",
  "",
  "${nothing}",
  "$$",
  "Ubunt?",
  "[!U]*",
);
const key = fc.constantFrom(
  "o",
  "origin",
  "l",
  "label",
  "a",
  "suite",
  "archive",
  "c",
  "component",
  "site",
  "n",
  "codename",
  "distro",
);
const token = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(key, value).map((pair) => pair.join("=")) },
  { weight: 1, arbitrary: fc.constantFrom("Debian", "o=a=b", " o = Debian ", "") },
);
const pattern = fc.array(token, { minLength: 1, maxLength: 3 }).map((tokens) => tokens.join(","));
const legacy = fc.constantFrom(
  "Debian:bookworm-security",
  "${distro_id}:${distro_codename}-security",
  "Debian bookworm",
  "Debian",
  "a:b:c",
  "De\\:bian:x",
  "A, B:bookworm-security",
  "${distro_id}:",
);
const text = fc.constantFrom("Debian", "Debian,Inc", "Ubuntu", "bookworm", "bookworm-security", "$", "");
const origin: fc.Arbitrary<Origin> = fc.record({
  origin: text,
  label: text,
  suite: text,
  codename: text,
  component: fc.constantFrom("main", "contrib"),
  site: fc.constant("deb.debian.org"),
});
const cases = fc
  .record({ origin, legacy: fc.boolean(), pattern, other: legacy })
  .map(({ other, ...one }) => (one.legacy ? { ...one, pattern: other } : one));

if (existsSync(program))
  test("1500 patterns: the same match, the same refused", () => {
    const all = fc.sample(cases, { numRuns: 1500, seed: 48 });
    const input = JSON.stringify(
      all.map(({ origin: { suite, ...rest }, ...one }) => ({ ...one, origin: { ...rest, archive: suite } })),
    );
    const out = execFileSync("/usr/bin/python3", ["-c", script], {
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    const theirs: readonly string[] = JSON.parse(out);
    const ours = all.map((one) => {
      const wanted = one.legacy ? legacyPattern(one.pattern) : one.pattern;
      return wanted === undefined ? "wrong" : matchOrigin(wanted, one.origin, distribution).state;
    });
    const different = all.flatMap((one, index) =>
      ours[index] === theirs[index]
        ? []
        : [`${JSON.stringify(one)}: ours ${ours[index]}, theirs ${theirs[index]}`],
    );
    assert.equal(different.slice(0, 5), []);
  });
else console.log(`SKIPPED origins: ${program} is not installed`);

test.run();
