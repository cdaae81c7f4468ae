// `nodeward access`: the list at two widths, JSON, what could not be seen, hostile names.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openNode } from "../../support/access-node.js";
import { runIn } from "../../support/context.js";

const seen = { "/proc/10/exe": { link: "/usr/sbin/sshd" } };

test("a list to sign: node, time, ways, signature", async () => {
  const { code, out, err } = await runIn(["access", "--no-color"], {
    files: { ...openNode, ...seen },
    terminal: 80,
  });
  assert.is(code, 0, err);
  assert.match(
    out,
    /^Who and what has root\nNode {4}node-7, Debian 12\nRoot {4}\/\nTime {4}2026-11-21T13:10:00.000Z\n/,
  );
  assert.match(out, /^sudo +alice +sudo: may run/m);
  assert.match(out, /^15 ways to root: 2 by account, 2 by sudo, 1 by group, 2 by key, 3 by file, 2 by/m);
  assert.match(out, /Reviewed by {2}_+\n\nDate {9}_+\n\nSignature {4}_+\n$/);
  // A fingerprint is not broken: it is looked for as a whole.
  for (const line of out.split("\n")) assert.ok(line.length <= 80 || line.includes("SHA256:"), line);
});

test("a wide terminal has the place in a column", async () => {
  const { out } = await runIn(["access", "--no-color"], { files: openNode, terminal: 180 });
  assert.match(out, /^BY +WHO +WAY TO ROOT +ASKS FOR +WHERE$/m);
  assert.match(out, /^group +ci +group docker .*\/etc\/group:3$/m);
});

test("JSON: every way with its sources", async () => {
  const { out } = await runIn(["access", "--format", "json"], { files: openNode });
  const document: {
    readonly schemaVersion: number;
    readonly hostname: string;
    readonly ways: readonly {
      readonly by: string;
      readonly who: string;
      readonly sources: readonly object[];
    }[];
  } = JSON.parse(out);
  assert.equal([document.schemaVersion, document.hostname, document.ways.length], [1, "node-7", 15]);
  assert.equal(document.ways[0]?.sources, [
    { source: "/etc/passwd", line: 1, text: "root:x:0:0::/root:/bin/bash" },
  ]);
});

test("what could not be seen makes it exit 3 and is said", async () => {
  const files = { ...openNode, "/etc/shadow": { text: "", error: "denied" } } as const;
  const { code, out } = await runIn(["access"], { files });
  assert.is(code, 3);
  assert.match(out, /not seen: permission denied: \/etc\/shadow/);
});

test("names from the node cannot move the cursor, and no hash is shown", async () => {
  const files = { ...openNode, "/etc/passwd": "ro\u001b[2Jot:$6$salt$secret:0:0::/:/bin/sh\n" };
  const { out } = await runIn(["access"], { files });
  assert.not.match(out, /\u001b|secret/);
  assert.match(out, /ro\\x1b\[2Jot/);
});

test.run();
