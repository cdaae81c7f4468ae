import { createHash } from "node:crypto";
import { test } from "uvu";
import check from "../../../../src/checks/kubernetes/binaries.js";
import { testCheck } from "../../../support/check.js";

const kubelet = { text: "kubelet 1.34", mode: 0o755 };
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("hex");
const list = { "/etc/nodeward/checksums/SHA512SUMS": `${hash("sha512", "kubelet 1.34")}  kubelet\n` };
const dpkg = {
  "/var/lib/dpkg/status":
    "Package: kubelet\nStatus: hold ok installed\nVersion: 1.34.2-1.1\nArchitecture: amd64\n",
  "/var/lib/dpkg/info/kubelet.md5sums": `${hash("md5", "kubelet 1.34")}  usr/bin/kubelet\n`,
};

const ran = (stdout: string) => ({ state: "ok" as const, code: 0, stdout, stderr: "" });
const rpm = (digests: string) => ({
  live: true,
  runs: {
    "rpm-packages": ran("kubelet\t(none):1.34.2-150500\tx86_64\tkubelet-1.34.2-150500.src.rpm\n"),
    "rpm-digests kubelet": ran(digests),
  },
});
const rpmNode = { "/usr/bin/kubelet": kubelet, "/var/lib/rpm/rpmdb.sqlite": "x" };

testCheck(check, {
  passes: [
    { name: "as the list says", files: { "/usr/bin/kubelet": kubelet, ...list } },
    { name: "as the package recorded", files: { "/usr/bin/kubelet": kubelet, ...dpkg } },
    {
      name: "as rpm recorded, beside folders that have no digest",
      files: rpmNode,
      host: rpm(`  /etc/kubernetes\n${hash("sha256", "kubelet 1.34")}  /usr/bin/kubelet\n`),
    },
    {
      name: "a lone hash, as Kubernetes publishes it; sbin is a link to bin",
      files: {
        "/usr/bin/kubelet": kubelet,
        "/usr/sbin": { link: "bin" },
        "/etc/nodeward/checksums/kubelet.sha256": hash("sha256", "kubelet 1.34"),
      },
    },
    {
      name: "a list of several architectures",
      files: {
        "/opt/cni/bin/bridge": { text: "b", mode: 0o755 },
        "/etc/nodeward/checksums": `${hash("sha512", "arm")}  arm64/bridge\n${hash("sha512", "b")}  amd64/bridge\n`,
      },
    },
  ],
  fails: [
    {
      name: "another program in its place",
      files: { "/usr/bin/kubelet": { text: "evil", mode: 0o755 }, ...list },
      at: ["/usr/bin/kubelet", "/etc/nodeward/checksums/SHA512SUMS:1"],
      says: "is not what sha512 of",
    },
    {
      name: "not as packaged",
      files: { "/usr/bin/kubelet": { text: "evil", mode: 0o755 }, ...dpkg },
      at: ["/usr/bin/kubelet", "/var/lib/dpkg/info/kubelet.md5sums:1"],
      says: "package kubelet 1.34.2-1.1",
    },
    {
      name: "not as rpm recorded",
      files: rpmNode,
      host: rpm(`${hash("sha256", "other")}  /usr/bin/kubelet\n`),
      says: "package kubelet 1.34.2-150500",
    },
    {
      name: "the list counts before the package",
      files: {
        "/usr/bin/kubelet": { text: "evil", mode: 0o755 },
        ...dpkg,
        "/var/lib/dpkg/info/kubelet.md5sums": `${hash("md5", "evil")}  usr/bin/kubelet\n`,
        ...list,
      },
    },
    {
      name: "others may replace it",
      files: { "/usr/bin/kubelet": { ...kubelet, mode: 0o777 }, ...list },
      says: "can be replaced",
    },
    {
      name: "somebody owns it",
      files: { "/usr/bin/kubelet": { ...kubelet, uid: 1000 }, ...list },
      says: "owner 1000",
    },
  ],
  errors: [
    {
      name: "rpm cannot be asked under --root",
      files: rpmNode,
    },
    {
      name: "nothing says what it should be",
      files: { "/usr/local/bin/runc": { text: "x", mode: 0o755 } },
      says: "no checksum list and no package",
    },
    {
      name: "a list that others can write is not believed",
      files: {
        "/usr/bin/kubelet": kubelet,
        "/etc/nodeward/checksums": { text: `${hash("sha256", "kubelet 1.34")}  kubelet\n`, mode: 0o666 },
      },
      says: "not believed",
    },
    {
      name: "nor one that somebody owns, in a folder of root's",
      files: {
        "/usr/bin/kubelet": kubelet,
        "/etc/nodeward/checksums/SHA512SUMS": {
          text: `${hash("sha512", "kubelet 1.34")}  kubelet\n`,
          uid: 1000,
        },
      },
      says: "not believed",
    },
    {
      name: "a folder of plugins that cannot be listed",
      files: { "/usr/bin/kubelet": kubelet, ...list, "/opt/cni/bin": { kind: "directory", error: "denied" } },
      says: "permission denied: /opt/cni/bin",
    },
    {
      name: "nothing but a folder that cannot be listed",
      files: { "/opt/cni/bin": { kind: "directory", error: "denied" } },
      says: "permission denied: /opt/cni/bin",
    },
    {
      name: "a program that cannot be looked at",
      files: { "/usr/bin/kubelet": kubelet, ...list, "/usr/bin/kubectl": { error: "denied" } },
      says: "/usr/bin/kubectl",
    },
    {
      name: "a list with broken lines",
      files: {
        "/usr/bin/kubelet": kubelet,
        "/etc/nodeward/checksums": `${hash("sha256", "kubelet 1.34")}  kubelet\nnonsense\n`,
      },
      says: "checksums:2 is not a checksum",
    },
  ],
  notApplicable: [{ name: "no platform here", files: { "/usr/bin/ls": "x" } }],
});

test.run();
