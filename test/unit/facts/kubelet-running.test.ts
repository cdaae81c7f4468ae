// The kubelet that runs against the one that will: the process's command line, files newer than it, units that say otherwise.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import {
  config,
  configured,
  effective,
  head,
  kubeadm,
  kubeletOf,
  ownUnit,
  process,
  started,
} from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const kubeconfig = "--kubeconfig=/etc/kubernetes/kubelet.conf";
const words = ["/usr/bin/kubelet", `--config=${config}`, kubeconfig];
const live = { live: true };
const changed = `not known (${config} was changed after the kubelet started)`;

const rows: readonly (readonly [
  name: string,
  files: MemoryFiles,
  path: string,
  expected: readonly string[],
])[] = [
  [
    "the same words: one value, from the files' lines",
    { ...configured(""), ...process(7, words) },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a flag that the unit no longer gives",
    { ...configured(""), ...process(7, [...words, "--anonymous-auth"]) },
    anonymous,
    ["running now: true @ /proc/7/cmdline", `after the next restart: false @ ${config}`],
  ],
  [
    "a flag that the unit gives since",
    {
      ...started(`--config=${config} ${kubeconfig} --anonymous-auth`, { [config]: head }),
      ...process(7, words),
    },
    anonymous,
    [`running now: false @ ${config}`, `after the next restart: true @ ${ownUnit}:2`],
  ],
  [
    "a file newer than the process means after the next restart",
    {
      ...configured(""),
      [config]: { text: `${head}readOnlyPort: 10255\n`, mtimeMs: 2_000_000 },
      ...process(7, words),
    },
    "readOnlyPort",
    [`running now: ${changed} @ ${config}:3`, `after the next restart: 10255 @ ${config}:3`],
  ],
  [
    "a newer file does not hide the running process's flags",
    {
      ...started(`--config=${config} ${kubeconfig} --anonymous-auth=false`, {
        [config]: { text: head, mtimeMs: 2_000_000 },
      }),
      ...process(7, [...words, "--anonymous-auth=false"]),
    },
    anonymous,
    [`running now: false @ ${ownUnit}:2`, `after the next restart: false @ ${ownUnit}:2`],
  ],
  [
    "a file written a moment before the start",
    { ...configured(""), [config]: { text: head, mtimeMs: 1_001_000 }, ...process(7, words) },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a kubelet that runs and would not start again",
    { ...configured("maxPods: x\n"), ...process(7, words) },
    anonymous,
    [
      `running now: false @ ${config}`,
      `after the next restart: stops: ${config}:3: maxPods takes a whole number of 32 bits, not "x"`,
    ],
  ],
  [
    "an unknown flag the running kubelet took",
    {
      ...started(`--config=${config} ${kubeconfig} --vendor-flag=1`, { [config]: head }),
      ...process(7, [...words, "--vendor-flag=1"]),
    },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a process without a unit",
    { "/etc/kubernetes/kubelet.conf": "", [config]: head, ...process(7, words) },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a unit that starts a script says nothing; the process does",
    {
      ...configured(""),
      [ownUnit]: "[Service]\nExecStart=/opt/start.sh\n",
      ...process(7, [...words, "--anonymous-auth=true"]),
    },
    anonymous,
    ["true @ /proc/7/cmdline"],
  ],
  [
    "a wrapper before the kubelet",
    {
      ...configured(""),
      [ownUnit]: `[Service]\nExecStart=/usr/local/bin/kubenswrapper /usr/bin/kubelet --config=${config} ${kubeconfig}\n`,
    },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a kubelet of a container is not the node's",
    { ...configured(""), ...process(7, [...words, "--anonymous-auth"], { nsPids: "\t1" }) },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "the unit is masked and the kubelet runs",
    { ...configured(""), [ownUnit]: { link: "/dev/null" }, ...process(7, words) },
    anonymous,
    [`running now: false @ ${config}`, "after the next restart: stops: kubelet.service is masked"],
  ],
  [
    "relative paths start where the process does",
    {
      "/srv/k/c.yaml": head,
      "/etc/kubernetes/kubelet.conf": "",
      ...process(7, ["kubelet", "--config=c.yaml", kubeconfig]),
      "/proc/7/cwd": { link: "/srv/k" },
    },
    anonymous,
    ["false @ /srv/k/c.yaml"],
  ],
  [
    "relative paths start at WorkingDirectory",
    {
      ...configured(""),
      [ownUnit]: `[Service]\nWorkingDirectory=/var/lib/kubelet\nExecStart=/usr/bin/kubelet --config=config.yaml ${kubeconfig}\n`,
    },
    anonymous,
    [`false @ ${config}`],
  ],
  [
    "a variable the manager sets",
    {
      ...configured(""),
      [ownUnit]: `[Service]\nPassEnvironment=ARGS\nExecStart=/usr/bin/kubelet --config=\${ARGS} ${kubeconfig}\n`,
    },
    anonymous,
    [`unread: ${ownUnit}:3: $ARGS is set outside the files`],
  ],
  [
    "an environment file that may not be read",
    kubeadm("", { "/etc/default/kubelet": { error: "denied" } }),
    anonymous,
    ["unread: permission denied: /etc/default/kubelet"],
  ],
];
for (const [name, files, path, expected] of rows)
  test(`running: ${name}`, async () => assert.equal(await effective(files, path, live), expected));

test("running: what cannot be seen is said", async () => {
  const stopped = await kubeletOf(
    { ...configured(""), ...process(3, ["/sbin/init"], { name: "init" }) },
    live,
  );
  assert.match(stopped.notes[0] ?? "", /no kubelet is running/);
  const timeless = await kubeletOf({ ...configured(""), ...process(7, words), "/proc/stat": "" }, live);
  assert.match(timeless.notes[0] ?? "", /since when the kubelet runs is not known/);
  const elsewhere = await effective(
    { ...configured(""), ...process(7, words), "/proc/7/root": { link: "/srv/rootfs" } },
    anonymous,
    live,
  );
  assert.match(elsewhere[0] ?? "", /unread: .*root directory \/srv\/rootfs/);
  const hidden = await effective(
    { ...configured(""), "/proc": { kind: "directory", error: "denied" } },
    anonymous,
    live,
  );
  assert.match(hidden[0] ?? "", /^unread: /);
  const two = await effective(
    { ...configured(""), ...process(7, words), ...process(8, ["/opt/kubelet"]) },
    anonymous,
    live,
  );
  assert.match(two[0] ?? "", /more than one kubelet runs/);
});

test("running: a masked unit without a process is no kubelet", async () => {
  let reason = "";
  await kubeletOf({ ...configured(""), [ownUnit]: { link: "/dev/null" } }).catch((error: Error) => {
    reason = error.message;
  });
  assert.match(reason, /absent: no kubelet on this node/);
});

test.run();
