// What is told as real programs read it: rsyslogd on loopback and on a socket, Python's mail parser, and a stand-in for sendmail.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { liveSend } from "../../src/host/send.js";
import { mailMessage } from "../../src/report/mail.js";
import { localSyslogLines, syslogMessages } from "../../src/report/syslog.js";

const send = liveSend({ now: () => 0, killGroup: () => {} });
const at = "2026-11-21T10:00:00.000Z";
const entries = [
  { PRIORITY: "2", NODEWARD_CHECK: "a.b", NODEWARD_KEY: '/etc/"x]\\y', MESSAGE: "a.b fails now: ä € <1>" },
  { PRIORITY: "5", NODEWARD_CHANGE: "resolved", MESSAGE: `second ${"x".repeat(900)}` },
];
const properties = [
  "msg",
  "structured-data",
  "app-name",
  "msgid",
  "syslogpriority",
  "syslogfacility",
  "hostname",
];
const tlsModule = "/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so";
const [port, tlsPort] = [45_514, 46_514];

interface Seen {
  readonly [name: string]: string;
}

function configuration(folder: string): string {
  const fields = properties
    .map((name) => `property(name="${name}" outname="${name}" format="jsonf")`)
    .join("\n");
  return `global(DefaultNetstreamDriverCAFile="${folder}/ca.pem" DefaultNetstreamDriverCertFile="${folder}/cert.pem" DefaultNetstreamDriverKeyFile="${folder}/key.pem")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
input(type="imuxsock" Socket="${folder}/log" CreatePath="on")
input(type="imudp" address="127.0.0.1" port="${port}")
input(type="imtcp" address="127.0.0.1" port="${port}")
${existsSync(tlsModule) ? `input(type="imtcp" address="127.0.0.1" port="${tlsPort}" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")` : ""}
template(name="t" type="list" option.jsonf="on") { ${fields} }
*.* action(type="omfile" file="${folder}/out" template="t")
`;
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !what(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function seen(folder: string): readonly Seen[] {
  if (!existsSync(join(folder, "out"))) return [];
  return readFileSync(join(folder, "out"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Seen => JSON.parse(line))
    .filter((one) => one["app-name"] === "nodeward");
}

async function withRsyslog(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-rsyslog-"));
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
  ]);
  assert.is(made.status, 0, String(made.stderr));
  writeFileSync(join(folder, "ca.pem"), readFileSync(join(folder, "cert.pem")));
  writeFileSync(join(folder, "conf"), configuration(folder));
  const daemon = spawn("rsyslogd", ["-n", "-C", "-f", join(folder, "conf"), "-i", join(folder, "pid")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    await until(() => existsSync(join(folder, "pid")) && existsSync(join(folder, "log")));
    await use(folder);
  } finally {
    const gone = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

const missing = ["/usr/sbin/rsyslogd", "/usr/bin/openssl"].filter((program) => !existsSync(program));
test("rsyslogd reads the messages as they were meant, by every way", async () => {
  if (missing.length > 0) return console.log(`SKIPPED rsyslogd: ${missing.join(", ")} missing`);
  await withRsyslog(async (folder) => {
    const messages = syslogMessages(entries, "n1", at);
    const ca = readFileSync(join(folder, "ca.pem"), "utf8");
    const transports = existsSync(tlsModule) ? (["udp", "tcp", "tls"] as const) : (["udp", "tcp"] as const);
    if (transports.length < 3) console.log(`SKIPPED syslog over TLS: ${tlsModule} missing`);
    let count = 0;
    for (const transport of transports) {
      const target = { host: "127.0.0.1", port: transport === "tls" ? tlsPort : port, transport, ca };
      assert.equal(await send.syslog(target, messages), { state: "ok" }, transport);
      await until(() => seen(folder).length === count + 2);
      const [first, second, ...more] = seen(folder).slice(count);
      assert.equal(more, [], transport);
      assert.equal(
        [
          first?.["structured-data"],
          first?.syslogpriority,
          first?.syslogfacility,
          first?.hostname,
          first?.msgid,
        ],
        ['[nodeward@32473 check="a.b" key="/etc/\\"x\\]\\\\y"]', "2", "3", "n1", "drift"],
        transport,
      );
      assert.match(first?.msg ?? "", "a.b fails now: ä € <1>");
      assert.match(second?.msg ?? "", "x".repeat(900));
      count += 2;
    }
    const lines = localSyslogLines(entries);
    const words = [
      "--socket",
      join(folder, "log"),
      "--socket-errors=on",
      "--prio-prefix",
      "--tag",
      "nodeward",
    ];
    assert.equal(await send.pipe("/usr/bin/logger", [...words, "--size", "4096"], lines), { state: "ok" });
    await until(() => seen(folder).length === count + 2);
    const [first, second] = seen(folder).slice(count);
    assert.equal(
      [first?.msg?.trim(), first?.syslogpriority, first?.syslogfacility],
      [entries[0]?.MESSAGE, "2", "3"],
    );
    assert.is(second?.msg?.trim(), entries[1]?.MESSAGE);
  });
});

test("a server that is away, or that another authority speaks for, has been told nothing", async () => {
  if (missing.length > 0) return console.log(`SKIPPED rsyslogd: ${missing.join(", ")} missing`);
  const messages = syslogMessages(entries, "n1", at);
  for (const transport of ["udp", "tcp", "tls"] as const) {
    const closed = await send.syslog({ host: "127.0.0.1", port: 45_599, transport, ca: undefined }, messages);
    assert.match(closed.state === "failed" ? closed.reason : "", "ECONNREFUSED", transport);
  }
  const absent = await send.pipe(
    "/usr/bin/logger",
    ["--socket", "/nonexistent", "--socket-errors=on"],
    "x\n",
  );
  assert.is(absent.state, "failed");
  if (!existsSync(tlsModule)) return;
  await withRsyslog(async (folder) => {
    const strange = await send.syslog(
      { host: "127.0.0.1", port: tlsPort, transport: "tls", ca: undefined },
      messages,
    );
    assert.match(strange.state === "failed" ? strange.reason : "", /self.signed/i);
    assert.equal(seen(folder), []);
  });
});

test("Python's parser finds in a mail the headers, recipients and text that were meant, and no defect", async () => {
  if (!existsSync("/usr/bin/python3")) return console.log("SKIPPED mail: /usr/bin/python3 missing");
  const subject =
    "nodeward: n1: 3 fail now: ä\r\nBcc: evil@example.org, wholly longer than one encoded word can be";
  const message = mailMessage(
    { to: ["ops@example.org", "b@c.d"], from: "n1@example.org", hostname: "n1", atMs: Date.parse(at) },
    [{ subject, text: "~ file /etc/ä\n.\n-old\n+new €\n" }],
    "1",
  );
  const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({"keys": m.keys(), "to": [a.addr_spec for a in m["to"].addresses], "subject": m["subject"],
  "date": m["date"].datetime.isoformat(), "text": m.get_content(), "defects": [str(d) for d in m.defects]
  + [str(d) for k in m.keys() for d in m[k].defects]}))`;
  const read = spawnSync("/usr/bin/python3", ["-c", script], { input: message, encoding: "utf8" });
  assert.is(read.status, 0, read.stderr);
  const found = JSON.parse(read.stdout);
  assert.equal(found.defects, []);
  assert.equal(found.to, ["ops@example.org", "b@c.d"]);
  assert.not.ok(found.keys.includes("Bcc"));
  assert.match(
    found.subject,
    /^nodeward: n1: 3 fail now: ä Bcc: evil@example\.org, wholly longer than one encoded/,
  );
  assert.is(found.date, "2026-11-21T10:00:00+00:00");
  assert.is(found.text, "~ file /etc/ä\n.\n-old\n+new €\n");
});

test("a program in sendmail's place gets recipients as arguments and the message as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-sendmail-"));
  try {
    const program = join(folder, "sendmail");
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/args\ncat >${folder}/mail\n`);
    chmodSync(program, 0o755);
    assert.equal(await send.pipe(program, ["-i", "ops@example.org"], "a\n.\nb\n"), { state: "ok" });
    assert.is(readFileSync(join(folder, "args"), "utf8"), "-i\nops@example.org\n");
    assert.is(readFileSync(join(folder, "mail"), "utf8"), "a\n.\nb\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
