// patches.sources-signed: options and settings that switch verification off, keys that are missing or anybody's.
import { test } from "uvu";
import check from "../../../../src/checks/patches/sources-signed.js";
import { debian, sourceList } from "../../../support/apt-node.js";
import { testCheck } from "../../../support/check.js";

const key = "/usr/share/keyrings/k.gpg";
const own = "/etc/apt/sources.list.d/k8s.sources";
const signed = (by: string) => `Types: deb\nURIs: https://pkgs.k8s.io/core/\nSuites: /\nSigned-By: ${by}\n`;
const repo = "/etc/yum.repos.d/rocky.repo";
const dnfConf = "/etc/dnf/dnf.conf";
const redHat = {
  [dnfConf]: "[main]\ngpgcheck=1\n",
  [repo]: "[baseos]\nbaseurl=https://x/\ngpgkey=file:///etc/pki/k\n",
  "/etc/pki/k": "k",
};

testCheck(check, {
  passes: [
    { name: "as it comes", files: debian },
    { name: "a key by name", files: { ...debian, [own]: signed(key), [key]: "k" } },
    {
      name: "a key in the file",
      files: { ...debian, [own]: signed("\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n x") },
    },
    {
      name: "a fingerprint",
      files: { ...debian, [own]: signed("DE15B14486CD377B9E876E1A234654DA9A296436") },
    },
    { name: "a source that is off", files: { ...debian, [own]: `${signed("/none")}Enabled: no\n` } },
    { name: "trusted=no is stricter", files: { ...debian, [sourceList]: "deb [trusted=no] http://x y z\n" } },
    { name: "Red Hat", files: redHat },
    {
      name: "Red Hat, a repository that is off",
      files: { ...redHat, [repo]: "[x]\nenabled=0\ngpgcheck=0\nbaseurl=http://x\n" },
    },
  ],
  fails: [
    {
      name: "trusted",
      files: { ...debian, [sourceList]: "# x\ndeb [arch=amd64 trusted=yes] http://x y z\n" },
      at: [`${sourceList}:2`],
      says: `${sourceList}:2: trusted takes packages whose signature is missing or wrong, and comes over a connection that anybody can change`,
    },
    {
      name: "trusted in deb822",
      files: { ...debian, [own]: "Types: deb\nURIs: https://x/\nSuites: ./\nTrusted: yes\n" },
      at: [`${sourceList}:1`, `${sourceList}:2`, `${own}:1`],
      says: `${own}:4: trusted`,
    },
    {
      name: "allow-insecure",
      files: { ...debian, [sourceList]: "deb [allow-insecure=1] https://x y z\n" },
      says: /without a signature$/,
    },
    {
      name: "for all sources",
      files: { ...debian, "/etc/apt/apt.conf.d/99x": 'APT::Get::AllowUnauthenticated "true";\n' },
      at: [`${sourceList}:1`, `${sourceList}:2`, "/etc/apt/apt.conf.d/99x:1"],
      says: "installs packages without a valid signature",
    },
    {
      name: "a key that is not there",
      files: { ...debian, [own]: signed(key) },
      says: `the key file ${key} does not exist`,
    },
    { name: "an empty key", files: { ...debian, [own]: signed(key), [key]: "" }, says: /is empty/ },
    {
      name: "a key of somebody's",
      files: { ...debian, [own]: signed(key), [key]: { text: "k", uid: 1000 } },
      at: [`${sourceList}:1`, `${sourceList}:2`, `${own}:1`, key],
      says: /changed by others than root/,
    },
    {
      name: "a shared key of everybody's",
      files: { ...debian, "/etc/apt/trusted.gpg.d/x.gpg": { text: "k", mode: 0o666 } },
      says: /all sources: .*0666/,
    },
    { name: "no key at all", files: { "/etc/apt/sources.list": "deb http://x y z\n" }, says: /no Signed-By/ },
    {
      name: "apt refuses its sources",
      files: { ...debian, [sourceList]: "deb http://x\n" },
      at: [`${sourceList}:1`],
      says: /apt refuses to work/,
    },
    {
      name: "Red Hat, off for a repository",
      files: { ...redHat, [repo]: "[baseos]\nbaseurl=http://x/\ngpgcheck=0\n" },
      at: [`${repo}:1`, `${repo}:3`],
      says: `${repo}:1: repository baseos takes packages unchecked over a connection that anybody can change: gpgcheck is off (${repo}:3)`,
    },
    {
      name: "Red Hat, not set anywhere",
      files: { [repo]: "[baseos]\nbaseurl=https://x/\nsslverify=0\n" },
      says: /gpgcheck is not set.*sslverify is off/,
    },
    {
      name: "Red Hat, no key",
      files: { ...redHat, [repo]: "[a]\ngpgkey=file:///none\n  https://x/k\n" },
      says: "the key file /none does not exist",
    },
  ],
  errors: [
    { name: "a source cannot be read", files: { ...debian, [own]: { error: "denied" } } },
    {
      name: "a key cannot be looked at",
      files: {
        ...debian,
        [own]: signed("/root/keys/k"),
        "/root/keys": { kind: "directory", error: "denied" },
      },
    },
    { name: "apt.conf cannot be read", files: { ...debian, "/etc/apt/apt.conf": { error: "failed" } } },
    {
      name: "a repository cannot be read",
      files: { ...redHat, "/etc/yum.repos.d/x.repo": { error: "denied" } },
    },
    {
      name: "the repositories cannot be listed",
      files: { "/etc/yum.repos.d": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "neither apt nor dnf", files: { "/etc/os-release": "ID=flatcar\n" } }],
});

test.run();
