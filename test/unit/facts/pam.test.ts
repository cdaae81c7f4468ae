// Are PAM's stacks put together with every include, in order, without going round in circles?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { type Pam, pam } from "../../../src/facts/pam.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

async function read(files: MemoryFiles): Promise<Pam> {
  const fact = await asker(memoryHost(files))(pam);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

async function modules(files: MemoryFiles, service = "su"): Promise<readonly string[]> {
  const stack = (await read(files)).stack(service);
  if (stack.state !== "known") return [`${stack.state}: ${stack.reason}`];
  const { value } = stack;
  const steps = value.of("auth").map(({ module, depth }) => (depth === 0 ? module : `${module} in ${depth}`));
  return [...steps, ...value.problems.map(({ message }) => `problem: ${message}`), ...value.unread];
}

const su = "/etc/pam.d/su";

test("includes of all types and of one, substacks, and paths", async () => {
  const files = {
    [su]: "auth required a.so\n@include common\nauth include one\nauth substack sub\nsession required s.so\nauth include /opt/x\n",
    "/etc/pam.d/common": "auth required b.so\naccount required n.so\n",
    "/etc/pam.d/one": "auth required c.so\nsession required t.so\n@include common\n",
    "/etc/pam.d/sub": "auth required d.so\n",
    "/opt/x": "auth required e.so\n",
  };
  assert.equal(await modules(files), ["a.so", "b.so", "c.so", "b.so", "d.so in 1", "e.so"]);
  const stack = (await read(files)).stack("su");
  assert.equal(stack.state === "known" && stack.value.of("session").map(({ module }) => module), ["s.so"]);
});

test("the administrator's folder before the distribution's, and other for who has none", async () => {
  const files = {
    [su]: "auth required a.so\n",
    "/usr/lib/pam.d/su": "auth required z.so\n",
    "/usr/lib/pam.d/login": "auth required l.so\n",
    "/etc/pam.d/other": "auth required pam_deny.so\n",
  };
  assert.equal(await modules(files), ["a.so"]);
  assert.equal(await modules(files, "login"), ["l.so"]);
  assert.equal(await modules(files, "none"), ["pam_deny.so"]);
  assert.equal(await modules({ [su]: "" }, "none"), ["absent: no PAM service none on this node"]);
});

test("circles, missing includes, lines that cannot be used, files that may not be read", async () => {
  assert.match((await modules({ [su]: "auth include su\n" })).join(), /leads back to it/);
  assert.match(
    (await modules({ [su]: "@include x\n", "/etc/pam.d/x": "auth include su\n" })).join(),
    /leads back/,
  );
  assert.match((await modules({ [su]: "@include none\n" })).join(), /none, which is missing/);
  assert.match((await modules({ [su]: "auth what a.so\n" })).join(), /control value is unknown/);
  assert.match(
    (await modules({ [su]: "@include x\n", "/etc/pam.d/x": { error: "denied" } })).join(),
    /permission denied/,
  );
  assert.match((await modules({ [su]: { kind: "directory" } })).join(), /^error: /);
});

test("many includes of many includes end", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `/etc/pam.d/s${index}`,
      `@include s${index + 1}\nauth include s${index + 1}\n`,
    ]),
  );
  const started = performance.now();
  assert.match((await modules({ ...files, "/etc/pam.d/s30": "" }, "s0")).join(), /too many includes/);
  assert.ok(performance.now() - started < 30_000);
});

test("no folder is no PAM", async () => {
  const fact = await asker(memoryHost({ "/etc/hostname": "x" }))(pam);
  assert.is(fact.state, "absent");
});

test.run();
