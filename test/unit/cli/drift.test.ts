// drift and baseline over a node of values that changes between the runs.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { openJournal, partSize } from "../../../src/state/journal.js";
import { spooled } from "../../../src/state/spool.js";
import { noon, runIn } from "../../support/context.js";
import { stateOnly } from "../../support/state-only.js";

const config = "/etc/ssh/sshd_config";
const calm: MemoryFiles = {
  "/etc/os-release": "ID=debian\n",
  "/etc/hostname": "n1\n",
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/group": "root:x:0:\n",
  "/etc/shadow": { text: "root:$6$abcdefgh$0123456789abcdef:20000:0:99999:7:::\n", mode: 0o640 },
  [config]: "Port 22\nPermitRootLogin no\n",
};

function node() {
  const { state, writer } = stateOnly();
  const hands: { sleep?: (milliseconds: number) => Promise<void> } = {};
  const ask = (files: MemoryFiles, ...argv: readonly string[]) =>
    runIn(argv[0] === "history" ? argv : [...argv, "--only", "sshd"], {
      files,
      uid: 0,
      now: noon,
      hands: { ...hands, openWriter: () => ({ state: "ok", writer }) },
    });
  return { state, hands, ask };
}

/** As one line: what is wrapped for a terminal is the same sentence. */
const flat = (text: string) => text.replace(/\s+/g, " ");

test("the first run keeps what it saw; the second says in one line that nothing changed", async () => {
  const { ask, state } = node();
  const first = await ask(calm, "drift");
  assert.is(first.code, 0, first.err);
  assert.match(first.out, /^Nothing to compare with yet: \d+ things/);
  assert.ok(state.files.has("last.json"));
  const second = await ask(calm, "drift", "--quiet");
  assert.is(second.code, 0);
  assert.equal(second.out.trim().split("\n").length, 1);
  assert.match(second.out, "nothing changed");
});

test("a changed line is shown as a difference, with the verdict that it turned; told once", async () => {
  const { ask } = node();
  await ask(calm, "drift");
  const changed = { ...calm, [config]: "Port 22\nPermitRootLogin yes\n" };
  const found = await ask(changed, "drift");
  assert.is(found.code, 1);
  assert.match(found.out, "sshd.permit-root-login  high  fails now (pass -> fail)");
  assert.match(found.out, "-PermitRootLogin no");
  assert.match(found.out, "+PermitRootLogin yes");
  assert.is((await ask(changed, "drift")).code, 0);
  const back = await ask(calm, "drift");
  assert.match(back.out, "resolved (fail -> pass)");
});

test("no secret is kept or shown: of shadow and of keys the hash alone", async () => {
  const { ask, state } = node();
  const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n";
  await ask({ ...calm, "/etc/ssh/ssh_host_rsa_key": key }, "drift");
  const found = await ask(
    {
      ...calm,
      "/etc/ssh/ssh_host_rsa_key": key.replace("c2VjcmV0", "b3RoZXI"),
      "/etc/shadow": { text: "root:$6$zzzzzzzz$fedcba98765432100:20001:0:99999:7:::\n", mode: 0o640 },
    },
    "drift",
  );
  assert.match(found.out, "~ file /etc/shadow");
  assert.match(found.out, "~ file /etc/ssh/ssh_host_rsa_key");
  const kept = [...state.files.values()].map((bytes) => bytes.toString()).join("");
  for (const secret of ["fedcba98765432100", "0123456789abcdef:20000", "c2VjcmV0", "b3RoZXI"])
    assert.not.ok(kept.includes(secret) || found.out.includes(secret), secret);
});

test("accept, show, diff: what is accepted is compared with until something else is", async () => {
  const { ask } = node();
  const none = await ask(calm, "baseline", "diff");
  assert.is(none.code, 3);
  assert.match(none.err, "nothing was accepted yet: nodeward baseline accept");
  assert.is((await ask(calm, "baseline", "accept")).code, 0);
  assert.match((await ask(calm, "baseline", "show")).out, "Accepted 2026-11-21T13:10:00.000Z on n1");
  const changed = { ...calm, "/etc/sudoers.d/bob": "bob ALL=(ALL) NOPASSWD: ALL\n" };
  const found = await ask(changed, "baseline", "diff");
  assert.is(found.code, 1);
  assert.match(found.out, "+ file /etc/sudoers.d/bob");
  await ask(changed, "drift");
  assert.is((await ask(changed, "drift")).code, 1, "it is still not as accepted");
  await ask(changed, "baseline", "accept");
  assert.is((await ask(changed, "drift")).code, 0);
});

test("a damaged state file is said, begun anew, and costs nothing else", async () => {
  const { ask, state } = node();
  await ask(calm, "drift");
  state.put("last.json", Buffer.from('{"version":1,"things":[{'));
  const found = await ask(calm, "drift");
  assert.is(found.code, 0);
  assert.match(
    flat(found.out),
    "/var/lib/nodeward/last.json: it is not whole: not compared with it, and begun anew",
  );
  assert.match((await ask(calm, "drift")).out, "nothing changed");
});

