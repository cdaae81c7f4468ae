// The link to AppArmor's policy, whose text is no path: the kernel follows it on the machine itself, and nobody elsewhere.
import { constants, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { chooser } from "../../../src/host/ops.js";
import { Resolver } from "../../../src/host/resolver.js";

test("only the machine's own policy is behind its link", async () => {
  const top = mkdtempSync(join(tmpdir(), "nodeward-door-"));
  try {
    const folder = join(top, "root/sys/kernel/security/apparmor");
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(top, "outside"));
    writeFileSync(join(top, "outside/revision"), "7");
    symlinkSync(join(top, "outside"), join(folder, "policy"));
    const states = [];
    for (const isMachine of [true, false]) {
      const fd = openSync(join(top, "root"), constants.O_RDONLY | constants.O_DIRECTORY);
      const resolver = new Resolver(fd, chooser("/", ""), undefined, isMachine);
      const found = await resolver.find("/sys/kernel/security/apparmor/policy/revision", true);
      states.push(found.state);
      if (found.state === "found") await resolver.release(found);
      await resolver.close();
    }
    assert.equal(states, ["found", "absent"]);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
});

test.run();
