import { test } from "uvu";
import * as assert from "uvu/assert";
import { shippedProfileChecks, siteProfiles } from "../../../../src/checks/seccomp/profiles.js";
import { testCheck, verdictOf } from "../../../support/check.js";
import { folder, installed, node, ours, shipped, shippedNames, weak } from "../../../support/seccomp-node.js";

const site = "/etc/nodeward/seccomp";

for (const check of shippedProfileChecks) {
  const name = check.id.slice("seccomp.profiles.".length);
  const path = `${ours}/${name}.json`;
  testCheck(check, {
    passes: [
      { name: "as shipped", files: installed() },
      {
        name: "in another folder",
        files: node({ [`${folder}/profiles/${name}.json`]: shipped(name) }),
        params: { folder: "profiles" },
      },
      {
        name: "under another root directory",
        files: {
          ...installed(),
          "/etc/systemd/system/kubelet.service":
            "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf --root-dir=/data/kubelet\n",
          [`/data/kubelet/seccomp/nodeward/${name}.json`]: shipped(name),
        },
      },
    ],
    fails: [
      {
        name: "not installed",
        files: node(),
        says: "is not installed",
        at: [path],
        fixed: { [path]: shipped(name) },
      },
      {
        name: "blanks",
        files: installed({ [path]: `${shipped(name)}\n` }),
        says: "no system call changed sides",
        fixed: { [path]: shipped(name) },
      },
      {
        name: "emptied",
        files: installed({ [path]: "{}" }),
        says: "no filter",
        fixed: { [path]: shipped(name) },
      },
      {
        name: "cut off",
        files: installed({ [path]: '{"defaultAction"' }),
        says: "not JSON",
        fixed: { [path]: shipped(name) },
      },
      {
        name: "writable",
        files: installed({ [path]: { text: shipped(name), mode: 0o666 } }),
        fixed: { [path]: "0644" },
      },
    ],
    errors: [
      { name: "unreadable", files: installed({ [path]: { text: "", error: "denied" } }) },
      {
        name: "a folder that cannot be listed",
        files: installed({ [ours]: { kind: "directory", error: "denied" } }),
      },
    ],
    notApplicable: [{ name: "no kubelet", files: {} }],
    // Only what lies there is hidden, and the kubelet's own files with it.
    unreadable: "error",
  });
}

const hardened = shippedProfileChecks.find(({ id }) => id.endsWith(".hardened"));

test("tampering is named by the calls that it lets through", async () => {
  if (hardened === undefined) throw new Error("no check");
  const verdict = await verdictOf(hardened, { files: installed({ [`${ours}/hardened.json`]: weak }) });
  if (!("problems" in verdict)) throw new Error("no outcome");
  assert.match(
    verdict.problems[0]?.message ?? "",
    /hardened\.json is not the one shipped with nodeward: it lets through bpf, mount$/,
  );
});

test("a profile that a pod uses is said to be used", async () => {
  if (hardened === undefined) throw new Error("no check");
  const manifest =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - name: a\n    image: b\n    securityContext: {seccompProfile: {type: Localhost, localhostProfile: nodeward/hardened.json}}\n";
  const files = installed({
    [`${ours}/hardened.json`]: weak,
    "/etc/kubernetes/manifests/web.yaml": manifest,
  });
  const verdict = await verdictOf(hardened, { files });
  if (!("problems" in verdict)) throw new Error("no outcome");
  assert.match(verdict.problems[0]?.message ?? "", /static pod shop\/web may use it/);
  assert.match((verdict.notes ?? []).join(" "), /restart their pods/);
});

const own = shipped("fine-grained");

testCheck(siteProfiles, {
  passes: [
    { name: "as the site has it", files: node({ [`${site}/web.json`]: own, [`${ours}/web.json`]: own }) },
  ],
  fails: [
    {
      name: "not installed",
      files: node({ [`${site}/web.json`]: own }),
      says: "not installed",
      fixed: { [`${ours}/web.json`]: own },
    },
    {
      name: "changed",
      files: node({ [`${site}/web.json`]: own, [`${ours}/web.json`]: weak }),
      says: "it lets through",
      fixed: { [`${ours}/web.json`]: own },
    },
    {
      name: "not root's alone",
      files: node({ [`${site}/web.json`]: { text: own, mode: 0o666 }, [`${ours}/web.json`]: own }),
      says: "is not trusted",
    },
    {
      name: "no profile",
      files: node({ [`${site}/web.json`]: "null", [`${ours}/web.json`]: "null" }),
      says: "no filter",
    },
  ],
  errors: [{ name: "unreadable", files: node({ [`${site}/web.json`]: { error: "denied" } }) }],
  notApplicable: [{ name: "none", files: node() }],
});

test("a site's profile takes the place of one that is shipped", async () => {
  if (hardened === undefined) throw new Error("no check");
  const files = installed({ [`${site}/hardened.json`]: own });
  const verdict = await verdictOf(hardened, { files });
  if (!("problems" in verdict)) throw new Error("no outcome");
  assert.match(
    verdict.problems[0]?.message ?? "",
    /is not \/etc\/nodeward\/seccomp\/hardened\.json: it lets through/,
  );
});

test("every shipped profile has a check and a document", () => {
  assert.equal(
    shippedProfileChecks.map(({ id }) => id.slice("seccomp.profiles.".length)),
    [...shippedNames],
  );
});

test.run();
