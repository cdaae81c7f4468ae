// packages.unneeded.<name>, every row: by the names of both families.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unneeded } from "../../../../src/checks/packages/unneeded.js";
import { dpkg } from "../../../support/apt-node.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const examples: Readonly<Record<string, readonly [string, string]>> = {
  nis: ["nis", "ypbind"],
  "rsh-client": ["rsh-redone-client", "rsh"],
  talk: ["talk", "talk"],
  telnet: ["inetutils-telnet", "telnet"],
  "ldap-utils": ["ldap-utils", "openldap-clients"],
  ftp: ["tnftp", "ftp"],
  tftp: ["tftp-hpa", "tftp"],
  prelink: ["prelink", "prelink"],
  setroubleshoot: ["setroubleshoot", "setroubleshoot-server"],
  x11: ["xserver-xorg-core", "xorg-x11-server-Xorg"],
  compilers: ["g++-12", "gcc-c++"],
};

for (const check of unneeded) {
  const [debian, redHat] = examples[check.id.slice("packages.unneeded.".length)] ?? [];
  if (debian === undefined || redHat === undefined) throw new Error(check.id);
  const rpm = (name: string) => ({
    state: "ok" as const,
    code: 0,
    stdout: `bash\t(none):5.1.8-9.el9\tx86_64\tbash-5.1.8-9.el9.src.rpm\n${name}\t(none):1-2.el9\tx86_64\tx-1-2.el9.src.rpm\n`,
    stderr: "",
  });
  const database = { "/var/lib/rpm/rpmdb.sqlite": "x" };
  testCheck(check, {
    passes: [
      {
        name: "not installed",
        files: dpkg(
          { name: "curl", version: "1" },
          { name: `${debian}-doc`, version: "1" },
          { name: "gcc-12-base", version: "1" },
        ),
      },
      { name: "needed here", files: dpkg({ name: debian, version: "1" }), params: { allow: [debian] } },
      {
        name: "removed, its configuration left",
        files: {
          "/var/lib/dpkg/status": `${dpkg()["/var/lib/dpkg/status"]}\nPackage: ${debian}\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n`,
        },
      },
    ],
    fails: [
      {
        name: "installed",
        files: dpkg({ name: debian, version: "0.17-1" }),
        at: ["/var/lib/dpkg/status"],
        says: `the package ${debian} 0.17-1 is installed`,
      },
      { name: "held", files: dpkg({ name: debian, version: "1", want: "hold" }) },
      {
        name: "installed by rpm",
        files: database,
        host: { live: true, runs: { "rpm-packages": rpm(redHat) } },
        at: ["the rpm database"],
      },
    ],
    errors: [
      { name: "the database cannot be read", files: { "/var/lib/dpkg/status": { error: "denied" } } },
      { name: "rpm's database, cut off", files: database, says: /rpmdb\.sqlite cannot be followed/ },
    ],
    notApplicable: [{ name: "no package manager", files: { "/etc/os-release": "ID=flatcar\n" } }],
  });
}

test("a name is matched whole", async () => {
  const check = unneeded.find(({ id }) => id === "packages.unneeded.compilers");
  assert.ok(check);
  for (const name of ["gcc-12-base", "libgcc-s1", "clang-format-15", "golang-go-doc", "gcc-doc"])
    assert.is(statusOf(await verdictOf(check, { files: dpkg({ name, version: "1" }) })), "pass", name);
  for (const name of ["gcc", "gcc-12", "clang-15", "golang-1.21", "build-essential"])
    assert.is(statusOf(await verdictOf(check, { files: dpkg({ name, version: "1" }) })), "fail", name);
});

test.run();
