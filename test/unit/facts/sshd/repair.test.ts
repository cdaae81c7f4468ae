import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../../src/engine/gather.js";
import { type Sshd, sshd } from "../../../../src/facts/sshd.js";
import { type MemoryFiles, memoryHost } from "../../../../src/host/memory.js";
import { applied } from "../../../support/check.js";
import { configuration } from "../../../support/sshd-grammar.js";
import { debian12, dropIn, installed, main, withDropIns } from "../../../support/sshd-node.js";

async function read(files: MemoryFiles): Promise<Sshd | undefined> {
  const fact = await asker(memoryHost(files))(sshd);
  return fact.state === "known" ? fact.value : undefined;
}

const wanted: readonly (readonly [string, string])[] = [
  ["PermitRootLogin", "no"],
  ["X11Forwarding", "no"],
  ["MaxAuthTries", "4"],
  ["MaxStartups", "10:30:60"],
  ["KbdInteractiveAuthentication", "no"],
  ["Ciphers", "aes256-ctr"],
];

const dpkg = { "/var/lib/dpkg/status": installed(debian12), "/etc/os-release": "ID=debian\nVERSION_ID=12\n" };

test("in any configuration that sshd takes, steps that are offered win together", async () => {
  await fc.assert(
    fc.asyncProperty(configuration(902), async (made) => {
      const files = { ...made, ...dpkg };
      const before = await read(files);
      if (before === undefined) return;
      const steps = wanted.map(([keyword, value]) =>
        before
          .every(keyword)
          .filter((setting) => setting.value !== value)
          .map((setting) => setting.set(value)),
      );
      const after = await read(applied(files, steps.flat(2)));
      assert.ok(after !== undefined, "sshd still takes it");
      for (const [index, [keyword, value]] of wanted.entries()) {
        const all = (steps[index] ?? []).every((each) => each.length > 0);
        const values = after.every(keyword).map((setting) => setting.value);
        if (all)
          assert.equal(
            values,
            values.map(() => value),
            keyword,
          );
      }
    }),
    { numRuns: 150, seed: 11 },
  );
});

test("several values share one new file, and its title stands once", async () => {
  const files = withDropIns("Port 22\n", { "50-x.conf": "UsePAM yes\n" });
  const before = await read(files);
  const steps = wanted
    .slice(0, 4)
    .flatMap(([keyword, value]) => before?.every(keyword).flatMap((setting) => setting.set(value)) ?? []);
  const after = applied(files, steps);
  assert.equal(after[dropIn], {
    text: "# Set by nodeward. Sorts first, so that these values win.\nPermitRootLogin no\nX11Forwarding no\nMaxAuthTries 4\nMaxStartups 10:30:60\n",
    mode: 0o600,
    uid: 0,
    gid: 0,
  });
});

test("a file that sorts before ours, and cannot be edited, is answered in the main file", async () => {
  const files = {
    ...withDropIns("Port 22\n", { "00-a.conf": { link: "/usr/share/vendor.conf" } }),
    "/usr/share/vendor.conf": "X11Forwarding yes\n",
  };
  const [setting] = (await read(files))?.every("X11Forwarding") ?? [];
  const after = applied(files, setting?.set("no") ?? []);
  const text = after[main];
  assert.match(typeof text === "object" ? (text.text ?? "") : "", /^X11Forwarding no\nInclude /);
  assert.equal((await read(after))?.value("X11Forwarding"), ["no"]);
});

test("nothing is offered that would keep sshd from starting", async () => {
  const files = { [main]: "AuthenticationMethods password\n", ...dpkg };
  const [setting] = (await read(files))?.every("PasswordAuthentication") ?? [];
  assert.equal(setting?.set("no"), []);
});

test("nothing is offered where the main file is not ours to edit", async () => {
  const files = { ...dpkg, "/usr/etc/ssh/sshd_config": "Port 22\n" };
  const [setting] = (await read(files))?.every("X11Forwarding") ?? [];
  assert.equal([setting?.value, setting?.set("no")], ["no", []]);
});

test.run();
