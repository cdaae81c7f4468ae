// Messages of syslog by the letter of RFC 5424, whatever the node wrote into them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { localSyslogLines, syslogMessages } from "../../../src/report/syslog.js";

const at = "2026-11-21T10:00:00.000Z";
const entry = {
  MESSAGE_ID: "x",
  SYSLOG_IDENTIFIER: "nodeward",
  PRIORITY: "2",
  NODEWARD_CHECK: "a.b",
  NODEWARD_KEY: '/etc/"a]\\b',
  MESSAGE: "a.b fails now: ä",
};

test("header, structured data and text", () => {
  assert.equal(syslogMessages([entry], "n1", at), [
    `<26>1 ${at} n1 nodeward - drift [nodeward@32473 check="a.b" key="/etc/\\"a\\]\\\\b"] \ufeffa.b fails now: ä`,
  ]);
});

test("a host name that is none is left out; a message is cut at a character", () => {
  assert.match(syslogMessages([entry], "", at)[0] ?? "", ` ${at} - nodeward `);
  assert.match(syslogMessages([entry], "n 1\nä", at)[0] ?? "", ` ${at} n1 nodeward `);
  for (const size of [1990, 1991, 1992, 1993]) {
    const [message = ""] = syslogMessages([{ ...entry, MESSAGE: "€".repeat(size) }], "n1", at);
    assert.ok(Buffer.byteLength(message) <= 2048 && Buffer.byteLength(message) > 2044);
    assert.not.match(message, "\ufffd");
  }
});

test("for this machine's own: a line and its priority an entry", () => {
  assert.is(localSyslogLines([entry, { MESSAGE: "x" }]), "<26>a.b fails now: ä\n<30>x\n");
});

test.run();
