// One look of the daemon: what it says to the daemon on standard output. The daemon itself is test/unit/daemon/daemon.test.ts.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LookMessage, parseMessage } from "../../../src/daemon/look-message.js";
import type { Send } from "../../../src/host/send.js";
import { noon, runIn } from "../../support/context.js";
import { stateOnly } from "../../support/state-only.js";
import { world } from "../../support/told.js";

const config = "/etc/ssh/sshd_config";

function looking(send: Send) {
  const { writer } = stateOnly();
  return async (text: string) => {
    const { code, out, err } = await runIn(["daemon", "--look", "--only", "sshd"], {
      files: {
        "/etc/os-release": "ID=debian\n",
        "/etc/hostname": "n1\n",
        "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
        [config]: text,
      },
      uid: 0,
      now: noon,
      input: '{"documents":null}',
      hands: { openWriter: () => ({ state: "ok", writer }), send },
    });
    assert.is(code, 0, err);
    return out.trim().split("\n").map(parseMessage);
  };
}

function looked(messages: readonly (LookMessage | undefined)[]) {
  const last = messages.at(-1);
  if (last?.message !== "looked") throw new Error(`no look: ${JSON.stringify(messages)}`);
  return last;
}

test("the policy, then what was seen, and whom it was told", async () => {
  const { doors, sent } = world();
  const look = looking(doors.send);
  const first = await look("PermitRootLogin no\n");
  assert.equal(
    first.map((message) => message?.message),
    ["policy", "looked"],
  );
  assert.ok(looked(first).folders.some(({ path, names }) => path === "/etc/ssh" && names !== undefined));
  const { said, untold } = looked(await look("PermitRootLogin yes\n"));
  assert.match(said.join(), /fail now.* since .*: told journald$/);
  assert.is(untold, false);
  assert.ok(sent.length > 0);
});

test("who could not be told is no part of what was told, and waits", async () => {
  const { doors, failing } = world(new Set(["journal"]));
  const look = looking(doors.send);
  await look("PermitRootLogin no\n");
  const second = looked(await look("PermitRootLogin yes\n"));
  assert.match(second.said.join(), /: not all could be told \(journald\)$/);
  assert.is(second.untold, true);
  failing.clear();
  assert.is(looked(await look("PermitRootLogin yes\n")).untold, false);
});

test.run();
