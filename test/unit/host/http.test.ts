// Requests to this node itself: answers, refusals, silence, nonsense, and no way out of the machine.
import { createServer, type Server, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { request } from "../../../src/host/http.js";

const test = suite<{ stop: (() => Promise<void>)[] }>("http probe");
test.before.each((context) => {
  context.stop = [];
});
test.after.each(async ({ stop }) => {
  for (const end of stop) await end();
});

function listen(stop: (() => Promise<void>)[], serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  stop.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

const to = (port: number, path = "/") => ({ scheme: "http" as const, address: "127.0.0.1", port, path });

test("gives the status and the body", async ({ stop }) => {
  let asked = "";
  const port = await listen(stop, (socket) => {
    socket.on("data", (bytes) => {
      asked += bytes.toString();
      socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\n\r\nUnauthorized");
    });
  });
  assert.equal(await request(to(port, "/pods")), {
    state: "answered",
    status: 401,
    body: "Unauthorized",
    tls: null,
  });
  assert.match(asked, /^GET \/pods HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  assert.not.match(asked, /authorization|cookie/i);
});

test("tells that nothing listens", async ({ stop }) => {
  const port = await listen(stop, () => {});
  for (const end of stop.splice(0)) await end();
  assert.equal(await request(to(port)), { state: "refused", reason: `nothing listens on 127.0.0.1:${port}` });
});

test("a silent peer is given two seconds", async ({ stop }) => {
  const port = await listen(stop, () => {});
  const started = performance.now();
  const result = await request(to(port));
  assert.is(result.state, "failed");
  assert.ok(performance.now() - started < 30_000);
});

test("a peer that does not speak HTTP is not an answer", async ({ stop }) => {
  const port = await listen(stop, (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
  assert.equal(await request(to(port)), {
    state: "failed",
    reason: `127.0.0.1:${port} did not answer in HTTP`,
  });
});

test("an endless body is cut", async ({ stop }) => {
  const port = await listen(stop, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const more = () => {
      if (socket.writable) socket.write("x".repeat(65536), more);
    };
    more();
  });
  const result = await request(to(port));
  assert.ok(result.state === "answered" && result.status === 200 && result.body.length < 1_000_000);
});

test("plain HTTP where TLS is expected fails with a reason", async ({ stop }) => {
  const port = await listen(stop, (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  assert.is((await request({ ...to(port), scheme: "https" })).state, "failed");
});

test("no other machine is asked", async () => {
  for (const address of ["192.0.2.1", "example.org", "2001:db8::1", "0177.0.0.1"])
    assert.equal(await request({ scheme: "http", address, port: 80, path: "/" }), {
      state: "absent",
      reason: `${address} is not an address of this node`,
    });
});

test.run();
