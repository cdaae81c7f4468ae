// Cases of checks on one kubelet setting each: a bad line and its repair, a flag and its repair, the default.
import { checksById } from "../../src/checks/index.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { type Case, type FailingCase, testCheck } from "./check.js";
import { config, configured, flags, head, ownUnit, process } from "./kubelet.js";

export const kernel: MemoryFiles = {
  "/proc/sys/vm/overcommit_memory": "1\n",
  "/proc/sys/vm/panic_on_oom": "0\n",
  "/proc/sys/kernel/panic": "10\n",
  "/proc/sys/kernel/panic_on_oops": "1\n",
  "/proc/sys/kernel/keys/root_maxkeys": "1000000\n",
  "/proc/sys/kernel/keys/root_maxbytes": "25000000\n",
  "/etc/sysctl.d/90-kubelet.conf":
    "vm.overcommit_memory=1\nkernel.panic=10\nkernel.panic_on_oops=1\nkernel.keys.root_maxkeys=1000000\nkernel.keys.root_maxbytes=25000000\n",
};

export interface Row {
  readonly id: string;
  readonly passes: readonly Case[];
  readonly fails: readonly FailingCase[];
}

/** A bad line of the file, the place of its value, and the line that repairs it. */
export function inFile(bad: string, good: string | undefined, more: MemoryFiles = {}): FailingCase {
  const line = bad.split("\n").length + 2;
  return {
    name: `in the file: ${bad.replaceAll("\n", " ")}`,
    files: configured(`${bad}\n`, more),
    at: [`${config}:${line}`],
    ...(good === undefined ? {} : { fixed: { [config]: `${head}${good}\n` } }),
  };
}

export function byFlag(bad: string, good: string): FailingCase {
  const words = (flag: string) =>
    `[Service]\nExecStart=/usr/bin/kubelet --config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf ${flag}\n`;
  return {
    name: `by flag: ${bad}`,
    files: flags(bad),
    at: [`${ownUnit}:2`],
    fixed: { [ownUnit]: words(good) },
  };
}

/** Nothing is set and the default is not enough: the line that is added. */
export function unset(good: string | undefined, more: MemoryFiles = {}): FailingCase {
  const fixed = good === undefined ? {} : { fixed: { [config]: `${head}${good}\n` } };
  return { name: "not set", files: configured("", more), at: [config], ...fixed };
}

export const set = (lines: string, more: MemoryFiles = {}): Case => ({
  name: lines,
  files: configured(`${lines}\n`, more),
});
export const plain: Case = { name: "the default", files: configured("") };

const stopped = {
  name: "a kubelet that would not start",
  files: configured("maxPods: x\n"),
  says: /would not start/,
};
const stale = {
  name: "a file newer than the running kubelet",
  files: {
    ...configured("", kernel),
    ...process(7, ["/usr/bin/kubelet", `--config=${config}`, "--kubeconfig=/etc/kubernetes/kubelet.conf"]),
    [config]: { text: `${head}rotateCertificates: true\n`, mtimeMs: 2_000_000 },
  },
};

/** Tests each row, and that a kubelet that would not start, or is not there, is never a pass. */
export function testSettingChecks(rows: readonly Row[]): void {
  for (const { id, passes, fails } of rows) {
    const check = checksById.get(id);
    if (check === undefined) throw new Error(id);
    testCheck(check, {
      passes,
      fails,
      errors: [
        stopped,
        ...(id === "kubelet.anonymous-auth"
          ? [{ ...stale, says: /running now: .* not known: .* was changed after/ }]
          : []),
      ],
      notApplicable: [{ name: "no kubelet", files: { "/etc/hostname": "a\n" }, says: /no kubelet/ }],
    });
  }
}
