// How a value comes about: defaults with and without a file, flag over drop-in over file, what each flag may say.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import {
  config,
  configured,
  dropIn,
  effective,
  extra,
  flags,
  installed,
  kubeadm,
  ownUnit,
  started,
} from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const webhook = "authentication.webhook.enabled";
const kubeconfig = "--kubeconfig=/etc/kubernetes/kubelet.conf";

type Row = readonly [name: string, files: MemoryFiles, path: string, expected: string];

const defaults: readonly Row[] = [
  ["no file: anonymous", started(kubeconfig), anonymous, `true @ ${ownUnit}`],
  ["no file: webhook authentication", started(kubeconfig), webhook, `false @ ${ownUnit}`],
  ["no file: authorization", started(kubeconfig), "authorization.mode", `AlwaysAllow @ ${ownUnit}`],
  ["no file: read-only port", started(kubeconfig), "readOnlyPort", `10255 @ ${ownUnit}`],
  ["no file, flag", started(`${kubeconfig} --anonymous-auth=false`), anonymous, `false @ ${ownUnit}:2`],
  ["an empty --config is none", started(`${kubeconfig} --config=`), anonymous, `true @ ${ownUnit}`],
  ["file: anonymous", configured(""), anonymous, `false @ ${config}`],
  ["file: webhook authentication", configured(""), webhook, `true @ ${config}`],
  ["file: authorization", configured(""), "authorization.mode", `Webhook @ ${config}`],
  ["file: read-only port", configured(""), "readOnlyPort", `0 @ ${config}`],
  ["file: rotation", configured(""), "rotateCertificates", `false @ ${config}`],
  ["file: server bootstrap", configured(""), "serverTLSBootstrap", `false @ ${config}`],
  ["file: iptables chains", configured(""), "makeIPTablesUtilChains", `true @ ${config}`],
  ["file: kernel defaults", configured(""), "protectKernelDefaults", `false @ ${config}`],
  ["file: seccomp", configured(""), "seccompDefault", `false @ ${config}`],
  ["file: processes", configured(""), "podPidsLimit", `-1 @ ${config}`],
  ["file: TLS", configured(""), "tlsMinVersion", `not set @ ${config}`],
  ["file: address", configured(""), "address", `0.0.0.0 @ ${config}`],
  ["file: port", configured(""), "port", `10250 @ ${config}`],
  ["file: health address", configured(""), "healthzBindAddress", `127.0.0.1 @ ${config}`],
  ["file: health port", configured(""), "healthzPort", `10248 @ ${config}`],
  ["file: idle timeout", configured(""), "streamingConnectionIdleTimeout", `4h @ ${config}`],
  ["events, 1.26", configured("", installed("1.26.3-1.1")), "eventRecordQPS", `5 @ ${config}`],
  ["events, 1.27", configured("", installed("1.27.0-1.1")), "eventRecordQPS", `50 @ ${config}`],
  ["events, version unknown", configured(""), "eventRecordQPS", `the default @ ${config}`],
  ["cgroup v1, 1.34", configured("", installed("1.34.0-1.1")), "failCgroupV1", `false @ ${config}`],
  ["cgroup v1, 1.35", configured("", installed("1.35.0-1.1")), "failCgroupV1", `true @ ${config}`],
];

