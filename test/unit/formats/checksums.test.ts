// Checksum lists in every form that releases come in; what sha512sum writes reads back.
import { execFileSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checksumsFor, parseChecksums } from "../../../src/formats/checksums.js";
import { makeTree } from "../../support/tree.js";

const sha256 = "a".repeat(64);
const sha512 = "b".repeat(128);

test("lines of sha256sum, sha512sum and BSD, a lone hash named by its file", () => {
  const names = (file: string, text: string) =>
    parseChecksums(file, text).entries.map(({ algorithm, name }) => `${algorithm} ${name}`);
  assert.equal(names("/x/SHA256SUMS", `${sha256}  kubelet\n${sha256} *./bin/kubeadm\r\n`), [
    "sha256 kubelet",
    "sha256 bin/kubeadm",
  ]);
  assert.equal(names("/x/kubelet.sha512", sha512), ["sha512 kubelet"]);
  assert.equal(names("/x/kubelet.sha512", `${sha512.toUpperCase()}\n`), ["sha512 kubelet"]);
  assert.equal(names("/x/CHECKSUM", `SHA512 (runc.amd64) = ${sha512}\n`), ["sha512 runc.amd64"]);
});

test("what is no checksum is told by its line", () => {
  const found = parseChecksums(
    "/x/SHA256SUMS",
    `# list\n\n${sha256}  ok\n${sha256}\nnonsense\nabcdef  short\nSHA256 (x) = ${sha512}\n`,
  );
  assert.is(found.entries.length, 1);
  assert.equal(found.broken, [4, 5, 6, 7]);
  assert.equal(parseChecksums("/x/y", "\0\u00ff".repeat(1000)).entries, []);
});

test("an entry with the path counts before one with the name, sha512 before sha256", () => {
  const { entries } = parseChecksums(
    "/x/S",
    `${sha256}  kubelet\n${sha512}  kubelet\n${"c".repeat(128)}  opt/bin/kubelet\n`,
  );
  assert.equal(
    checksumsFor(entries, "/opt/bin/kubelet").map(({ line }) => line),
    [3],
  );
  assert.equal(
    checksumsFor(entries, "/usr/bin/kubelet").map(({ line }) => line),
    [2, 3],
  );
  assert.equal(checksumsFor(entries, "/usr/bin/xkubelet"), []);
});

test("a release's name for one platform is the program's, where none has the name alone", () => {
  const { entries } = parseChecksums(
    "/x/runc.sha256sum",
    `${sha256} *runc.amd64\n${"d".repeat(64)} *runc.arm64\n${"e".repeat(64)}  crictl-linux-amd64\n`,
  );
  const lines = (path: string) => checksumsFor(entries, path).map(({ line }) => line);
  assert.equal(lines("/usr/local/sbin/runc"), [1, 2]);
  assert.equal(lines("/usr/bin/crictl"), [3]);
  assert.equal(lines("/usr/bin/run"), []);
  const both = parseChecksums("/x/S", `${sha256}  runc.amd64\n${"d".repeat(64)}  runc\n`);
  assert.equal(
    checksumsFor(both.entries, "/usr/bin/runc").map(({ line }) => line),
    [2],
  );
});

test("reads what sha256sum and sha512sum write", () => {
  const tree = makeTree({ "a b": "x", "back\\slash": "y", kubelet: "z" });
  try {
    for (const tool of ["sha256sum", "sha512sum", "md5sum"])
      for (const options of [[], ["--tag"], ["--binary"]]) {
        const text = execFileSync(tool, [...options, "a b", "kubelet"], { cwd: tree.root, encoding: "utf8" });
        const found = parseChecksums("/x/list", text);
        assert.equal(
          found.entries.map(({ name, algorithm }) => [name, `${algorithm}sum`]),
          [
            ["a b", tool],
            ["kubelet", tool],
          ],
        );
      }
  } finally {
    tree.remove();
  }
});

test.run();
