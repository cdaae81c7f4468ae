// What a whole audit may cost that is not time: programs started, and none of them twice.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../src/checks/index.js";
import { asker, gather } from "../../src/engine/gather.js";
import { memoryHost } from "../../src/host/memory.js";
import { recordingHost } from "../../src/host/recording.js";
import { controlPlaneNode } from "../support/control-plane.js";

test("a whole audit of a running node asks few programs, each question once", async () => {
  const files = {
    ...controlPlaneNode(),
    "/etc/ssh/sshd_config": "PermitRootLogin no\n",
    "/usr/sbin/sshd": "x",
    "/var/lib/dpkg/status":
      "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2\nArchitecture: amd64\n",
    "/proc/modules": "",
    "/proc/1/status": "Name:\tsystemd\nPPid:\t0\nUid:\t0\t0\t0\t0\n",
  };
  const host = recordingHost(memoryHost(files, { live: true }));
  await gather(asker(host), checks);
  const { runs, paths } = host.trail;
  assert.equal([...new Set(runs)], runs, "no question twice");
  assert.ok(runs.length <= 8, `${runs.length} programs: ${runs.join("; ")}`);
  assert.ok(paths.length > 100, "the node was read");
  assert.equal(
    paths.filter((path) => !path.startsWith("/")),
    [],
  );
});

test("under another root no program is asked for", async () => {
  const host = recordingHost(memoryHost(controlPlaneNode()));
  const facts = await gather(asker(host), checks);
  assert.ok(facts.size > 10);
  for (const [name, fact] of facts) assert.ok(["known", "absent", "error"].includes(fact.state), name);
});

test.run();