const precedence: readonly Row[] = [
  ["the file", configured("readOnlyPort: 10255\n"), "readOnlyPort", `10255 @ ${config}:3`],
  [
    "a flag beats the file",
    flags("--read-only-port=0", "readOnlyPort: 10255\n"),
    "readOnlyPort",
    `0 @ ${ownUnit}:2`,
  ],
  [
    "the last flag wins",
    flags("--read-only-port=0 --read-only-port=10255"),
    "readOnlyPort",
    `10255 @ ${ownUnit}:2`,
  ],
  [
    "a flag for one value leaves the others to the file",
    flags("--read-only-port=0", "rotateCertificates: true\n"),
    "rotateCertificates",
    `true @ ${config}:3`,
  ],
  [
    "a list by flag replaces the file's",
    flags("--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA", "tlsCipherSuites: [TLS_AES_128_GCM_SHA256]\n"),
    "tlsCipherSuites",
    `TLS_RSA_WITH_AES_128_CBC_SHA @ ${ownUnit}:2`,
  ],
  [
    "a repeated list flag adds up",
    flags("--allowed-unsafe-sysctls=a,b --allowed-unsafe-sysctls=c"),
    "allowedUnsafeSysctls",
    `a, b, c @ ${ownUnit}:2`,
  ],
  [
    "feature gates merge per gate: the file's",
    flags("--feature-gates=A=true", "featureGates: {B: true}\n"),
    "featureGates.B",
    `true @ ${config}:3`,
  ],
  [
    "feature gates merge per gate: the flag's",
    flags("--feature-gates=A=true,B=false", "featureGates: {B: true}\n"),
    "featureGates.B",
    `false @ ${ownUnit}:2`,
  ],
  [
    "seccompDefault by flag",
    flags("--seccomp-default", "seccompDefault: false\n"),
    "seccompDefault",
    `true @ ${ownUnit}:2`,
  ],
  [
    "a false seccomp flag does not take back the file",
    flags("--seccomp-default=false", "seccompDefault: true\n"),
    "seccompDefault",
    `true @ ${config}:3`,
  ],
  [
    "no environment variable sets a value",
    configured("", {
      [ownUnit]: `[Service]\nEnvironment=ANONYMOUS_AUTH=true KUBELET_ANONYMOUS_AUTH=true\nExecStart=/usr/bin/kubelet --config=${config} ${kubeconfig}\n`,
    }),
    anonymous,
    `false @ ${config}`,
  ],
  ["kubeadm: the file", kubeadm(""), anonymous, `false @ ${config}`],
  [
    "kubeadm: extra arguments in /etc/default beat kubeadm's own",
    kubeadm("", {
      "/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=--read-only-port=0\n",
      [extra]: "KUBELET_EXTRA_ARGS=--read-only-port=10255\n",
    }),
    "readOnlyPort",
    `10255 @ ${extra}:1`,
  ],
  [
    "kubeadm: RPM's /etc/sysconfig",
    kubeadm("", {
      [dropIn]: `[Service]\nEnvironmentFile=-/etc/sysconfig/kubelet\nExecStart=\nExecStart=/usr/bin/kubelet --config=${config} ${kubeconfig} $KUBELET_EXTRA_ARGS\n`,
      "/etc/sysconfig/kubelet": "KUBELET_EXTRA_ARGS='--anonymous-auth=true'\n",
    }),
    anonymous,
    "true @ /etc/sysconfig/kubelet:1",
  ],
];

const flagForms: readonly Row[] = [
  ["--name value", flags("--read-only-port 10255"), "readOnlyPort", `10255 @ ${ownUnit}:2`],
  ["underscores", flags("--read_only_port=10255"), "readOnlyPort", `10255 @ ${ownUnit}:2`],
  [
    "octal, hexadecimal, underscores",
    flags("--read-only-port=0x280F"),
    "readOnlyPort",
    `10255 @ ${ownUnit}:2`,
  ],
  ...["1", "t", "T", "true", "TRUE", "True"].map(
    (word): Row => [`boolean ${word}`, flags(`--anonymous-auth=${word}`), anonymous, `true @ ${ownUnit}:2`],
  ),
  ...["0", "f", "F", "false", "FALSE", "False"].map(
    (word): Row => [`boolean ${word}`, flags(`--anonymous-auth=${word}`), anonymous, `false @ ${ownUnit}:2`],
  ),
  ["a bare boolean is true", flags("--anonymous-auth"), anonymous, `true @ ${ownUnit}:2`],
  ["-v in its short form", flags("-v 4 -v=2"), anonymous, `false @ ${config}`],
  [
    "0 by flag stays 0",
    flags("--streaming-connection-idle-timeout=0"),
    "streamingConnectionIdleTimeout",
    `0 @ ${ownUnit}:2`,
  ],
  [
    "0 in the file is 4h",
    configured('streamingConnectionIdleTimeout: "0"\n'),
    "streamingConnectionIdleTimeout",
    `4h @ ${config}:3`,
  ],
  [
    "0s in the file is 4h",
    configured("streamingConnectionIdleTimeout: 0s\n"),
    "streamingConnectionIdleTimeout",
    `4h @ ${config}:3`,
  ],
];

for (const [name, files, path, expected] of [...defaults, ...precedence, ...flagForms])
  test(`value: ${name}`, async () => assert.equal(await effective(files, path), [expected]));
test.run();
