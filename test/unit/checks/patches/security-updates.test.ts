// patches.security-updates: what waits, how fresh the lists are, what cannot be known.
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import check from "../../../../src/checks/patches/security-updates.js";
import {
  debian,
  dpkg,
  fetched,
  type Installed,
  listed,
  lists,
  now,
  packagesFile,
  release,
  releaseFile,
  sourceList,
} from "../../../support/apt-node.js";
import { testCheck } from "../../../support/check.js";

const host = { now };
const curl = { name: "curl", version: "7.88.1-10+deb12u5" };
const fixed = { name: "curl", version: "7.88.1-10+deb12u12" };
const node = (...offered: readonly Installed[]) => ({ ...dpkg(curl), ...fetched(...offered) });
const packed = { [`${packagesFile}.gz`]: { bytes: gzipSync(listed(fixed)) } };
const noHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const { [packagesFile]: _plain, ...unlisted } = fetched();

testCheck(check, {
  passes: [
    { name: "none", files: node({ name: "curl", version: "7.88.1-10+deb12u5" }), host },
    {
      name: "older than what is installed, by version and not by text",
      files: { ...dpkg(fixed), ...fetched(curl) },
      host,
    },
    { name: "for another architecture", files: node({ ...fixed, architecture: "i386" }), host },
    {
      name: "of an empty list apt keeps no file",
      files: {
        ...node(),
        [sourceList]: "deb http://deb.debian.org/debian-security bookworm-security main non-free\n",
        [release]: `${releaseFile("Thu, 08 Jan 2026 10:00:00 UTC")}SHA256:\n ${noHash}        0 non-free/binary-amd64/Packages\n`,
      },
      host,
    },
    { name: "not installed", files: node({ name: "zsh", version: "9" }), host },
    {
      name: "an old archive that apt looked at lately",
      files: {
        ...node(),
        [release]: releaseFile("Thu, 01 Jan 2025 10:00:00 UTC"),
        "/var/lib/apt/periodic/update-success-stamp": { text: "", mtimeMs: now - 1000 },
      },
      host,
    },
    {
      name: "ten days are allowed",
      files: { ...node(), [release]: releaseFile("Fri, 02 Jan 2026 10:00:00 UTC") },
      host,
      params: { days: 10 },
    },
    {
      name: "Ubuntu",
      files: {
        ...dpkg(curl),
        "/etc/os-release": "ID=ubuntu\nVERSION_CODENAME=noble\n",
        "/etc/apt/sources.list.d/ubuntu.sources":
          "Types: deb\nURIs: http://security.ubuntu.com/ubuntu/\nSuites: noble-security\nComponents: main universe\n",
        [`${lists}/security.ubuntu.com_ubuntu_dists_noble-security_InRelease`]:
          "Origin: Ubuntu\nLabel: Ubuntu\nSuite: noble-security\nCodename: noble\nDate: Fri, 09 Jan 2026 10:00:00 UTC\n",
        [`${lists}/security.ubuntu.com_ubuntu_dists_noble-security_main_binary-amd64_Packages`]: listed(curl),
        [`${lists}/security.ubuntu.com_ubuntu_dists_noble-security_universe_binary-amd64_Packages`]: "",
      },
      host,
    },
  ],
  fails: [
    {
      name: "one waits",
      files: node(fixed),
      host,
      at: [`${sourceList}:2`, release, packagesFile],
      says: "1 security update waits: curl 7.88.1-10+deb12u5 → 7.88.1-10+deb12u12",
    },
    {
      name: "one waits and is held",
      files: { ...dpkg({ ...curl, want: "hold" }), ...fetched(fixed) },
      host,
      says: /1 of them held back.*\(held\)/,
    },
    {
      name: "in a packed list",
      files: { ...dpkg(curl), ...unlisted, ...packed },
      host,
      at: [`${sourceList}:2`, release, `${packagesFile}.gz`],
    },
    {
      name: "lists too old",
      files: { ...node(), [release]: releaseFile("Fri, 02 Jan 2026 10:00:00 UTC") },
      host,
      says: "the lists of bookworm-security are 7 days old",
    },
    {
      name: "lists expired although apt ran: somebody holds them back",
      files: {
        ...node(),
        [release]: releaseFile("Fri, 02 Jan 2026 10:00:00 UTC", "Fri, 09 Jan 2026 00:00:00 UTC"),
        "/var/lib/apt/periodic/update-stamp": { text: "", mtimeMs: now },
      },
      host,
      says: "expired 1 day ago",
    },
    {
      name: "never fetched",
      files: { ...dpkg(curl), ...debian },
      host,
      at: [`${sourceList}:2`],
      says: /never fetched/,
    },
    {
      name: "no security archive",
      files: { ...node(), [sourceList]: "deb http://deb.debian.org/debian bookworm main\n" },
      host,
      at: [],
      says: /would never learn of a fix/,
    },
    {
      name: "apt refuses its sources",
      files: { ...node(), "/etc/apt/sources.list.d/x.list": "deb http://x\n" },
      host,
      says: /apt refuses to work: \/etc\/apt\/sources\.list\.d\/x\.list:1: no suite/,
    },
  ],
  errors: [
    { name: "the list cannot be read", files: { ...node(), [packagesFile]: { error: "denied" } }, host },
    {
      name: "the list is no list",
      files: { ...node(), [packagesFile]: "\0\0\0" },
      host,
      says: /without a package/,
    },
    {
      name: "one of two lists is missing",
      files: {
        ...node(),
        [sourceList]: "deb http://deb.debian.org/debian-security bookworm-security main contrib\n",
      },
      host,
      says: /no list of packages .*contrib/,
    },
    {
      name: "the list is empty for another architecture only",
      files: {
        ...node(),
        [sourceList]: "deb http://deb.debian.org/debian-security bookworm-security main contrib\n",
        [release]: `${releaseFile("Thu, 08 Jan 2026 10:00:00 UTC")}SHA256:\n ${noHash} 0 contrib/binary-arm64/Packages\n`,
      },
      host,
      says: /no list of packages .*contrib/,
    },
    {
      name: "packed in another way",
      files: { ...dpkg(curl), ...unlisted, [`${packagesFile}.xz`]: "x" },
      host,
      says: /does not unpack/,
    },
    {
      name: "a broken package of bytes",
      files: { ...dpkg(curl), ...unlisted, [`${packagesFile}.lz4`]: "x" },
      host,
      says: /no LZ4 frame/,
    },
    {
      name: "sources cannot be read",
      files: { ...node(), "/etc/apt/sources.list.d/x.sources": { error: "denied" } },
      host,
    },
    {
      name: "apt's folders are elsewhere",
      files: { ...node(), "/etc/apt/apt.conf": 'Dir::State::lists "/srv/lists";\n' },
      host,
      says: /moves apt's files/,
    },
  ],
  notApplicable: [{ name: "no package manager", files: { "/etc/os-release": "ID=flatcar\n" }, host }],
});

test.run();
