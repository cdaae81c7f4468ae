import { test } from "uvu";
import { sandboxes } from "../../../../src/checks/runtime/sandboxes.js";
import { testCheck } from "../../../support/check.js";

const config = "/etc/containerd/config.toml";
const handler = (name: string, type: string) =>
  `version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${name}]\n  runtime_type = "${type}"\n`;
const products = {
  "runtime.gvisor": {
    toml: handler("runsc", "io.containerd.runsc.v1"),
    shim: "/usr/local/bin/containerd-shim-runsc-v1",
  },
  "runtime.kata": {
    toml: handler("kata-qemu", "io.containerd.kata-qemu.v2"),
    shim: "/usr/local/bin/containerd-shim-kata-qemu-v2",
  },
} as const;
const programs = {
  "runtime.gvisor": "/usr/local/bin/runsc",
  "runtime.kata": "/opt/kata/bin/kata-runtime",
} as const;
const executable = { text: "x", mode: 0o755 };

for (const check of sandboxes) {
  const id = check.id === "runtime.kata" ? "runtime.kata" : "runtime.gvisor";
  const { toml, shim } = products[id];
  const program = programs[id];
  const good = { [config]: toml, [shim]: executable, [program]: executable };
  testCheck(check, {
    passes: [
      { name: "a handler and its programs", files: good },
      {
        name: "a handler of CRI-O",
        files: {
          "/etc/crio/crio.conf.d/20.conf": `[crio.runtime.runtimes.sandboxed]\nruntime_path = "${program}"\n`,
          [program]: executable,
        },
      },
      {
        name: "known by its program alone",
        files: {
          [config]: `${handler("safe", "io.containerd.runc.v2")}  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.safe.options]\n    BinaryName = "${program}"\n`,
          "/usr/bin/containerd-shim-runc-v2": executable,
          [program]: executable,
        },
      },
    ],
    fails: [
      {
        name: "a handler whose shim is not there",
        files: { [config]: toml },
        at: [`${config}:3`],
        says: "which is not there",
      },
      {
        name: "programs without a handler",
        files: { [config]: "version = 2\n", [program]: executable },
        says: "no handler of containerd",
      },
      {
        name: "a program that others write",
        files: { ...good, [program]: { text: "x", mode: 0o777 } },
        says: "more than 0755",
      },
    ],
    errors: [
      {
        name: "CRI-O's drop-ins may not be read",
        files: { "/etc/crio/crio.conf.d": { kind: "directory", error: "denied" }, [program]: executable },
        says: "/etc/crio/crio.conf.d",
      },
      { name: "a configuration that may not be read", files: { [config]: { error: "denied" } } },
    ],
    notApplicable: [
      { name: "plain containerd", files: { [config]: handler("runc", "io.containerd.runc.v2") } },
    ],
  });
}

test.run();
