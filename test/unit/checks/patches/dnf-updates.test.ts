// patches.security-updates on hosts with dnf: what its cached metadata say, and what they cannot.
import { test } from "uvu";
import check from "../../../../src/checks/patches/security-updates.js";
import { testCheck } from "../../../support/check.js";
import {
  cachedNotices,
  dnfNow,
  noticesFile,
  repomd,
  repomdFile,
  rpmHost,
  rpmNode,
  updateinfo,
} from "../../../support/dnf-node.js";

const openssl = { id: "RLSA-2026:1", name: "openssl", version: "3.0.7", release: "28.el9_4" };
const host = rpmHost(["openssl", "1:3.0.7-27.el9", "x86_64"], ["bash", "(none):5-1.el9", "x86_64"]);
const fixed = rpmHost(["openssl", "(none):3.0.7-28.el9_4", "x86_64"]);
const node = (text: string, hours?: number) => ({ ...rpmNode, ...cachedNotices(text, hours) });
const module = '<module name="nodejs" stream="18" version="1" context="x" arch="x86_64"/>';
const streamed = { id: "RLSA-2026:2", name: "nodejs", version: "18.20", release: "1.module+el9", module };
const nodejs = rpmHost(["nodejs", "(none):18.0-1.module+el9", "x86_64"]);
const enabled = (stream: string) => ({
  "/etc/dnf/modules.d/nodejs.module": `[nodejs]\nname=nodejs\nstream=${stream}\nprofiles=\nstate=enabled\n`,
});

testCheck(check, {
  passes: [
    { name: "installed", files: node(updateinfo(openssl)), host: fixed },
    { name: "an epoch counts more than a version", files: node(updateinfo(openssl)), host },
    {
      name: "not for security",
      files: node(updateinfo({ ...openssl, type: "bugfix", version: "9" })),
      host: fixed,
    },
    {
      name: "for another architecture",
      files: node(updateinfo({ ...openssl, version: "9", arch: "aarch64" })),
      host,
    },
    {
      name: "of several kernels the newest counts",
      files: node(updateinfo({ ...openssl, name: "kernel", version: "5.14.0", release: "500.el9" })),
      host: rpmHost(
        ["kernel", "(none):5.14.0-500.el9", "x86_64"],
        ["kernel", "(none):5.14.0-427.el9", "x86_64"],
      ),
    },
    { name: "of another stream", files: { ...node(updateinfo(streamed)), ...enabled("20") }, host: nodejs },
  ],
  fails: [
    {
      name: "one waits",
      files: node(updateinfo(openssl, { ...openssl, id: "RLSA-2025:9", release: "26.el9" })),
      host: rpmHost(["openssl", "(none):3.0.7-25.el9", "x86_64"]),
      at: ["/etc/yum.repos.d/rocky.repo:1", repomdFile, noticesFile],
      says: /^1 security update waits: openssl 3\.0\.7-25\.el9 → 3\.0\.7-28\.el9_4 \(RLSA-2026:1\); security archives/,
    },
    {
      name: "of the stream that is enabled",
      files: { ...node(updateinfo(streamed)), ...enabled("18") },
      host: nodejs,
      says: /nodejs 18\.0/,
    },
    {
      name: "looked for long ago",
      files: node(updateinfo(openssl), 24 * 9),
      host: fixed,
      says: "the lists of baseos are 9 days old",
    },
    {
      name: "no repository",
      files: { "/var/lib/rpm/rpmdb.sqlite": "x" },
      host: fixed,
      says: "dnf has no repository that is enabled",
    },
    { name: "never fetched", files: rpmNode, host: fixed, says: "the lists of baseos were never fetched" },
  ],
  errors: [
    {
      name: "no notices are published",
      files: { ...rpmNode, [repomdFile]: repomd("primary") },
      host: fixed,
      says: /no repository of dnf publishes security notices \(baseos\)/,
    },
    { name: "cut off", files: node(updateinfo(openssl).slice(0, -30)), host: fixed, says: "ends too early" },
    {
      name: "packed in another way",
      files: {
        ...rpmNode,
        [repomdFile]: { text: repomd("updateinfo").replace("xml.gz", "xml.zck"), mtimeMs: dnfNow },
        [noticesFile.replace(/gz$/, "zck")]: "x",
      },
      host: fixed,
      says: "packed in a way that nodeward does not unpack",
    },
    {
      name: "no repomd.xml",
      files: { ...node(""), [repomdFile]: "<html>" },
      host: fixed,
      says: "is no repomd.xml",
    },
    {
      name: "which streams are enabled may not be looked at",
      files: { ...node(updateinfo(streamed)), "/etc/dnf/modules.d": { kind: "directory", error: "denied" } },
      host: nodejs,
      says: "/etc/dnf/modules.d",
    },
    {
      name: "the stream of one module is hidden",
      files: { ...node(updateinfo(streamed)), "/etc/dnf/modules.d/nodejs.module": { kind: "fifo" } },
      host: nodejs,
      says: "/etc/dnf/modules.d/nodejs.module",
    },
    {
      name: "the cache may not be looked at",
      files: { ...rpmNode, "/var/cache/dnf": { kind: "directory", error: "denied" } },
      host: fixed,
    },
  ],
  notApplicable: [{ name: "no package manager", files: { "/etc/os-release": "ID=flatcar\n" } }],
});

test.run();
