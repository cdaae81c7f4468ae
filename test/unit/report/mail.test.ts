// Mails as programs read them, whatever the node wrote into them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mailMessage } from "../../../src/report/mail.js";

const head = {
  to: ["ops@example.org", "root"],
  from: undefined,
  hostname: "Node-1",
  atMs: Date.UTC(2026, 10, 21, 10),
};

function parts(message: string) {
  const split = message.indexOf("\n\n");
  const body = Buffer.from(message.slice(split + 2), "base64").toString("utf8");
  return { headers: message.slice(0, split).split("\n"), body };
}

test("headers and text", () => {
  const { headers, body } = parts(
    mailMessage(head, [{ subject: "nodeward: n1: 1 fail now", text: "ä\n" }], "1"),
  );
  assert.equal(
    headers.filter((line) => !line.startsWith("Message-ID")),
    [
      "From: nodeward <root@node-1>",
      "To: ops@example.org,",
      " root",
      "Subject: nodeward: n1: 1 fail now",
      "Date: Sat, 21 Nov 2026 10:00:00 +0000",
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ],
  );
  assert.is(body, "ä\n");
});

test("nothing of the node becomes a header, a recipient or the end of the text", () => {
  const subject = "x\r\nBcc: evil@example.org\r\n\r\nbody =?utf-8?B?eA==?= ü\u0000";
  const message = mailMessage(
    { ...head, hostname: "a\nBcc: c@d" },
    [{ subject, text: ".\nFrom x\n\ud800\n" }],
    "1",
  );
  const { headers, body } = parts(message);
  assert.equal(
    headers.filter((line) => /^Bcc/i.test(line)),
    [],
  );
  assert.is(headers[0], "From: nodeward <root@abcccd>");
  assert.match(message, /^[\x0a\x20-\x7e]*$/);
  for (const line of message.split("\n")) assert.ok(line.length <= 78, line);
  assert.is(body, ".\nFrom x\n\ufffd\n");
});

test("several reports are one mail; what is too long is cut at a line, and said; the same mail is known again", () => {
  const long = "a line of the report\n".repeat(10_000);
  const reports = Array.from({ length: 9 }, (_, index) => ({
    subject: `s${index}`,
    text: `${index}\n${long}`,
  }));
  const message = mailMessage(head, reports, "a b");
  assert.match(message, "Subject: nodeward: Node-1: 9 reports of changes");
  const { body } = parts(message);
  assert.ok(body.length < 260 * 1024);
  assert.match(body, /… and \d+ more lines: nodeward drift on the node\n$/);
  const id = (text: string) => /^Message-ID: (.*)$/m.exec(text)?.[1];
  assert.is(id(message), id(mailMessage(head, reports, "a b")));
  assert.is.not(id(message), id(mailMessage(head, reports, "a c")));
});

test.run();
