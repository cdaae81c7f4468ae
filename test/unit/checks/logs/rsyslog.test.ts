// logs.create-mode, remote-input, remote, remote-tls: what rsyslog and systemd-journal-upload are told, and whether they run.
import { test } from "uvu";
import createMode from "../../../../src/checks/logs/create-mode.js";
import { remoteChecks } from "../../../../src/checks/logs/remote.js";
import remoteInput from "../../../../src/checks/logs/remote-input.js";
import { testCheck } from "../../../support/check.js";
import { bare, enabled, installed, running } from "../../../support/service-tree.js";

const conf = "/etc/rsyslog.conf";
const part = "/etc/rsyslog.d/50-x.conf";
const include = "$IncludeConfig /etc/rsyslog.d/*.conf\n";
const broken = { name: "an object without an end", files: { [conf]: 'module(load="imuxsock"\n' } };

const rule = "*.* /var/log/all\n";
testCheck(createMode, {
  passes: [
    { name: "Debian's", files: { [conf]: `$FileOwner root\n$FileCreateMode 0640\n${rule}` } },
    { name: "tighter, in a part", files: { [conf]: `${include}${rule}`, [part]: "$filecreatemode 0600" } },
    {
      name: "of the newer syntax",
      files: {
        [conf]:
          'module(load="builtin:omfile" fileCreateMode="0640")\naction(type="omfile" file="/var/log/x")\naction(type="omfile" file="/var/log/y" fileCreateMode="0600")\n',
      },
    },
  ],
  fails: [
    {
      name: "default",
      files: { [conf]: `${include}${rule}mail.* -/var/log/mail.log\n` },
      at: [`${conf}:2`],
      says: /:2 makes \/var\/log\/all, \/var\/log\/mail.log with mode 0644, the default$/,
      fixed: {
        "/etc/rsyslog.d/00-nodeward.conf":
          "# Written by nodeward: log files are not for everybody.\n$FileCreateMode 0640\n",
      },
    },
    {
      name: "set too wide",
      files: {
        [conf]: `${include}$FileCreateMode 0644 # all\n${rule}`,
        [part]: `$FileCreateMode 0640\n${rule}`,
      },
      at: [`${conf}:2`, `${part}:1`],
      says: /rsyslog\.conf:2 makes \/var\/log\/all with mode 0644$/,
      fixed: { [conf]: `${include}$FileCreateMode 0640 # all\n${rule}` },
    },
    {
      name: "set after the rules: ours comes before them",
      files: { [conf]: "*.*;auth.none -/var/log/syslog\n$FileCreateMode 0640\n" },
      at: [`${conf}:1`],
      fixed: {
        [conf]:
          "# Written by nodeward: log files are not for everybody.\n$FileCreateMode 0640\n*.*;auth.none -/var/log/syslog\n$FileCreateMode 0640\n",
      },
    },
    {
      name: "the older word means nothing to the newer syntax",
      files: { [conf]: '$FileCreateMode 0640\naction(type="omfile" file="/var/log/x")\n' },
      at: [`${conf}:2`],
      says: /:2 makes \/var\/log\/x with mode 0644, the default/,
      fixed: {
        [conf]: '$FileCreateMode 0640\naction(type="omfile" file="/var/log/x" fileCreateMode="0640")\n',
      },
    },
    {
      name: "for one file",
      files: { [conf]: 'action(type="omfile" file="/var/log/x" fileCreateMode="0666")\n' },
      says: /rsyslog\.conf:1 makes \/var\/log\/x with mode 0666$/,
    },
  ],
  errors: [
    broken,
    { name: "no mode", files: { [conf]: `$FileCreateMode 0999\n${rule}` }, says: /is no mode/ },
  ],
  notApplicable: [{ name: "all is sent on", files: { [conf]: "*.* @@logs.example\n" } }],
});

