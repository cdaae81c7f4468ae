// The checks on what pods may do: what passes, what fails and where, and the edit that repairs it.
import { test } from "uvu";
import { configured, flags, installed } from "../../../support/kubelet.js";
import { inFile, kernel, plain, set, testSettingChecks, unset } from "../../../support/kubelet-settings.js";

testSettingChecks([
  {
    id: "kubelet.seccomp-default",
    passes: [set("seccompDefault: true"), { name: "by flag", files: flags("--seccomp-default") }],
    fails: [
      unset("seccompDefault: true"),
      inFile("seccompDefault: false", "seccompDefault: true"),
      {
        name: "a kubelet that does not know it",
        files: configured("", installed("1.21.0")),
        says: /does not know it/,
      },
    ],
  },
  {
    id: "kubelet.pod-pids-limit",
    passes: [
      set("podPidsLimit: 4096"),
      { name: "more is accepted", files: configured("podPidsLimit: 9000\n"), params: { most: 10000 } },
    ],
    fails: [
      unset("podPidsLimit: 4096"),
      inFile("podPidsLimit: -1", "podPidsLimit: 4096"),
      inFile("podPidsLimit: 0", "podPidsLimit: 4096"),
      inFile("podPidsLimit: 5000", "podPidsLimit: 4096"),
    ],
  },
  {
    id: "kubelet.protect-kernel-defaults",
    passes: [set("protectKernelDefaults: true", kernel)],
    fails: [
      unset("protectKernelDefaults: true", kernel),
      {
        name: "the kernel is not ready for it",
        files: configured("", { ...kernel, "/proc/sys/kernel/panic": "0\n" }),
        says: /set the kernel first.*kernel\.panic is 0, not 10/,
      },
      {
        name: "right now, but not after the next boot",
        files: configured("", { ...kernel, "/etc/sysctl.d/90-kubelet.conf": "kernel.panic=10\n" }),
        says: /will not start after the next boot: vm\.overcommit_memory, kernel\.panic_on_oops/,
      },
      {
        name: "what the next boot sets cannot be read",
        files: configured("", { ...kernel, "/etc/sysctl.d/90-kubelet.conf": { error: "denied" } }),
        says: /what the next boot sets could not be read/,
      },
      { name: "the kernel cannot be seen", files: configured(""), says: /could not be seen/ },
    ],
  },
  {
    id: "kubelet.make-iptables-util-chains",
    passes: [plain],
    fails: [inFile("makeIPTablesUtilChains: false", "makeIPTablesUtilChains: true")],
  },
  {
    id: "kubelet.event-qps",
    passes: [
      plain,
      set("eventRecordQPS: 0"),
      set("eventRecordQPS: 5"),
      { name: "more asked for", files: configured("eventRecordQPS: 60\n"), params: { minimum: 60 } },
    ],
    fails: [inFile("eventRecordQPS: 1", "eventRecordQPS: 50")],
  },
  {
    id: "kubelet.allowed-unsafe-sysctls",
    passes: [
      plain,
      {
        name: "expected",
        files: configured("allowedUnsafeSysctls: [net.core.somaxconn]\n"),
        params: { expected: ["net.core.somaxconn"] },
      },
    ],
    fails: [{ ...inFile('allowedUnsafeSysctls: ["kernel.msg*"]', undefined), says: /allows kernel\.msg\*/ }],
  },
]);

test.run();
