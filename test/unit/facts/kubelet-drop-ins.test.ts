// The kubelet's drop-in folder: which files count, in which order, how they are merged, and what stops it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { config, effective, flags, head, kubeletOf, started } from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const port = "readOnlyPort";
const folder = "/etc/kubernetes/kubelet.conf.d";

/** With a file whose read-only port is 1, and these drop-ins. */
function dropIns(files: MemoryFiles): MemoryFiles {
  const placed = Object.fromEntries(Object.entries(files).map(([name, node]) => [`${folder}/${name}`, node]));
  return flags(
    `--config-dir=${folder}`,
    "readOnlyPort: 1\nauthentication: {anonymous: {enabled: true}}\n",
    placed,
  );
}

const merged: readonly (readonly [name: string, files: MemoryFiles, path: string, expected: string])[] = [
  ["beats the file", dropIns({ "a.conf": `${head}readOnlyPort: 2\n` }), port, `2 @ ${folder}/a.conf:3`],
  [
    "the last by name wins",
    dropIns({ "b.conf": `${head}readOnlyPort: 3\n`, "a.conf": `${head}readOnlyPort: 2\n` }),
    port,
    `3 @ ${folder}/b.conf:3`,
  ],
  [
    "names in text order, not by number",
    dropIns({ "9.conf": `${head}readOnlyPort: 9\n`, "10.conf": `${head}readOnlyPort: 10\n` }),
    port,
    `9 @ ${folder}/9.conf:3`,
  ],
  [
    "over sub-folders too",
    dropIns({
      "a.conf": `${head}readOnlyPort: 2\n`,
      "b.d/x.conf": `${head}readOnlyPort: 4\n`,
      "c.txt": head,
    }),
    port,
    `4 @ ${folder}/b.d/x.conf:3`,
  ],
  [
    "only *.conf",
    dropIns({ "z.yaml": `${head}readOnlyPort: 2\n`, "z.conf.bak": "x" }),
    port,
    `1 @ ${config}:3`,
  ],
  [
    "a linked file counts",
    { ...dropIns({ "a.conf": { link: "/srv/a" } }), "/srv/a": `${head}readOnlyPort: 2\n` },
    port,
    `2 @ ${folder}/a.conf:3`,
  ],
  [
    "a linked folder is not followed",
    { ...dropIns({ d: { link: "/srv/d" } }), "/srv/d/a.conf": `${head}readOnlyPort: 2\n` },
    port,
    `1 @ ${config}:3`,
  ],
  [
    "objects merge",
    dropIns({ "a.conf": `${head}authentication: {webhook: {enabled: false}}\n` }),
    anonymous,
    `true @ ${config}:4`,
  ],
  [
    "null goes back to the default",
    dropIns({ "a.conf": `${head}readOnlyPort: null\n` }),
    port,
    `0 @ ${folder}/a.conf:3`,
  ],
  [
    "a null object takes all in it back",
    dropIns({ "a.conf": `${head}authentication: null\n` }),
    anonymous,
    `false @ ${folder}/a.conf:3`,
  ],
  [
    "lists replace",
    {
      ...flags(`--config-dir=${folder}`, "allowedUnsafeSysctls: [a]\n"),
      [`${folder}/a.conf`]: `${head}allowedUnsafeSysctls: [b]\n`,
    },
    "allowedUnsafeSysctls",
    `b @ ${folder}/a.conf:3`,
  ],
  ["names in any case", dropIns({ "a.conf": `${head}READONLYPORT: 2\n` }), port, `2 @ ${folder}/a.conf:3`],
  ["unknown keys vanish", dropIns({ "a.conf": `${head}foo: 2\n` }), port, `1 @ ${config}:3`],
  [
    "a flag beats them",
    flags(`--config-dir=${folder} --read-only-port=7`, "", {
      [`${folder}/a.conf`]: `${head}readOnlyPort: 2\n`,
    }),
    port,
    "7 @ /etc/systemd/system/kubelet.service:2",
  ],
  [
    "without --config the legacy defaults stay",
    started(`--kubeconfig=/etc/kubernetes/kubelet.conf --config-dir=${folder}`, {
      [`${folder}/a.conf`]: head,
    }),
    anonymous,
    "true @ /etc/systemd/system/kubelet.service",
  ],
  [
    "without --config a drop-in sets a value",
    started(`--kubeconfig=/etc/kubernetes/kubelet.conf --config-dir=${folder}`, {
      [`${folder}/a.conf`]: `${head}authentication: {anonymous: {enabled: false}}\n`,
    }),
    anonymous,
    `false @ ${folder}/a.conf:3`,
  ],
];
for (const [name, files, path, expected] of merged)
  test(`drop-in: ${name}`, async () => assert.equal(await effective(files, path), [expected]));

const dropInStops: readonly (readonly [name: string, files: MemoryFiles, says: RegExp])[] = [
  [
    "no kind",
    dropIns({ "a.conf": "apiVersion: kubelet.config.k8s.io/v1beta1\nreadOnlyPort: 2\n" }),
    /a\.conf:1: kind is missing/,
  ],
  ["no apiVersion", dropIns({ "a.conf": "kind: KubeletConfiguration\n" }), /apiVersion is missing/],
  ["empty", dropIns({ "a.conf": "" }), /a\.conf:1: is empty/],
  ["a repeated key", dropIns({ "a.conf": `${head}maxPods: 1\nmaxPods: 2\n` }), /"maxPods" is given twice/],
  ["a wrong type", dropIns({ "a.conf": `${head}maxPods: x\n` }), /maxPods takes a whole number/],
  ["a folder that is not there", flags(`--config-dir=${folder}`), /kubelet\.conf\.d does not exist/],
  ["a link that leads nowhere", dropIns({ "a.conf": { link: "/no" } }), /a\.conf does not exist/],
];
for (const [name, files, says] of dropInStops)
  test(`drop-in, exits: ${name}`, async () => assert.match((await effective(files, port))[0] ?? "", says));

test("a drop-in folder that is a link is not gone into, and that is said", async () => {
  const files = {
    ...flags(`--config-dir=${folder}`),
    [folder]: { link: "/srv/d" },
    "/srv/d/a.conf": `${head}readOnlyPort: 2\n`,
  };
  const { views } = await kubeletOf(files);
  assert.is(views[0]?.view.setting(port).shown, "0");
  assert.match(views[0]?.view.input.sources.faults[0]?.message ?? "", /is a symbolic link/);
});

test.run();
