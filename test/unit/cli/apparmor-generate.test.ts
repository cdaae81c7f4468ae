import { test } from "uvu";
import * as assert from "uvu/assert";
import { access, event } from "../../support/apparmor-lines.js";
import { runIn } from "../../support/context.js";

const lines = `${[
  access("/srv/x", "r"),
  access("/srv/data/x", "rw"),
  event("capable", 'capname="sys_admin"'),
  event("open", 'name="/srv/y" requested_mask="r"', { profile: "other" }),
].join("\n")}\n`;
const existing =
  "# kept\nprofile app {\n\tinclude <abstractions/base>\n\tinclude <local.d>\n\t/var/x r,\n}\n";
const files = {
  "/made/log": lines,
  "/made/app": existing,
  "/made/broken": "profile app {",
  "/made/latin1": { bytes: Buffer.from("# \xfc\nprofile app {}\n", "latin1") },
  "/etc/apparmor.d/abi/3.0": "",
  "/etc/apparmor.d/abi/kernel-5.4-vanilla": "",
  "/etc/apparmor.d/tunables/global": "include <tunables/more>\n",
  "/etc/apparmor.d/tunables/more": "@{DATA}=/srv/data\n",
  "/etc/apparmor.d/abstractions/base": "  include <abstractions/loop>\n",
  "/etc/apparmor.d/abstractions/loop": "  include <abstractions/loop>\n",
  "/etc/apparmor.d/local.d/one": "@{DATA}/** rw,\n",
  "/etc/apparmor.d/local.d/one.dpkg-old": "capability,\n",
};

test("a new policy to standard output, what to look at to standard error", async () => {
  const { code, out, err } = await runIn(["apparmor", "generate", "/made/log"], { files });
  assert.is(code, 0);
  assert.match(
    out,
    /^abi <abi\/3\.0>,\ninclude <tunables\/global>\n\nprofile app \{\n {2}include <abstractions\/base>\n\n {2}capability sys_admin,/,
  );
  assert.match(out, /profile other \{/);
  assert.match(
    err,
    /app: 3 rules added, 0 already allowed, 1 to look at[\s\S]*capability sys_admin, +mounts, namespaces/,
  );
  const quiet = await runIn(["apparmor", "generate", "--quiet", "--program", "app"], { files, input: lines });
  assert.is(
    quiet.err,
    "warning: app: capability sys_admin, mounts, namespaces, bpf and much more: close to root without confinement\n",
  );
  assert.not.match(quiet.out, /other/);
  const json = await runIn(["apparmor", "generate", "/made/log", "--format", "json", "--complain"], {
    files,
  });
  const { profiles, policy } = JSON.parse(json.out);
  assert.equal(profiles[0].drafts[0], {
    rule: "capability sys_admin,",
    count: 1,
    state: "added",
    danger: "mounts, namespaces, bpf and much more: close to root without confinement",
    example: "",
  });
  assert.match(policy, /profile app flags=\(complain\) \{/);
});

test("--merge keeps the policy and follows what it includes", async () => {
  const { code, out, err } = await runIn(["apparmor", "generate", "--merge", "/made/app", "/made/log"], {
    files: { ...files, "/made/app": `include <tunables/global>\n${existing}` },
  });
  assert.is(code, 0, err);
  assert.is(
    out,
    `include <tunables/global>\n${existing.replace("/var/x r,\n", "/var/x r,\n\tcapability sys_admin,\n\t/srv/x r,\n")}`,
  );
  assert.match(err, /app: 2 rules added, 1 already allowed/);
  assert.match(err, /not in that policy: other/);
});

test("--root: the policy of another machine", async () => {
  const { out } = await runIn(["apparmor", "generate", "--root", "/r", "/made/log"], {
    files,
    roots: { "/r": { "/etc/apparmor.d/abi/4.0": "" } },
  });
  assert.match(out, /^abi <abi\/4\.0>,/);
  const none = await runIn(["apparmor", "generate", "--root", "/r", "/made/log"], {
    files,
    roots: { "/r": {} },
  });
  assert.match(none.out, /^include <tunables\/global>/);
});

test("what cannot be used is refused before anything is written", async () => {
  const refusal = async (...words: readonly string[]) => {
    const { code, out, err } = await runIn(["apparmor", "generate", ...words], { files, input: "nothing\n" });
    assert.equal([code, out], [2, ""], words.join(" "));
    return err;
  };
  assert.match(await refusal(), /standard input: holds no line of AppArmor/);
  assert.match(await refusal("/made/none"), /none/);
  assert.match(await refusal("--merge", "/made/broken", "/made/log"), /a block is not closed/);
  assert.match(await refusal("--merge", "/made/latin1", "/made/log"), /not UTF-8/);
  assert.match(
    await refusal("--program", "nobody", "/made/log"),
    /nothing that a rule can be made of for nobody/,
  );
  const strict = await runIn(["apparmor", "generate", "--strict"], {
    files,
    input: `${lines}kernel: audit: audit_lost=2\n`,
  });
  assert.is(strict.code, 1);
  assert.match(strict.err, /audit_lost/);
});

test.run();
