// What makes the kubelet's options or files others than those that are read: an error of the checks, never their pass.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checksById } from "../../../src/checks/index.js";
import { parseKubeletFlags } from "../../../src/formats/kubelet-flags.js";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { statusOf, verdictOf } from "../../support/check.js";
import { config, configured, kubeletOf, ownUnit, process } from "../../support/kubelet.js";

const plain = ["/usr/bin/kubelet", `--config=${config}`, "--kubeconfig=/etc/kubernetes/kubelet.conf"];

function unit(exec: string, more = ""): MemoryFiles {
  return { ...configured(""), [ownUnit]: `[Service]\nExecStart=${exec}\n${more}` };
}

async function judged(files: MemoryFiles): Promise<string> {
  const check = checksById.get("kubelet.anonymous-auth");
  if (check === undefined) throw new Error("kubelet.anonymous-auth");
  const verdict = await verdictOf(check, { files });
  return `${statusOf(verdict)} ${JSON.stringify(verdict)}`;
}

const started = plain.join(" ");
const json = '{"apiVersion":"kubelet.config.k8s.io/v1beta1","kind":"KubeletConfiguration"';

const doubts: readonly (readonly [name: string, files: MemoryFiles, says: RegExp])[] = [
  [
    "a second kubelet of the same program with other flags",
    { ...configured(""), ...process(7, plain), ...process(8, [...plain, "--anonymous-auth=true"]) },
    /more than one kubelet runs/,
  ],
  ["a script before it", unit(`/usr/local/bin/wrap ${started}`), /not the kubelet/],
  ["a shell, whose -c takes one word", unit(`/bin/sh -c /usr/bin/kubelet ${started}`), /not the kubelet/],
  ["another root directory by command", unit(`/usr/sbin/chroot /x ${started}`), /not the kubelet/],
  ["RootDirectory=", unit(started, "RootDirectory=/x\n"), /other files/],
  ["BindPaths= over a file", unit(started, `BindPaths=/sys/fs/bpf -/x:${config}\n`), /other files/],
  ["a variable of the manager's", unit(`${started} $MORE`, "PassEnvironment=MORE\n"), /\$MORE is taken/],
  ["a gate without a value", unit(`${started} --feature-gates=true`), /name=true or name=false/],
  [
    "JSON that gives a field again as null",
    { ...configured(""), [config]: `${json},"readOnlyPort":10255,"readOnlyPort":null}` },
    /given again as null/,
  ],
];
for (const [name, files, says] of doubts)
  test(`not known: ${name}`, async () => {
    const verdict = await judged(files);
    assert.match(verdict, /^error/);
    assert.match(verdict, says);
  });

const sure: readonly (readonly [name: string, files: MemoryFiles])[] = [
  ["the same words twice", { ...configured(""), ...process(7, plain), ...process(8, plain) }],
  [
    "one that prints its version",
    { ...configured(""), ...process(7, plain), ...process(8, ["/usr/bin/kubelet", "--version"]) },
  ],
  ["niceness", unit(`/usr/bin/nice -n 5 ${started}`)],
  ["OpenShift's wrapper", unit(`/usr/local/bin/kubenswrapper ${started}`)],
  ["a name of its own", unit(`@/usr/bin/kubelet ${started}`)],
  ["a bind of the same place", unit(started, "BindPaths=/var/lib/kubelet /x:/run/x\n")],
  [
    "a variable that is passed and set",
    unit(`${started} $MORE`, "PassEnvironment=MORE\nEnvironment=MORE=-v=2\n"),
  ],
];
for (const [name, files] of sure)
  test(`known: ${name}`, async () => {
    assert.match(await judged(files), /^pass/);
  });

test("a name of its own is no option", async () => {
  const { views } = await kubeletOf(unit(`@/usr/bin/kubelet kubelet ${plain.slice(1).join(" ")}`));
  assert.equal(
    views.map(({ stops }) => stops.length),
    [0],
  );
});

test("gates with a name and a value are taken", () => {
  const source = { file: "", line: 0, span: { start: 0, end: 0 }, text: "" };
  const stops = (text: string) =>
    parseKubeletFlags([{ text: `--feature-gates=${text}`, source }]).stops.length;
  assert.equal(["", "A=true,B=f", "A", "t", "A=x"].map(stops), [0, 0, 1, 1, 1]);
});

test.run();
