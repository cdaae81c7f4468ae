// `nodeward verify-binaries`: the table, JSON, exit codes, lists named on the command line.
import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "../../support/context.js";

const sha512 = (text: string) => createHash("sha512").update(text).digest("hex");
const kubelet = { "/usr/bin/kubelet": { text: "kubelet", mode: 0o755 } };
const list = (text: string) => ({ "/etc/nodeward/checksums/SHA512SUMS": `${sha512(text)}  kubelet\n` });

test("a binary as released is exit 0, a different one 1", async () => {
  const good = await runIn(["verify-binaries"], { files: { ...kubelet, ...list("kubelet") } });
  assert.is(good.code, 0);
  assert.match(good.out, /\/usr\/bin\/kubelet +ok +sha512 of \/etc\/nodeward\/checksums\/SHA512SUMS/);
  const bad = await runIn(["verify-binaries"], { files: { ...kubelet, ...list("other") } });
  assert.is(bad.code, 1);
  assert.match(bad.out, "DIFFERS");
});

test("what nothing speaks of is unknown, and with --strict exit 1", async () => {
  const loose = await runIn(["verify-binaries"], { files: kubelet });
  assert.is(loose.code, 0);
  assert.match(loose.out, "0 as released, 0 different, 1 unknown");
  assert.is((await runIn(["verify-binaries", "--strict"], { files: kubelet })).code, 1);
});

test("a list of the node that others can write is not believed", async () => {
  const files = {
    ...kubelet,
    "/etc/nodeward/checksums/SUMS": { text: `${sha512("kubelet")}  kubelet\n`, mode: 0o666 },
  };
  const ran = await runIn(["verify-binaries", "--strict"], { files });
  assert.is(ran.code, 1);
  assert.match(ran.out, "SUMS can be written by everybody: /etc/nodeward/checksums/SUMS is not believed");
});

test("lists named on the command line are of this machine, also with --root", async () => {
  const files = { "/srv/SHA512SUMS": `${sha512("kubelet")}  kubelet\n` };
  const argv = ["verify-binaries", "--root", "/mnt", "--manifest", "/srv/SHA512SUMS", "--format", "json"];
  const ran = await runIn(argv, { files, roots: { "/mnt": kubelet } });
  assert.is(ran.code, 0, ran.err);
  assert.equal(
    JSON.parse(ran.out).files.map(({ path, verdict }: { path: string; verdict: string }) => [path, verdict]),
    [["/usr/bin/kubelet", "match"]],
  );
});

test("a list that is not there or holds no checksum is exit 2", async () => {
  const missing = await runIn(["verify-binaries", "--manifest", "/none"], { files: kubelet });
  assert.is(missing.code, 2);
  assert.match(missing.err, "no such file: /none");
  const empty = await runIn(["verify-binaries", "--manifest", "/x"], {
    files: { ...kubelet, "/x": "nothing here\n" },
  });
  assert.is(empty.code, 2);
  assert.match(empty.err, "no checksum in /x");
});

test("a machine without the platform says so", async () => {
  const ran = await runIn(["verify-binaries"], { files: { "/etc/hostname": "x" } });
  assert.is(ran.code, 0);
  assert.match(ran.out, "no kubelet, container runtime or CNI plugin");
});

test.run();