testCheck(remoteInput, {
  passes: [
    { name: "its own only", files: { [conf]: 'module(load="imuxsock")\nmodule(load="imudp")\n' } },
    { name: "on loopback", files: { [conf]: 'input(type="imudp" port="514" address="127.0.0.1")\n' } },
  ],
  fails: [
    {
      name: "both syntaxes",
      files: { [conf]: 'input(type="imtcp" port="514")\n$UDPServerRun 514\n#$InputTCPServerRun 1\n' },
      at: [`${conf}:1`, `${conf}:2`],
      says: /:1 makes rsyslog listen to other machines \(input imtcp\); .*:2 .*\(udpserverrun 514\)/,
    },
  ],
  errors: [broken],
});

const [remote, remoteTls] = remoteChecks;
if (remote === undefined || remoteTls === undefined) throw new Error("two checks");
const rsyslog = (text: string) => ({ ...enabled("rsyslog.service"), [conf]: text });
const upload = (text: string) => ({
  ...enabled("systemd-journal-upload.service"),
  "/etc/systemd/journal-upload.conf": `[Upload]\n${text}\n`,
});

testCheck(remote, {
  passes: [
    { name: "the older syntax", files: rsyslog("*.* @@logs.example:6514\n") },
    { name: "the newer", files: rsyslog('action(type="omfwd" target="10.0.0.1" port="514")\n') },
    { name: "the journal's own", files: upload("URL=https://logs.example") },
    {
      name: "a collector that is known to",
      files: { ...bare, ...running("fluent-bit") },
      params: { collectors: ["fluent-bit"] },
    },
  ],
  fails: [
    { name: "kept here", files: rsyslog("*.* /var/log/all\n"), says: /sends logs to another machine/ },
    { name: "to itself", files: rsyslog("*.* @127.0.0.1:5140\n*.* @@[::1]:1\n") },
    {
      name: "configured, and not started",
      files: { ...installed("rsyslog.service"), [conf]: "*.* @@logs.example\n" },
    },
    { name: "no URL", files: upload("#URL=") },
  ],
  errors: [
    {
      name: "a collector",
      files: { ...bare, ...running("fluent-bit") },
      says: "fluent-bit runs and may send",
    },
    { name: "not read to its end", files: rsyslog('action(type="omfwd"\n') },
  ],
});

const gtls = 'global(defaultNetstreamDriver="gtls")\n';
testCheck(remoteTls, {
  passes: [
    {
      name: "omfwd with TLS",
      files: rsyslog(`${gtls}action(type="omfwd" target="a" protocol="tcp" streamdrivermode="1")\n`),
    },
    {
      name: "the driver of the action, in the older syntax as well",
      files: rsyslog(
        'action(type="omfwd" target="a" protocol="TCP" streamDriver="ossl" streamDriverMode="1")\n$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n*.* @@b:6514\n',
      ),
    },
    { name: "RELP with TLS", files: rsyslog('action(type="omrelp" target="a" port="1" tls="on")\n') },
    { name: "the journal's own", files: upload("URL=logs.example") },
  ],
  fails: [
    {
      name: "in the clear",
      files: rsyslog(
        `${gtls}*.* @@a\n*.* @b\naction(type="omfwd" target="c" protocol="udp" streamdrivermode="1")\naction(type="omrelp" target="d")\n`,
      ),
      at: [`${conf}:2`, `${conf}:3`, `${conf}:4`, `${conf}:5`],
      says: /:2: rsyslog sends logs to a in the clear; .*:5: rsyslog sends logs to d in the clear/,
    },
    {
      name: "mode 1 without a driver that can",
      files: rsyslog('action(type="omfwd" target="c" protocol="tcp" streamdrivermode="1")\n'),
    },
    { name: "http", files: upload("URL=http://logs.example"), says: /http:\/\/logs.example in the clear/ },
    {
      name: "to whoever answers",
      files: upload("URL=https://logs.example\nTrustedCertificateFile=-"),
      says: "without asking who takes them",
    },
  ],
  errors: [
    {
      name: "a module whose settings are not read",
      files: rsyslog('action(type="omkafka" broker="k:9092")\n'),
      says: /cannot be told/,
    },
    { name: "not read to its end", files: rsyslog(`${gtls}module(\n`) },
  ],
  notApplicable: [{ name: "nothing is sent", files: rsyslog("*.* /var/log/all\n") }],
});

test.run();
