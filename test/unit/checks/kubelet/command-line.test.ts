// The checks on the kubelet's command line and on whether its configuration decodes.
import { test } from "uvu";
import { flagAndFile, hostnameOverride, insecureFlags } from "../../../../src/checks/kubelet/command-line.js";
import configValid from "../../../../src/checks/kubelet/config-valid.js";
import { testCheck } from "../../../support/check.js";
import { config, configured, flags, head, ownUnit, process, started } from "../../../support/kubelet.js";

const stopped = {
  name: "a kubelet that would not start",
  files: configured("maxPods: x\n"),
  says: /would not start/,
};
const none = { name: "no kubelet", files: { "/etc/hostname": "a\n" } };
const denied = {
  name: "an unreadable unit",
  files: { ...flags(""), [`${ownUnit}.d/a.conf`]: { error: "denied" as const } },
};

testCheck(hostnameOverride, {
  passes: [
    { name: "not given", files: configured("") },
    { name: "allowed", files: flags("--hostname-override=a"), params: { allowed: true } },
  ],
  fails: [
    {
      name: "given",
      files: flags("--hostname-override=a"),
      at: [`${ownUnit}:2`],
      says: /--hostname-override is a/,
    },
  ],
  errors: [stopped, denied],
  notApplicable: [none],
});

testCheck(insecureFlags, {
  passes: [{ name: "none", files: flags("--v=2") }],
  fails: [
    {
      name: "one that is gone",
      files: flags("--cadvisor-port=4194"),
      at: [`${ownUnit}:2`],
      says: /without authentication/,
    },
    { name: "with underscores", files: flags("--allow_privileged=true"), at: [`${ownUnit}:2`] },
    { name: "insecure by name", files: flags("--insecure-anything"), at: [`${ownUnit}:2`] },
  ],
  errors: [stopped, denied],
  notApplicable: [none],
});

testCheck(flagAndFile, {
  passes: [
    { name: "no flag", files: configured("readOnlyPort: 0\n") },
    { name: "the same value", files: flags("--read-only-port=0", "readOnlyPort: 0\n") },
    { name: "only by flag", files: flags("--read-only-port=0") },
    { name: "empty in the file", files: flags("--pod-manifest-path=/a", 'staticPodPath: ""\n') },
  ],
  fails: [
    {
      name: "different values",
      files: flags("--read-only-port=10255", "readOnlyPort: 0\n"),
      at: [`${ownUnit}:2`, `${config}:3`],
      says: /readOnlyPort is 10255 by flag .* and 0 in/,
    },
  ],
  errors: [stopped, denied],
  notApplicable: [none],
});

testCheck(configValid, {
  passes: [
    {
      name: "every field known",
      files: configured("readOnlyPort: 0\nauthentication:\n  anonymous:\n    enabled: false\n"),
    },
    { name: "no file at all", files: started("--kubeconfig=/etc/kubernetes/kubelet.conf") },
  ],
  fails: [
    {
      name: "an unknown field",
      files: configured("readonlyPort: 0\n"),
      at: [`${config}:3`],
      says: /unknown field "readonlyPort" \(did you mean "readOnlyPort"\?\)/,
    },
    {
      name: "a repeated field",
      files: configured("maxPods: 1\nmaxPods: 2\n"),
      at: [`${config}:4`],
      says: /given twice/,
    },
    {
      name: "a wrong type",
      files: configured("maxPods: x\n"),
      at: [`${config}:3`],
      says: /would not start: .*maxPods takes a whole number/,
    },
    {
      name: "another apiVersion",
      files: { ...configured(""), [config]: "apiVersion: v1\nkind: KubeletConfiguration\n" },
      says: /is v1 KubeletConfiguration/,
    },
    { name: "a missing file", files: started(`--config=${config}`), says: /does not exist/ },
    {
      name: "an unknown flag",
      files: flags("--anonymus-auth=false"),
      at: [`${ownUnit}:2`],
      says: /did you mean "anonymous-auth"/,
    },
    {
      name: "the next start of a running kubelet",
      files: {
        ...configured("maxPods: x\n"),
        ...process(7, [
          "/usr/bin/kubelet",
          `--config=${config}`,
          "--kubeconfig=/etc/kubernetes/kubelet.conf",
        ]),
      },
      says: /would not start/,
    },
    {
      name: "a field of a drop-in",
      files: flags("--config-dir=/etc/k.d", "", { "/etc/k.d/a.conf": `${head}foo: 1\n` }),
      at: ["/etc/k.d/a.conf:3"],
    },
  ],
  errors: [{ name: "an unreadable file", files: { ...configured(""), [config]: { error: "denied" } } }],
  notApplicable: [none],
});

test.run();
