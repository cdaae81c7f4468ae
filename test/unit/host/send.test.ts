// The way out, tried on loopback and with programs of this machine.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { liveSend, signature } from "../../../src/host/send.js";

const send = liveSend({ now: () => 0, killGroup: () => {} });

async function serve(
  status: number,
  headers: Readonly<Record<string, string>>,
  use: (url: string) => Promise<void>,
) {
  const got: {
    readonly body: string;
    readonly signature: string | undefined;
    readonly type: string | undefined;
    readonly id: string | undefined;
  }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const {
        "x-hub-signature-256": signed,
        "content-type": type,
        "x-nodeward-delivery": id,
      } = request.headers;
      got.push({
        body: Buffer.concat(parts).toString(),
        signature: signed?.toString(),
        type,
        id: id?.toString(),
      });
      response.writeHead(status, headers).end("answer");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port }: AddressInfo = Object(server.address());
    await use(`http://127.0.0.1:${port}/hook`);
  } finally {
    server.close();
  }
  return got;
}

test("a message is posted as JSON and signed with the key (RFC 2104, as GitHub does)", async () => {
  const body = '{"a":"ä"}';
  const got = await serve(200, {}, async (url) => {
    assert.equal(await send.post(url, body, "key", "1"), { state: "ok" });
    assert.equal(await send.post(url, body, undefined, "2"), { state: "ok" });
  });
  assert.equal(got, [
    { body, signature: signature(body, "key"), type: "application/json", id: "1" },
    { body, signature: undefined, type: "application/json", id: "2" },
  ]);
  // RFC 4231, test case 2.
  assert.is(
    signature("what do ya want for nothing?", "Jefe"),
    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("an answer that is no success, a redirection and a closed port are failures with a reason", async () => {
  let where = "";
  await serve(503, {}, async (url) => {
    where = url;
    const sent = await send.post(url, "{}", undefined, "1");
    assert.match(sent.state === "failed" ? sent.reason : "", /^127\.0\.0\.1:\d+ answered 503$/);
  });
  for (const [status, alone] of [
    [401, undefined],
    [413, true],
    [422, true],
  ] as const)
    await serve(status, {}, async (url) => {
      const sent = await send.post(url, "{}", undefined, "1");
      assert.is(sent.state === "failed" && sent.alone, alone, String(status));
    });
  const got = await serve(302, { location: "/elsewhere" }, async (url) => {
    assert.is((await send.post(url, "{}", undefined, "1")).state, "failed");
  });
  assert.is(got.length, 1, "no redirection is followed");
  const closed = await send.post(where, "{}", undefined, "1");
  assert.match(closed.state === "failed" ? closed.reason : "", "127.0.0.1");
});

test("a program gets the input as it is, without a shell; its failure is told in a line", async () => {
  assert.equal(await send.pipe("/bin/sh", ["-c", 'test "$(cat)" = "$0"', "$(id) `id` ;"], "$(id) `id` ;"), {
    state: "ok",
  });
  const failed = await send.pipe("/bin/sh", ["-c", "echo first >&2; echo second >&2; exit 3"], "");
  assert.equal(failed, { state: "failed", reason: "/bin/sh ended with 3: first" });
  const absent = await send.pipe("/nonexistent/program", [], "");
  assert.match(absent.state === "failed" ? absent.reason : "", "/nonexistent/program");
});

test("what a program prints, leaves unread or leaves behind is no failure of it", async () => {
  const loud = "cat > /dev/null; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2";
  assert.equal(await send.pipe("/bin/sh", ["-c", loud], "x"), { state: "ok" });
  assert.equal(await send.pipe("/bin/true", [], "x".repeat(1_000_000)), { state: "ok" });
  // In a session of its own no kill of ours reaches it, and it holds standard error open.
  const before = performance.now();
  const left = await send.pipe("/bin/sh", ["-c", "cat > /dev/null; setsid sleep 40 & exit 0"], "x");
  assert.equal(left, { state: "ok" });
  assert.ok(performance.now() - before < 20_000, "nobody waits for what it left behind");
});

test("how a program failed is a line that a terminal shows as it is", async () => {
  const red = await send.pipe("/bin/sh", ["-c", "printf '\\033[31mred\\n' >&2; exit 1"], "");
  assert.equal(red, { state: "failed", reason: "/bin/sh ended with 1: \\x1b[31mred" });
  const killed = await send.pipe("/bin/sh", ["-c", "kill -9 $$"], "");
  assert.equal(killed, { state: "failed", reason: "/bin/sh ended with SIGKILL" });
});

const noJournal = existsSync("/run/systemd/journal/socket") ? test.skip : test;
noJournal("an entry that no journal takes is not told, although logger says nothing", async () => {
  const sent = await send.journal("MESSAGE=x\n");
  assert.match(sent.state === "failed" ? sent.reason : "", "no journal takes entries here");
});

test.run();
