import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { listenerOrigins } from "../../../src/facts/listener-origins.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { socketFiles } from "../../support/proc-net.js";
import { installed } from "../../support/sshd-node.js";

const key = "tcp [::]:4444";
const node: MemoryFiles = {
  "/etc/passwd": "root:x:0:0::/root:/bin/bash\nop:x:1000:1000::/home/op:/bin/bash\n",
  "/etc/group": "root:x:0:\n",
  "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
  "/var/lib/dpkg/status": installed("18", "nodejs"),
  "/var/lib/dpkg/info/nodejs.list": "/.\n/usr/bin/node\n",
  "/proc/stat": "cpu 1 2\nbtime 1000\n",
};

async function origin(more: MemoryFiles, program = "/usr/bin/node", uid = 0) {
  const files = socketFiles({ host: "::", port: 4444, uid, by: { pid: 900, program, uid } });
  const stat = `900 (x y) S ${"0 ".repeat(18)}250 0`;
  const host = memoryHost({ ...node, ...files, "/proc/900/stat": stat, ...more }, { live: true });
  return (await listenerOrigins(host, asker(host), new Set([key, "tcp 0.0.0.0:1"]))).get(key);
}

test("who, with which program and package, in which unit, since when", async () => {
  const service = { "/proc/900/cgroup": "0::/system.slice/door.service\n" };
  assert.equal(await origin(service), {
    by: "root with /usr/bin/node (package nodejs), unit door.service",
    atMs: 1_002_500,
  });
  assert.is((await origin(service, "/tmp/x"))?.by, "root with /tmp/x (of no package), unit door.service");
});

test("the login that it came from, whatever it became since", async () => {
  const session = {
    "/proc/900/loginuid": "1000",
    "/proc/900/cgroup":
      "12:pids:/user.slice\n1:name=systemd:/user.slice/user-1000.slice/session-c3.scope\n0::/\n",
  };
  assert.is((await origin(session))?.by, "op as root with /usr/bin/node (package nodejs), login session c3");
  assert.match((await origin(session, "/usr/bin/node", 1000))?.by ?? "", /^op with /);
  const unknown = { "/proc/900/loginuid": "4242" };
  assert.match((await origin(unknown))?.by ?? "", /^uid 4242 as root with [^,]*$/);
});

test("where nothing tells: the program alone; what nobody asked for is not looked up", async () => {
  const unset = { "/proc/900/loginuid": "4294967295", "/proc/900/cgroup": "0::/\n" };
  assert.is((await origin(unset))?.by, "root with /usr/bin/node (package nodejs)");
  const host = memoryHost(node, { live: true });
  assert.is((await listenerOrigins(host, asker(host), new Set([key]))).size, 0);
});

test.run();
