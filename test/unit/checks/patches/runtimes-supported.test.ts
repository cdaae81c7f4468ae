import { test } from "uvu";
import check from "../../../../src/checks/patches/runtimes-supported.js";
import { testCheck } from "../../../support/check.js";

const host = { now: Date.UTC(2026, 10, 21) };
const own = "/etc/nodeward/releases.yaml";
const installed = (...packages: readonly string[]) => ({
  "/var/lib/dpkg/status": packages
    .map((one) => one.split(" "))
    .map(
      ([name, version]) =>
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    )
    .join("\n"),
});

testCheck(check, {
  passes: [
    { name: "the project's own", files: installed("containerd.io 2.3.1-1~debian.12~bookworm"), host },
    { name: "CRI-O of this year", files: installed("cri-o 1.36.0-1.1", "runc 1.4.0-1"), host },
    {
      name: "old, and the distribution's to look after",
      files: installed("containerd 1.6.20~ds1-1+deb12u3", "runc 1.1.5+ds1-1+deb12u1"),
      host,
    },
    {
      name: "by the site's table",
      files: { ...installed("containerd.io 1.7.24-1"), [own]: 'containerd: {"1.7": "2029-01-01"}\n' },
      host,
    },
  ],
  fails: [
    {
      name: "ended",
      files: installed("containerd.io 1.7.24-1"),
      host,
      says: "support of containerd 1.7 ended on 2026-09-30",
      at: ["/var/lib/dpkg/status"],
    },
    { name: "before the table", files: installed("cri-o 1.20.0-1"), host, says: "older than every release" },
    { name: "Docker's package is not Debian's", files: installed("containerd.io 1.6.33-1~ubuntu"), host },
  ],
  errors: [
    { name: "newer than the table", files: installed("runc 2.0.0-1"), host, says: "newer than" },
    {
      name: "of no package",
      files: { "/usr/local/bin/containerd": { text: "", mode: 0o755 } },
      host,
      says: "belongs to no package",
    },
    {
      name: "the site's table is broken",
      files: { ...installed("runc 1.4.0-1"), [own]: "containerd: [\n" },
      host,
    },
  ],
  notApplicable: [{ name: "no runtime", files: installed("bash 5.2-1"), host }],
});

test.run();
