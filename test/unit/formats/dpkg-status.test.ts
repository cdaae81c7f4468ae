// One package out of dpkg's database is the one that a reading of all of it gives.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  dpkgConffileOwner,
  dpkgPackagesByName,
  findDpkgPackage,
  parseDpkgStatus,
} from "../../../src/formats/dpkg-status.js";

const status = `Package: libc6
Status: install ok installed
Multi-Arch: same
Architecture: amd64
Source: glibc (2.36-9)
Version: 2.36-9+deb12u8
Description: GNU C Library
 Package: not-a-package
 .
 Version: 9

Status: hold ok installed
Package: runc
Version: 1.1.5+ds1-1+b1
Architecture: amd64

Package: libc6
Status: install ok half-configured
Architecture: i386
Source: glibc
Version: 2.36-9+deb12u7

Package: kubelet
Status: deinstall ok config-files
Version: 1.31.0
Architecture: amd64
`;

test("fields are read whatever their order, of the right paragraph", () => {
  const all = parseDpkgStatus(status);
  assert.equal(
    all.map(({ name, version, architecture, status, want, source }) =>
      [name, version, architecture, want, status, source].join(" "),
    ),
    [
      "libc6 2.36-9+deb12u8 amd64 install installed glibc",
      "runc 1.1.5+ds1-1+b1 amd64 hold installed runc",
      "libc6 2.36-9+deb12u7 i386 install half-configured glibc",
      "kubelet 1.31.0 amd64 deinstall config-files kubelet",
    ],
  );
  assert.is(findDpkgPackage(status, ({ want }) => want === "hold")?.name, "runc");
  assert.is(
    findDpkgPackage(status, () => false),
    undefined,
  );
});

test("a name finds its packages and no others", () => {
  const named = dpkgPackagesByName(status);
  for (const name of ["libc6", "runc", "kubelet", "libc", "kube", "not-a-package", "", "un", "c6"])
    assert.equal(
      named(name),
      parseDpkgStatus(status).filter((one) => one.name === name),
      name,
    );
});

test("the same holds for any text", () => {
  const line = fc.constantFrom(
    ...["Package: a", "Package: ab", "Package: a ", "Package:", "Package: ", "Status: install ok installed"],
    ...["Version: 1", "Source: a (1)", "Source: b", "", "", " Package: a", "x\r", "Architecture: all"],
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (lines, ended) => {
      const text = lines.join("\n") + (ended ? "\n" : "");
      const all = parseDpkgStatus(text);
      const named = dpkgPackagesByName(text);
      for (const name of ["a", "ab", "b"])
        assert.equal(
          named(name),
          all.filter((one) => one.name === name),
        );
      assert.equal(
        findDpkgPackage(text, ({ name }) => name === "a"),
        all.find(({ name }) => name === "a"),
      );
    }),
    { numRuns: 500 },
  );
});

test("a hostile database takes no longer for its many names", () => {
  const started = performance.now();
  for (const text of [
    "Package: a\n".repeat(200_000),
    "Package: a\n\n".repeat(200_000),
    "\n".repeat(2_000_000),
  ])
    dpkgPackagesByName(text)("a");
  assert.ok(performance.now() - started < 30_000);
});

test("a configuration file is its package's where the database says so without a mark", () => {
  const digest = "4f614d75041882370498f7fe2d43a44b";
  const text = `Package: man-db
Status: install ok installed
Conffiles:
 /etc/apparmor.d/usr.bin.man ${digest}
 /etc/cron.daily/man-db ${digest}
Description: tools
 /etc/forged ${digest}

Package: old
Status: deinstall ok config-files
Conffiles:
 /etc/old.conf ${digest} obsolete
 /etc/new.conf newconffile
 /etc/gone.conf ${digest} remove-on-upgrade

Status: install ok installed
Conffiles:
\t/etc/tab.conf ${digest}
 /etc/old.conf.d/x ${digest}
 /etc/apparmor.d/usr.bin.man ${digest}
Package: late
`;
  const owners = {
    "/etc/apparmor.d/usr.bin.man": "man-db",
    "/etc/cron.daily/man-db": "man-db",
    "/etc/old.conf.d/x": "late",
  };
  for (const [path, name] of Object.entries(owners)) assert.is(dpkgConffileOwner(text, path), name, path);
  const others = ["/etc/forged", "/etc/old.conf", "/etc/new.conf", "/etc/gone.conf", "/etc/tab.conf", "/etc"];
  for (const path of [...others, "", " ", "man-db", "/etc/apparmor.d/usr.bin.man\n", "/etc/cron.daily"])
    assert.is(dpkgConffileOwner(text, path), undefined, path);
  assert.is(dpkgConffileOwner(`\n /etc/alone ${digest}`, "/etc/alone"), undefined);
});

test.run();
