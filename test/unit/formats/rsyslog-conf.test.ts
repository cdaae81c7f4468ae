import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { parseRsyslogConf } from "../../../src/formats/rsyslog-conf.js";

function shown(text: string): readonly string[] {
  return parseRsyslogConf(text).statements.map((one) => {
    if (one.kind === "forward") return `${one.line}: ${one.protocol} ${one.target}`;
    if (one.kind === "directive") return `${one.line}: $${one.name} ${one.value}`;
    if (one.kind === "file") return `${one.line}: file ${one.path}`;
    return `${one.line}: ${one.name}(${[...one.parameters].map((pair) => pair.join("=")).join(" ")})`;
  });
}

test("both syntaxes", () => {
  const text = [
    'module(load="imuxsock") # provides support',
    'module(load="imjournal"',
    '       StateFile="imjournal.state")',
    "$FileCreateMode 0640",
    "$IncludeConfig /etc/rsyslog.d/*.conf",
    "*.*;auth.none  -/var/log/syslog",
    "*.* @@logs.example:6514;RSYSLOG_SyslogProtocol23Format",
    "*.* @(z9)192.0.2.1",
    "& @[2001:db8::1]:514",
    "*.* :omrelp:relp.example:2514",
    "mail.* /var/log/mail@example.log",
    'if $programname == "x" then { action(type="omfwd" Target="h" Port="514" Protocol="tcp") stop }',
    'ruleset(name="remote") {',
    '  action(type="omfile" file="/var/log/a # b")',
    "}",
    'input(type="imtcp" port="514" ruleset="remote")',
  ].join("\n");
  assert.equal(shown(text), [
    "1: module(load=imuxsock)",
    "2: module(load=imjournal statefile=imjournal.state)",
    "4: $filecreatemode 0640",
    "5: $includeconfig /etc/rsyslog.d/*.conf",
    "6: file /var/log/syslog",
    "7: tcp logs.example:6514",
    "8: udp 192.0.2.1",
    "9: udp [2001:db8::1]:514",
    "10: relp relp.example:2514",
    "11: file /var/log/mail@example.log",
    "12: action(type=omfwd target=h port=514 protocol=tcp)",
    "13: ruleset(name=remote)",
    "14: action(type=omfile file=/var/log/a # b)",
    "16: input(type=imtcp port=514 ruleset=remote)",
  ]);
});

test("comments of both kinds hide what is in them", () => {
  assert.equal(shown('# *.* @@a\n/* *.* @@b\n*.* @@c */\n*.* @@d # @@e\n#module(load="x"\n'), ["4: tcp d"]);
});

test("the place of a directive's value is its text", () => {
  const text = "\n  $FileCreateMode   0644   # why\n";
  const [one] = parseRsyslogConf(text).statements;
  assert.ok(one?.kind === "directive");
  assert.is(text.slice(one.valueSpan.start, one.valueSpan.end), "0644");
});

test("what is not closed is said by its line", () => {
  assert.equal(parseRsyslogConf('\nmodule(load="imuxsock"\n*.* @@a\n').broken, [2]);
});

const pieces = fc.constantFrom(
  "module(",
  "action(",
  ")",
  '"',
  "\n",
  "/*",
  "*/",
  "#",
  " @@a",
  "$X y",
  "{",
  "}",
  "=",
  "\\",
  "*.*",
);

test("any text is read, with places inside it", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      for (const { span } of parseRsyslogConf(text).statements)
        assert.ok(span.start <= span.end && span.end <= text.length);
      assert.equal(applyEdits(text, []), { state: "ok", text });
    }),
    { numRuns: 500 },
  );
});

test("a hostile file is read in linear time", () => {
  const started = performance.now();
  for (const piece of ["module(", "action( ", '"', "/*", "#", "{", "@@", "a b ", "$x ", "\n", "(", 'a="b" '])
    parseRsyslogConf(piece.repeat(20_000));
  parseRsyslogConf("module(\n".repeat(20_000));
  assert.ok(performance.now() - started < 30_000, `${performance.now() - started} ms`);
});

test.run();
