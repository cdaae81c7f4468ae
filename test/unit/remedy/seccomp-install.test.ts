// Seccomp profiles: put in place, put right after somebody changed one, undone, and not taken away under those who use them.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runOn } from "../../support/fix-root.js";
import { allows, group, stops } from "../../support/guard-node.js";
import { installed, ours, shipped, shippedNames, weak } from "../../support/seccomp-node.js";
import { makeTree, type Tree } from "../../support/tree.js";

const manifest = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: a
    image: b
    securityContext: {seccompProfile: {type: Localhost, localhostProfile: nodeward/hardened.json}}
`;
const pod = { "/etc/kubernetes/manifests/web.yaml": manifest };

async function onTree(
  work: (tree: Tree, nodeward: (...words: readonly string[]) => ReturnType<typeof runOn>) => Promise<void>,
): Promise<void> {
  const tree = makeTree({
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "/etc/group": "root:x:0:\n",
    "/etc/kubernetes/kubelet.conf": "",
    "/etc/kubernetes/pki/ca.crt": "",
    "/etc/systemd/system/kubelet.service":
      "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf --root-dir=/data/kubelet\n",
    "/var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n",
    "/etc/nodeward/seccomp/web.json": shipped("fine-grained"),
    "/data/kubelet": { directory: true },
  });
  try {
    await work(tree, (...words) => runOn([...words, "--root", tree.root]));
  } finally {
    tree.remove();
  }
}

function rootTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    if (process.getuid?.() !== 0) console.log(`SKIPPED ${name}: only root writes root's files`);
    else await run();
  });
}

const place = (name: string) => `/data/kubelet/seccomp/nodeward/${name}.json`;
const runIn = (out: string) => /nodeward undo (\S+)/.exec(out)?.[1] ?? "";

rootTest("install puts all in place, byte for byte, 0644 in 0755; a second time nothing", () =>
  onTree(async (tree, nodeward) => {
    const dry = await nodeward("seccomp", "install", "--dry-run");
    assert.match(dry.out, /hardened\.json: new file, mode 0644/);
    assert.not.ok(existsSync(tree.path("/data/kubelet/seccomp")));
    const made = await nodeward("seccomp", "install", "--yes");
    assert.is(made.code, 0, made.out + made.err);
    for (const name of shippedNames) assert.is(readFileSync(tree.path(place(name)), "utf8"), shipped(name));
    assert.is(readFileSync(tree.path(place("web")), "utf8"), shipped("fine-grained"));
    assert.is(statSync(tree.path(place("audit"))).mode & 0o7777, 0o644);
    assert.is(statSync(tree.path("/data/kubelet/seccomp")).mode & 0o7777, 0o755);
    assert.is((await nodeward("seccomp", "status")).code, 0);
    assert.is(runIn((await nodeward("seccomp", "install", "--yes")).out), "");
  }),
);

rootTest("one by name, an unknown name, another folder of the site's", () =>
  onTree(async (tree, nodeward) => {
    assert.is((await nodeward("seccomp", "install", "--yes", "hardnd")).code, 2);
    await nodeward("seccomp", "install", "--yes", "hardened");
    assert.equal(
      [existsSync(tree.path(place("hardened"))), existsSync(tree.path(place("audit")))],
      [true, false],
    );
    mkdirSync(tree.path("/made"));
    const config = tree.path("/made/nodeward.yaml");
    writeFileSync(config, "params:\n  seccomp.profiles: {folder: profiles}\n");
    await nodeward("seccomp", "install", "--yes", "audit", "--config", config);
    assert.ok(existsSync(tree.path("/data/kubelet/seccomp/profiles/audit.json")));
    assert.match(
      (await nodeward("seccomp", "status", "--config", config)).out,
      /profiles\/audit\.json +installed/,
    );
  }),
);

rootTest(
  "a profile that was changed is named by what it lets through, and put right; undo brings the change back",
  () =>
    onTree(async (tree, nodeward) => {
      await nodeward("seccomp", "install", "--yes");
      writeFileSync(tree.path(place("hardened")), weak);
      const drift = await nodeward("audit", "--only", "seccomp.profiles.hardened");
      assert.is(drift.code, 1);
      assert.match(drift.out.replace(/\s+/g, " "), /it lets through bpf, mount/);
      const fixed = await nodeward("--fix", "--yes", "--only", "seccomp.profiles.hardened");
      assert.is(fixed.code, 0, fixed.out);
      assert.is(readFileSync(tree.path(place("hardened")), "utf8"), shipped("hardened"));
      assert.is((await nodeward("undo", runIn(fixed.out))).code, 0);
      assert.is(readFileSync(tree.path(place("hardened")), "utf8"), weak);
    }),
);

rootTest("undo takes away what was installed, but not what a pod uses", () =>
  onTree(async (tree, nodeward) => {
    const made = await nodeward("seccomp", "install", "--yes");
    mkdirSync(tree.path("/etc/kubernetes/manifests"), { recursive: true });
    writeFileSync(tree.path("/etc/kubernetes/manifests/web.yaml"), manifest);
    const undone = await nodeward("undo", runIn(made.out));
    assert.is.not(undone.code, 0);
    assert.match(
      (undone.out + undone.err).replace(/\s+/g, " "),
      /hardened\.json is used by static pod shop\/web/,
    );
    assert.equal(
      [existsSync(tree.path(place("hardened"))), existsSync(tree.path(place("audit")))],
      [true, false],
    );
  }),
);

test("a repair that would remove a profile in use is refused", async () => {
  const remove = group("profiles", ["seccomp.x"], { files: { [`${ours}/hardened.json`]: undefined } });
  await stops(
    { ...installed(), ...pod },
    /refuse seccomp\.x: .*hardened\.json is used by static pod shop\/web/,
    remove,
  );
  await allows(installed(), remove);
  await allows(
    { ...installed(), ...pod },
    group("profiles", ["seccomp.x"], { files: { [`${ours}/hardened.json`]: shipped("hardened") } }),
  );
});

test.run();
