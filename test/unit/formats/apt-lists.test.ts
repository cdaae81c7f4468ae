import { test } from "uvu";
import * as assert from "uvu/assert";
import { aptFileName, archivesOf, emptyIndexes, parseRelease } from "../../../src/formats/apt-lists.js";
import { PackagesScan } from "../../../src/formats/apt-packages.js";
import { parseSourcesList } from "../../../src/formats/apt-sources-list.js";

test("a URI becomes a file name without method and credentials", () => {
  assert.is(aptFileName("http://user:pw@deb.debian.org/debian~x_y/"), "deb.debian.org_debian%7ex%5fy_");
  assert.is(aptFileName("file:/srv/re po/"), "_srv_re%20po_");
  assert.is(aptFileName("copy:///srv/"), "_srv_");
  assert.is(aptFileName("http://[::1]:80/x@y/"), "%5b::1%5d:80_x%40y_");
});

test("the archives of a source: every URI with every suite, paths as they are", () => {
  const text = "deb http://a.org/x stable/updates main\ndeb http://b.org/$(ARCH) ./\ndeb http://c.org/ /\n";
  assert.equal(
    parseSourcesList(text).sources.flatMap((source) =>
      archivesOf(source, "arm64").map(({ prefix }) => prefix),
    ),
    ["a.org_x_dists_stable_updates_", "b.org_arm64_._", "c.org_"],
  );
});

const release = [
  "Origin: Debian",
  "Label: Debian-Security",
  "Suite: oldstable-security",
  "Codename: bookworm-security",
  "Date: Sat, 15 Nov 2025 08:30:12 UTC",
  "Valid-Until: Sat, 22 Nov 2025 08:30:12 UTC",
  "SHA256:",
  ` ${"0".repeat(64)} 1 main/binary-amd64/Packages`,
].join("\n");

test("lists that are empty in every way of counting, and no others", () => {
  const text = `${release}\n ${"e".repeat(64)}        0 non-free/binary-amd64/Packages\n ${"d".repeat(64)} 20 non-free/binary-amd64/Packages.gz\n`;
  assert.equal([...emptyIndexes(text)], ["non-free/binary-amd64/Packages"]);
  assert.equal([...emptyIndexes(` ${"e".repeat(64)} 10 contrib/binary-amd64/Packages\n`)], []);
  assert.equal([...emptyIndexes("")], []);
});

test("the header of a Release file, signed in line or not", () => {
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${release}\n-----BEGIN PGP SIGNATURE-----\n\nabc\n`;
  for (const text of [release, signed])
    assert.equal(parseRelease(text), {
      origin: "Debian",
      label: "Debian-Security",
      suite: "oldstable-security",
      codename: "bookworm-security",
      date: Date.UTC(2025, 10, 15, 8, 30, 12),
      validUntil: Date.UTC(2025, 10, 22, 8, 30, 12),
    });
  assert.is(parseRelease(""), undefined);
  assert.is(parseRelease("nothing here\n"), undefined);
  assert.is(parseRelease("Suite: x\nDate: soon\n")?.date, undefined);
});

const packages = [
  "Package: curl\nSource: curl (1.0)\nVersion: 7.88.1-10+deb12u14\nArchitecture: amd64\nDescription: é\n more\n",
  "Package: libcurl4\nArchitecture: amd64\nVersion: 7.88.1-10+deb12u14\nSource: curl\n",
  "Package: zsh\nVersion: 5.9\nArchitecture: amd64\n",
];

function scan(parts: readonly Uint8Array[]) {
  const reader = new PackagesScan((name) => name !== "zsh");
  for (const part of parts) reader.take(part);
  return reader.end();
}

test("packages come out the same however the file is cut", () => {
  const bytes = Buffer.from(packages.join("\n"));
  const whole = scan([bytes]);
  assert.equal(whole, {
    packages: [
      { name: "curl", version: "7.88.1-10+deb12u14", architecture: "amd64", source: "curl" },
      { name: "libcurl4", version: "7.88.1-10+deb12u14", architecture: "amd64", source: "curl" },
    ],
    paragraphs: 3,
  });
  for (let size = 1; size < bytes.length; size += 7) {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    assert.equal(scan(parts), whole);
  }
});

test("what is no list of packages is said", () => {
  assert.equal(scan([]), { packages: [], paragraphs: 0 });
  assert.match(String(scan([Buffer.from("\x04\x22\x4d\x18 compressed")])), /without a package/);
  assert.match(String(scan(Array.from({ length: 90 }, () => Buffer.alloc(64 * 1024, "x")))), /longer than/);
});

test.run();
