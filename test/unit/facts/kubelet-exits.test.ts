// Every way in which a kubelet does not start: no value of its settings is then worth anything.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import {
  config,
  configured,
  effective,
  flags,
  head,
  installed,
  ownUnit,
  started,
} from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const folder = "/etc/kubernetes/kubelet.conf.d";

/** What makes the kubelet exit: no value of it is worth anything. */
const exits: readonly (readonly [name: string, files: MemoryFiles, says: RegExp])[] = [
  ["--anonymous-auth false", flags("--anonymous-auth false"), /"false" belongs to no flag/],
  [
    "a boolean that is none",
    flags("--anonymous-auth=yes"),
    /--anonymous-auth takes true or false, not "yes"/,
  ],
  ["an empty boolean", flags("--anonymous-auth="), /takes true or false/],
  [
    "an unknown flag",
    flags("--anonimous-auth=false"),
    /--anonimous-auth is no flag of the kubelet.*anonymous-auth/,
  ],
  ["a removed flag", flags("--cadvisor-port=0"), /--cadvisor-port is no flag of the kubelet any more/],
  [
    "a flag gone with dockershim",
    flags("--network-plugin=cni", "", installed("1.24.1")),
    /--network-plugin was removed in 1\.24/,
  ],
  ["a flag of later versions", flags("--seccomp-default", "", installed("1.21.1")), /not known before 1\.22/],
  ["a left-over word", flags("run"), /"run" belongs to no flag/],
  ["words after --", flags("-- --anonymous-auth=false"), /belongs to no flag/],
  ["a flag without its value", flags("--read-only-port"), /--read-only-port lacks its value/],
  [
    "a duration without a unit",
    flags("--streaming-connection-idle-timeout=30"),
    /takes a duration with a unit/,
  ],
  ["a number that is none", flags("--read-only-port=ten"), /takes a whole number/],
  ["a number beyond 32 bits", flags("--port=4294967296"), /takes a whole number/],
  ["a port out of range", flags("--port=70000"), /port is 70000, not 1 to 65535/],
  ["an address that is none", flags("--address=localhost"), /--address takes an IP address/],
  ["an empty mode by flag", flags("--authorization-mode="), /authorization\.mode is not set, not one of/],
  ["an unknown mode by flag", flags("--authorization-mode=RBAC"), /authorization\.mode is RBAC/],
  ["an unknown mode in the file", configured("authorization: {mode: None}\n"), /authorization\.mode is None/],
  [
    "an unknown cipher suite",
    configured("tlsCipherSuites: [TLS_FOO]\n"),
    /TLS_FOO, which is no cipher suite/,
  ],
  ["an unknown TLS version", configured("tlsMinVersion: '1.2'\n"), /tlsMinVersion is 1\.2/],
  [
    "a standalone kubelet with webhook",
    started(`--config=${config}`, { [config]: head }),
    /authentication\.webhook\.enabled is true, which needs --kubeconfig/,
  ],
  [
    "a standalone kubelet with webhook authorization",
    started(`--config=${config}`, { [config]: `${head}authentication: {webhook: {enabled: false}}\n` }),
    /authorization\.mode is Webhook, which needs --kubeconfig/,
  ],
  [
    "a client CA that is not there",
    configured("authentication: {x509: {clientCAFile: /no/ca.crt}}\n"),
    /clientCAFile is \/no\/ca\.crt, which does not exist/,
  ],
  [
    "a kubeconfig that is not there",
    started(`--config=${config} --kubeconfig=/no`, { [config]: head }),
    /kubeconfig \/no does not exist/,
  ],
  [
    "a certificate without its key",
    configured("tlsCertFile: /etc/kubernetes/pki/ca.crt\n"),
    /only one of tlsCertFile and tlsPrivateKeyFile/,
  ],
  ["a negative event rate", configured("eventRecordQPS: -1\n"), /eventRecordQPS is -1, not 0/],
  [
    "image thresholds the wrong way round",
    configured("imageGCHighThresholdPercent: 50\n"),
    /is not below imageGCHighThresholdPercent 50/,
  ],
  [
    "server bootstrap without its gate",
    configured("serverTLSBootstrap: true\nfeatureGates: {RotateKubeletServerCertificate: false}\n"),
    /serverTLSBootstrap needs the feature gate/,
  ],
  [
    "seccompDefault before it was on",
    configured("seccompDefault: true\n", installed("1.24.0")),
    /needs the feature gate SeccompDefault/,
  ],
  [
    "--config-dir before 1.28",
    flags(`--config-dir=${folder}`, "", { ...installed("1.27.0"), [`${folder}/a.conf`]: head }),
    /--config-dir is not known before 1\.28/,
  ],
  [
    "--config-dir of 1.28 without its variable",
    flags(`--config-dir=${folder}`, "", { ...installed("1.28.0"), [`${folder}/a.conf`]: head }),
    /needs KUBELET_CONFIG_DROPIN_DIR_ALPHA/,
  ],
  [
    "kernel values that protectKernelDefaults refuses",
    configured("protectKernelDefaults: true\n", { "/proc/sys/kernel/panic": "60\n" }),
    /protectKernelDefaults is true and kernel\.panic is 60, not 10/,
  ],
  [
    "swap",
    configured("", { "/proc/swaps": "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n" }),
    /swap is on \(\/dev\/sda2\)/,
  ],
  [
    "cgroup v1 from 1.35",
    configured("", { ...installed("1.35.1"), "/sys/fs/cgroup/memory/tasks": "" }),
    /failCgroupV1 is true/,
  ],
  [
    "a required environment file that is not there",
    configured("", {
      [ownUnit]: `[Service]\nEnvironmentFile=/no\nExecStart=/usr/bin/kubelet --config=${config}\n`,
    }),
    /environment file \/no does not exist/,
  ],
];

for (const [name, files, says] of exits)
  test(`exits: ${name}`, async () => {
    const [only, ...more] = await effective(files, anonymous);
    assert.equal(more, []);
    assert.match(only ?? "", /^stops: /);
    assert.match(only ?? "", says);
  });

test("--config-dir of 1.28 with its variable is read", async () => {
  const files = {
    ...flags(`--config-dir=${folder}`, "", installed("1.28.0")),
    [`${folder}/a.conf`]: `${head}readOnlyPort: 1\n`,
  };
  const own = `[Service]\nEnvironment=KUBELET_CONFIG_DROPIN_DIR_ALPHA=1\nExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=${config} --config-dir=${folder}\n`;
  assert.equal(await effective({ ...files, [ownUnit]: own }, "readOnlyPort"), [`1 @ ${folder}/a.conf:3`]);
});

test.run();
