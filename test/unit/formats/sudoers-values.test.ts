// Are the values in sudoers taken as sudo takes them: settings, times, escapes, patterns, sudo.conf?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { posixPatternProblem } from "../../../src/formats/posix-pattern.js";
import { parseSudoConf } from "../../../src/formats/sudo-conf.js";
import { newestSudo, parseSudoVersion, sudoersDialect } from "../../../src/formats/sudoers-dialect.js";
import { parseSudoersText } from "../../../src/formats/sudoers-parser.js";
import { settingProblem } from "../../../src/formats/sudoers-settings.js";
import { unescapeName, unescapePath } from "../../../src/formats/sudoers-text.js";
import { commandTimeout, generalizedTime } from "../../../src/formats/sudoers-time.js";

/** What visudo of a release says against `Defaults …`. */
function said(text: string, version = "99"): readonly (string | undefined)[] {
  const release = parseSudoVersion(version) ?? newestSudo;
  const { entries } = parseSudoersText(`Defaults ${text}\n`, sudoersDialect(release));
  const settings = entries.flatMap((entry) => (entry.kind === "defaults" ? entry.settings : []));
  return settings.map((setting) => settingProblem(setting, release));
}

test("settings of every type, with and without value", () => {
  const good =
    "env_reset, !use_pty, !!fqdn, timestamp_timeout=5, timestamp_timeout=-1, timestamp_timeout=.5, !timestamp_timeout, " +
    "passwd_tries=3, closefrom=-3, umask=0022, !umask, logfile=/x, !logfile, lecture, lecture=always, !log_format, syslog, " +
    "syslog=local7, syslog_goodpri=none, env_keep+=X, env_keep-=X, !env_keep, runcwd=~, runcwd=*, command_timeout=1d2h, " +
    'rlimit_core=0\\,infinity, rlimit_cpu=user, secure_path=/bin:/sbin, badpass_message="a b", log_format=json_compact';
  assert.equal(
    said(good).filter((problem) => problem !== undefined),
    [],
  );
  assert.ok(said(good).length > 25);
  const bad =
    "nosuch, env_reset=1, logfile, logfile=x, timestamp_timeout, timestamp_timeout=x, passwd_tries=-1, umask=999, lecture=x, " +
    "log_format, syslog=x, syslog_badpri=x, env_keep, use_pty+=1, logfile+=/x, runcwd=x, command_timeout=5x, rlimit_core=a, " +
    "closefrom=9999999999, iolog_mode=1777, __proto__=1, constructor";
  assert.equal(
    said(bad).filter((problem) => problem === undefined),
    [],
  );
});

test("settings have a release they came with", () => {
  assert.equal(said("intercept", "1.9.8"), [undefined]);
  assert.equal(said("intercept", "1.9.7"), ['unknown defaults entry "intercept"']);
  assert.equal(said("log_format=json_compact", "1.9.15").length, 1);
  assert.ok(said("log_format=json_compact", "1.9.15")[0] !== undefined);
  assert.equal(said("logfile+=/x", "1.9.7"), [undefined]);
});

test("timeouts: units in falling order, sums, overflow", () => {
  const cases: readonly (readonly [string, number | string])[] = [
    ["30", 30],
    ["1d2h3m4s", 93_784],
    ["5m5m", 600],
    ["7D", 604_800],
    ["", "invalid timeout value"],
    ["5x", "invalid timeout value"],
    ["1m1h", "invalid timeout value"],
    ["h", "invalid timeout value"],
    ["99999999999", "timeout value too large"],
    ["99999d", "timeout value too large"],
    ["-5", "timeout value too large"],
  ];
  for (const [text, wanted] of cases) assert.equal(commandTimeout(text), wanted, text);
});

test("dates: parts left out, tenths, zones", () => {
  const at = (text: string) => {
    const date = generalizedTime(text);
    return date === undefined ? undefined : `${new Date(date.at).toISOString()}${date.local ? " local" : ""}`;
  };
  assert.is(at("20260102030405Z"), "2026-01-02T03:04:05.000Z");
  assert.is(at("2026010203Z"), "2026-01-02T03:00:00.000Z");
  assert.is(at("2026010203.5Z"), "2026-01-02T03:30:00.000Z");
  assert.is(at("202601020304,5Z"), "2026-01-02T03:04:30.000Z");
  assert.is(at("20260102030405+0130"), "2026-01-02T01:34:05.000Z");
  assert.is(at("20260102030405-02"), "2026-01-02T05:04:05.000Z");
  assert.is(at("20260102030405"), "2026-01-02T03:04:05.000Z local");
  for (const text of ["2026", "20260102030", "20260102030405X", "20260102030405+1", "", "2026010203.Z"])
    assert.is(at(text), undefined, text);
});

test("escapes in names and paths", () => {
  assert.is(unescapeName("a\\ b\\,c\\x41\\x4"), "a b,cAx4");
  assert.is(unescapeName("\\xc3\\xa9"), "é");
  assert.is(unescapeName("a\\"), "a\\");
  assert.is(unescapePath("/a\\ b\\:c\\*"), "/a b:c\\*");
  assert.is(unescapePath("^/a\\,b$"), "^/a\\,b$");
});

test("patterns the C library refuses", () => {
  for (const pattern of [
    "^a$",
    "^(a|b)+$",
    "^[]a-z^-]*$",
    "^[[:alpha:]]{1,3}$",
    "^a)$",
    "^(a)\\1$",
    "^(?i)x$",
    "^$",
  ])
    assert.is(posixPatternProblem(pattern), undefined, pattern);
  for (const pattern of [
    ...[
      "^(a$",
      "^[a$",
      "^[[:x:]]$",
      "^[z-a]$",
      "^*$",
      "^a**$",
      "^(+)$",
      "^a{2,1}$",
      "^a{300}$",
      "^a{x}$",
      "^\\1$",
    ],
    `^${"a".repeat(2000)}$`,
  ])
    assert.is.not(posixPatternProblem(pattern), undefined, pattern);
});

test("sudo.conf: plugins, their options, comments and continued lines", () => {
  const text =
    "# Plugin x y\nPath askpass /x\nPlugin sudoers_policy sudoers.so sudoers_file=/opt/s \\\n  error_recovery=false # c\nPlugin a\n";
  const [plugin, ...others] = parseSudoConf(text);
  assert.equal(
    [plugin?.symbol, plugin?.path, plugin?.line, others.length],
    ["sudoers_policy", "sudoers.so", 3, 0],
  );
  assert.equal(
    [...(plugin?.options ?? [])],
    [
      ["sudoers_file", "/opt/s"],
      ["error_recovery", "false"],
    ],
  );
});

test.run();
