// What is served is tried with real requests, on loopback and on a socket in a folder of its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startMetrics } from "../../../src/daemon/metrics-endpoint.js";
import { liveServe } from "../../../src/host/serve.js";

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function ask(options: Readonly<Record<string, unknown>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent: false, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part) => {
        body += part;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, type: response.headers["content-type"], body }),
      );
    });
    asked.on("error", reject).end();
  });
}

function portOf(where: string): number {
  return Number(where.replace(/^.*:/, ""));
}

test("the newest metrics, as text that Prometheus takes; before the first look 503", async () => {
  let text: string | undefined;
  const served = await startMetrics(liveServe, { host: "127.0.0.1", port: 0 }, () => text);
  if (served.state !== "ok") throw new Error(served.reason);
  const place = { host: "127.0.0.1", port: portOf(served.serving.where) };
  try {
    assert.is((await ask({ ...place, path: "/metrics" })).status, 503);
    text = "nodeward_score_ratio 1\n";
    assert.equal(await ask({ ...place, path: "/metrics?x=1" }), {
      status: 200,
      type: "text/plain; version=0.0.4; charset=utf-8",
      body: text,
    });
    assert.equal((await ask({ ...place, path: "/metrics", method: "HEAD" })).body, "");
    assert.is((await ask({ ...place, path: "/" })).status, 404);
    assert.is((await ask({ ...place, path: "/metrics", method: "POST" })).status, 405);
    const foreign = await ask({ ...place, path: "/metrics", headers: { host: "evil.example:9911" } });
    assert.is(foreign.status, 421, "a name that leads here by somebody else's word");
    assert.is((await ask({ ...place, path: "/metrics", headers: { host: "[::1]:9911" } })).status, 200);
  } finally {
    await served.serving.close();
  }
  const refused = await ask({ ...place, path: "/metrics" }).catch((error) => error.code);
  assert.is(refused, "ECONNREFUSED");
});

/** A socket whose process was killed. */
function leave(socket: string): void {
  const script = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script, socket]);
  assert.ok(statSync(socket).isSocket());
}

test("a Unix socket is root's and its group's; one that was left is taken over, another's or a file is not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-serve-"));
  const socket = join(folder, "metrics.sock");
  try {
    leave(socket);
    const first = await startMetrics(liveServe, { socket }, () => "a 1\n");
    if (first.state !== "ok") throw new Error(first.reason);
    assert.is(statSync(socket).mode & 0o777, 0o660);
    assert.is((await ask({ socketPath: socket, path: "/metrics", headers: { host: "" } })).body, "a 1\n");
    const second = await startMetrics(liveServe, { socket }, () => "b 1\n");
    assert.match(second.state === "failed" ? second.reason : "", /EADDRINUSE/);
    assert.is((await ask({ socketPath: socket, path: "/metrics" })).body, "a 1\n");
    await first.serving.close();
    writeFileSync(socket, "somebody's");
    const third = await startMetrics(liveServe, { socket }, () => "");
    assert.match(third.state === "failed" ? third.reason : "", /EADDRINUSE/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("no address but loopback is listened on, whatever the settings said", async () => {
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost", ""]) {
    const served = await startMetrics(liveServe, { host, port: 0 }, () => "");
    assert.match(served.state === "failed" ? served.reason : "", "no address of loopback", host);
  }
});

test("who connects and says nothing takes no place from others for long, and never more than 16", async () => {
  const served = await startMetrics(liveServe, { host: "127.0.0.1", port: 0 }, () => "a 1\n");
  if (served.state !== "ok") throw new Error(served.reason);
  const port = portOf(served.serving.where);
  const silent = Array.from({ length: 16 }, () => connect({ host: "127.0.0.1", port }).on("error", () => {}));
  try {
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    const more = await ask({ host: "127.0.0.1", port, path: "/metrics" }).catch((error) => error.code);
    assert.is(more, "ECONNRESET");
    silent[0]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.is((await ask({ host: "127.0.0.1", port, path: "/metrics" })).status, 200);
  } finally {
    for (const socket of silent) socket.destroy();
    await served.serving.close();
  }
});

test.run();
