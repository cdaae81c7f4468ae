// dnf.conf, inetd.conf, xinetd.conf and systemctl's list: what each line says, and texts that say nothing.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { dnfBoolean, parseDnfConf } from "../../../src/formats/dnf-conf.js";
import { parseInetdConf, parseXinetdConf } from "../../../src/formats/inetd-conf.js";
import { parseUnitList } from "../../../src/formats/systemctl-list.js";

test("dnf: sections, options, continuation lines, comments, spans", () => {
  const text =
    "# c\n[main]\ngpgcheck = 1\n\n[x]\nbaseurl=http://a\n  http://b\n;c\nname=\nenabled=0\nenabled=1\r\n";
  const { sections, broken } = parseDnfConf(text);
  assert.equal(broken, []);
  assert.equal(
    sections.map(
      ({ name, line, options }) =>
        `${name}:${line} ${options.map(({ key, value }) => `${key}=${JSON.stringify(value)}`).join(" ")}`,
    ),
    ['main:2 gpgcheck="1"', 'x:5 baseurl="http://a\\nhttp://b" name="" enabled="0" enabled="1"'],
  );
  const option = sections[0]?.get("gpgcheck");
  assert.is(text.slice(option?.valueSpan.start, option?.valueSpan.end), "1");
  assert.is(sections[1]?.get("enabled")?.value, "1");
  assert.is(sections[1]?.get("__proto__"), undefined);
});

test("dnf: what is no option is said by its line", () => {
  assert.equal(parseDnfConf("a=1\n[x]\nword\n continued\n").broken, [1, 3, 4]);
});

test("dnf: truth values", () => {
  assert.equal(["1", "Yes", "on", "0", "False", "off", "maybe", ""].map(dnfBoolean), [
    true,
    true,
    true,
    false,
    false,
    false,
    undefined,
    undefined,
  ]);
});

test("inetd: one service a line, those that are off left out", () => {
  const text =
    "#ftp stream tcp nowait root /usr/sbin/tcpd in.ftpd\n#<off># talk dgram udp wait nobody /usr/sbin/tcpd x\ntelnet\tstream tcp nowait telnetd /usr/sbin/tcpd /usr/sbin/in.telnetd\n127.0.0.1:tftp dgram udp wait root /x x\nhalf a line\n";
  assert.equal(parseInetdConf(text), [
    { name: "telnet", program: "/usr/sbin/tcpd", line: 3 },
    { name: "tftp", program: "/x", line: 4 },
  ]);
});

test("xinetd: disable, disabled, ids", () => {
  const text =
    "defaults\n{\n disabled = echo chargen-dgram\n}\nservice telnet\n{\n disable\t= no\n server = /usr/sbin/in.telnetd\n}\nservice ftp\n{\n disable = yes\n}\nservice echo\n{\n}\nservice chargen\n{\n id = chargen-dgram\n}\nservice rsync {\n}\n";
  assert.equal(parseXinetdConf(text), [
    { name: "telnet", program: "/usr/sbin/in.telnetd", line: 5 },
    { name: "rsync", program: "", line: 21 },
  ]);
});

test("systemctl: columns, marks of failed and missing units, other lines", () => {
  const text = [
    "ssh.service                loaded    active   running OpenBSD Secure Shell server",
    "● ufw.service              loaded    failed   failed  Uncomplicated firewall",
    "  none.service             not-found inactive dead    none.service",
    "dev-disk-by\\x2duuid.device loaded    active   plugged X",
    "apt-daily.timer            loaded    active   waiting",
    "",
    "LOAD = Reflects whether the unit definition was properly loaded.",
  ].join("\n");
  assert.equal(
    parseUnitList(text).map(({ name, load, active, sub }) => [name, load, active, sub].join(" ")),
    [
      "ssh.service loaded active running",
      "ufw.service loaded failed failed",
      "none.service not-found inactive dead",
      "dev-disk-by\\x2duuid.device loaded active plugged",
      "apt-daily.timer loaded active waiting",
    ],
  );
});

test("any text is read, in linear time, without a change", () => {
  const junk = fc.string({ unit: fc.constantFrom(..."[]=# \n;ab{}\0\t\r\ufeff"), maxLength: 200 });
  fc.assert(
    fc.property(junk, (text) => {
      for (const { options } of parseDnfConf(text).sections)
        for (const { span } of options) assert.ok(span.start <= span.end && span.end <= text.length);
      parseInetdConf(text);
      parseXinetdConf(text);
      parseUnitList(text);
      assert.equal(applyEdits(text, []), { state: "ok", text });
    }),
    { numRuns: 300 },
  );
  const started = performance.now();
  for (const piece of ["a=b\n", " b\n", "[x]\n", "service x\n{\n", "x ", "●", "\t"]) {
    const text = piece.repeat(20_000);
    parseDnfConf(`[x]\na=1\n${text}`);
    parseInetdConf(text);
    parseXinetdConf(text);
    parseUnitList(text);
  }
  assert.ok(performance.now() - started < 30_000);
});

test.run();
