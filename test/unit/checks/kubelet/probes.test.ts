// The checks on what the kubelet's ports answer, with every way in which a port can answer or not.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { probe10250, probe10255 } from "../../../../src/checks/kubelet/probes.js";
import type { HttpResult } from "../../../../src/host/host.js";
import type { MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck, verdictOf } from "../../../support/check.js";
import { config, configured, flags, process } from "../../../support/kubelet.js";

const words = ["/usr/bin/kubelet", `--config=${config}`, "--kubeconfig=/etc/kubernetes/kubelet.conf"];
const running = { ...configured(""), ...process(7, words) };
const answered = (status: number): HttpResult => ({ state: "answered", status, body: "", tls: null });
const late: HttpResult = { state: "failed", reason: "127.0.0.1:10250 did not answer within 2 s" };

function live(answers: Readonly<Record<string, HttpResult>>): MemoryOptions {
  return { live: true, http: answers };
}

const pods = "https://127.0.0.1:10250/pods";
const open = "http://127.0.0.1:10255/pods";
const offline = { name: "another root", files: running, says: /no socket is opened under --root/ };
const stopped = {
  name: "no kubelet runs and nothing listens",
  files: configured(""),
  host: live({}),
  says: /no kubelet is running/,
};

testCheck(probe10250, {
  passes: [
    { name: "401", files: running, host: live({ [pods]: answered(401) }) },
    { name: "403", files: running, host: live({ [pods]: answered(403) }) },
    {
      name: "on another port",
      files: { ...configured("port: 10260\n"), ...process(7, words) },
      host: live({ "https://127.0.0.1:10260/pods": answered(401) }),
    },
    {
      name: "on another address",
      files: { ...configured("address: 10.0.0.7\n"), ...process(7, words) },
      host: live({ "https://10.0.0.7:10250/pods": answered(401) }),
    },
  ],
  fails: [
    {
      name: "200",
      files: running,
      host: live({ [pods]: answered(200) }),
      at: [pods],
      says: /lists its pods to somebody without credentials/,
    },
    {
      name: "open on the node's address only",
      files: { ...flags("--node-ip=10.0.0.7"), ...process(7, [...words, "--node-ip=10.0.0.7"]) },
      host: live({ [pods]: answered(401), "https://10.0.0.7:10250/pods": answered(200) }),
    },
  ],
  errors: [
    {
      name: "no answer in time",
      files: running,
      host: live({ [pods]: late }),
      says: /did not answer within 2 s/,
    },
    { name: "500", files: running, host: live({ [pods]: answered(500) }), says: /answers 500/ },
    { name: "sent elsewhere", files: running, host: live({ [pods]: answered(302) }), says: /answers 302/ },
    { name: "it runs and does not listen", files: running, host: live({}), says: /nothing listens/ },
    {
      name: "not this node's address",
      files: running,
      host: live({ [pods]: { state: "absent", reason: "10.0.0.7 is not an address of this node" } }),
    },
  ],
  notApplicable: [offline, stopped],
});

testCheck(probe10255, {
  passes: [{ name: "refused", files: running, host: live({}) }],
  fails: [
    {
      name: "it answers",
      files: running,
      host: live({ [open]: answered(200) }),
      at: [open],
      says: /answers without authentication/,
    },
    { name: "it answers with an error", files: running, host: live({ [open]: answered(404) }) },
    {
      name: "on the port that is set",
      files: { ...configured("readOnlyPort: 11255\n"), ...process(7, words) },
      host: live({ "http://127.0.0.1:11255/pods": answered(200) }),
    },
  ],
  errors: [{ name: "no answer in time", files: running, host: live({ [open]: late }) }],
  notApplicable: [offline, stopped],
});

test("kubelet.probe-10250: a node without a kubelet is not asked", async () => {
  assert.ok("notApplicable" in (await verdictOf(probe10250, { files: {}, host: live({}) })));
});

test.run();
