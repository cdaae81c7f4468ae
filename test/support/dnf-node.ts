// A node of Red Hat's family with repositories and what dnf keeps of them, for tests.
import { gzipSync } from "node:zlib";
import type { MemoryFiles, MemoryOptions } from "../../src/host/memory.js";

export const dnfNow = Date.UTC(2026, 10, 21);
const hour = 3_600_000;

/** Installed packages as rpm prints them: name, version, architecture. */
export function rpmHost(...installed: readonly (readonly [string, string, string])[]): MemoryOptions {
  const stdout = installed.map(([name, version, arch]) => `${name}\t${version}\t${arch}\t${name}.src.rpm\n`);
  return {
    now: dnfNow,
    live: true,
    runs: { "rpm-packages": { state: "ok", code: 0, stdout: stdout.join(""), stderr: "" } },
  };
}

export const rpmNode: MemoryFiles = {
  "/var/lib/rpm/rpmdb.sqlite": "x",
  "/etc/yum.repos.d/rocky.repo":
    "[baseos]\nname=b\nbaseurl=https://x/\n[off]\nenabled=0\nbaseurl=https://y/\n",
};

interface Noticed {
  readonly id: string;
  readonly type?: string;
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly arch?: string;
  readonly module?: string;
}

export function updateinfo(...noticed: readonly Noticed[]): string {
  const updates = noticed.map(
    ({ id, type = "security", name, version, release, arch = "x86_64", module = "" }) =>
      `<update from="x" status="final" type="${type}" version="1"><id>${id}</id><title>a &gt; b</title>` +
      `<pkglist><collection short="c">${module}<package name="${name}" version="${version}" release="${release}" epoch="0" arch="${arch}"><filename>f.rpm</filename></package></collection></pkglist></update>`,
  );
  return `<?xml version="1.0"?>\n<!-- > -->\n<updates>${updates.join("\n")}</updates>\n`;
}

const folder = "/var/cache/dnf/baseos-0123456789abcdef/repodata";
export const noticesFile = `${folder}/1-notices.xml.gz`;
export const repomdFile = `${folder}/repomd.xml`;

export function repomd(...types: readonly string[]): string {
  const data = types.map(
    (type) =>
      `<data type="${type}"><location href="repodata/${type === "updateinfo" ? "1-notices.xml.gz" : `${type}.xml.gz`}"/><timestamp>1700000000</timestamp></data>`,
  );
  return `<?xml version="1.0"?>\n<repomd xmlns="x"><revision>1</revision>${data.join("")}</repomd>\n`;
}

/** What dnf keeps of the repository, last seen to be the newest some hours ago. */
export function cachedNotices(text: string, hours = 1): MemoryFiles {
  const mtimeMs = dnfNow - hours * hour;
  return {
    [repomdFile]: { text: repomd("primary", "updateinfo"), mtimeMs: 0 },
    [`${folder}/primary.xml.gz`]: { text: "x", mtimeMs },
    [noticesFile]: { bytes: gzipSync(text), mtimeMs: 0 },
  };
}