test("what changed before the state was damaged is told from the accepted state", async () => {
  const { ask, state } = node();
  await ask(calm, "baseline", "accept");
  state.put("last.json", Buffer.from(""));
  await ask({ ...calm, [config]: "Port 22\nPermitRootLogin yes\n" }, "drift");
  assert.match(
    spooled(state)
      .map(({ body }) => body)
      .join(),
    "sshd.permit-root-login fails now",
  );
});

test("a damaged baseline is said, with what to do, and stays for a person to replace", async () => {
  const { ask, state } = node();
  await ask(calm, "baseline", "accept");
  state.put("baseline.json", Buffer.from("\0\u0001"));
  for (const argv of [["drift"], ["baseline", "diff"], ["baseline", "show"]]) {
    const { out, err } = await ask(calm, ...argv);
    assert.match(
      flat(out + err),
      "baseline.json: it is not whole: not compared with it until a state is accepted anew (nodeward baseline accept)",
    );
  }
  assert.is((await ask(calm, "baseline", "accept")).code, 0);
  assert.not.match((await ask(calm, "drift")).out, "not whole");
});

test("what looks that were killed left half written is taken away by the next one", async () => {
  const { ask, state } = node();
  await ask(calm, "drift");
  const before = [...state.files.keys()].sort();
  for (const name of [
    ".last.json.nw-0123456789ab",
    "spool/.x.json.nw-0123456789ab",
    "told/.m.nw-0123456789ab",
  ])
    state.put(name, Buffer.from("half"));
  await ask(calm, "drift");
  assert.equal([...state.files.keys()].sort(), before);
});

test("what another run holds is not overwritten: shown, not kept, exit 3", async () => {
  const { ask, state } = node();
  const lock = state.lock("nodeward audit --fix");
  const found = await ask(calm, "drift");
  assert.is(found.code, 3);
  assert.match(flat(found.out), "another run is changing this node: nodeward audit --fix");
  if (lock.state === "ok") lock.release();
  assert.not.ok(state.files.has("last.json"));
});

test("another look is waited for: by hand while the timer's goes on", async () => {
  const { ask, state, hands } = node();
  const held = state.lock("nodeward drift");
  let waited = 0;
  hands.sleep = async () => {
    waited += 1;
    if (waited === 3 && held.state === "ok") held.release();
  };
  assert.match((await ask(calm, "drift")).out, "Nothing to compare with yet");
  assert.is((await ask(calm, "baseline", "accept")).code, 0);
  assert.is(waited, 3);
});

test("JSON says the same", async () => {
  const { ask } = node();
  await ask(calm, "drift");
  const found = await ask({ ...calm, [config]: "PermitRootLogin yes\n" }, "drift", "--format", "json");
  const { schemaVersion, hostname, drifts } = JSON.parse(found.out);
  assert.equal([schemaVersion, hostname, drifts.length, drifts[0].changes[0].key], [1, "n1", 1, config]);
  assert.equal(
    drifts[0].verdicts.map(({ id, change }: { id: string; change: string }) => `${id} ${change}`),
    ["sshd.permit-root-login new"],
  );
});

test("what goes back and forth is told until it is too much, then in a word; the score goes with it", async () => {
  const { ask } = node();
  const yes = { ...calm, [config]: "PermitRootLogin yes\n" };
  const outs: string[] = [];
  for (let look = 0; look < 8; look++) outs.push((await ask(look % 2 === 0 ? calm : yes, "drift")).out);
  assert.match(outs[1] ?? "", /^Score [\d.]+ of 100, [\d.]+ at the last run\.$/m);
  assert.match(outs[3] ?? "", "fails now");
  assert.match(
    flat(outs[4] ?? ""),
    "file /etc/ssh/sshd_config goes back and forth (4 changes within 6 hours)",
  );
  assert.not.match(outs[4] ?? "", "resolved");
  assert.match(flat(outs[5] ?? ""), "nothing new. Goes back and forth: file /etc/ssh/sshd_config, check");
  const scores = JSON.parse((await ask(calm, "drift", "--format", "json")).out).scores;
  assert.is(scores.length, 9);
  assert.match(
    (await ask({ ...calm, "/var/lib/nodeward/last.json": "" }, "history", "--scores")).out,
    /2026-11-21 13:10 UTC {2}\d+/,
  );
});

test("who is not root is told so", async () => {
  const refused = await runIn(["drift"], { files: calm, uid: 1000 });
  assert.is(refused.code, 3);
  assert.match(refused.err, "only root may read and keep the state of this machine");
});

test("our own run is named, although its journal was rotated since", async () => {
  const { ask, state } = node();
  await ask(calm, "drift");
  const opened = openJournal(state, () => noon);
  if (opened.state !== "ok") throw new Error(opened.reason);
  const { journal } = opened;
  journal.append({ event: "file-done", run: "r7", group: "sshd", path: config });
  journal.append({ event: "group-skipped", run: "r7", group: "sudo", reason: "x".repeat(partSize) });
  assert.is(journal.rotate().state, "ok");
  assert.ok([...state.files.keys()].some((name) => /^journal\.\d+\.ndjson$/.test(name)));
  const found = await ask({ ...calm, [config]: "Port 22\nPermitRootLogin yes\n" }, "drift");
  assert.match(flat(found.out), "by nodeward run r7");
});

test.run();
