import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Host } from "../../../src/host/host.js";
import { memoryHost } from "../../../src/host/memory.js";
import { makeTree } from "../../support/tree.js";

async function collected(host: Host, path: string, limit?: number) {
  const parts: string[] = [];
  const result = await host.scan(
    path,
    (part) => parts.push(Buffer.from(part).toString("latin1")),
    limit === undefined ? {} : { limit },
  );
  return { state: result.state, text: parts.join(""), parts: parts.length };
}

test("a large file comes in parts, whole and in order", async () => {
  const content = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join("");
  const tree = makeTree({ "var/lib/list": content });
  try {
    const found = await collected(tree.host(), "/var/lib/list");
    assert.is(found.text, content);
    assert.ok(found.parts > 1);
  } finally {
    tree.remove();
  }
});

test("absent, too large and not a file are said, not thrown", async () => {
  const tree = makeTree({ "etc/a": "0123456789", "etc/f": { fifo: true } });
  try {
    for (const host of [tree.host(), memoryHost({ "/etc/a": "0123456789", "/etc/f": { kind: "fifo" } })]) {
      assert.is((await collected(host, "/etc/none")).state, "absent");
      assert.is((await collected(host, "/etc/a", 5)).state, "failed");
      assert.is((await collected(host, "/etc/f")).state, "failed");
      assert.is((await collected(host, "/etc")).state, "failed");
      assert.is((await collected(host, "/etc/a")).text, "0123456789");
    }
  } finally {
    tree.remove();
  }
});

test.run();
