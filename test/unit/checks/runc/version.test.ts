import { test } from "uvu";
import check from "../../../../src/checks/runc/version.js";
import { testCheck } from "../../../support/check.js";

const dpkg = (name: string, version: string) => ({
  "/var/lib/dpkg/status": `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});

testCheck(check, {
  passes: [
    ...["1.2.8", "1.3.3-1", "1.4.0~rc3", "1.5.1", "1.2.4+ds1-1", "1.3.0-0ubuntu2"].map((version) => ({
      name: version,
      files: dpkg("runc", version),
    })),
    ...[
      "1.1.5+ds1-1+deb12u1",
      "1.1.5+ds1-1+deb12u3",
      "1.1.7-0ubuntu1~22.04.2",
      "1.0.0~rc93+ds1-5+deb11u5",
    ].map((version) => ({
      name: `with the distribution's fix: ${version}`,
      files: dpkg("runc", version),
    })),
    { name: "a floor of the site's own", files: dpkg("runc", "1.1.5+ds1-1"), params: { floor: "1.1.0" } },
  ],
  fails: [
    ...["1.1.5+ds1-1", "1.1.11", "1.1.7-0ubuntu1~22.04.1", "1.0.0~rc10"].map((version) => ({
      name: version,
      files: dpkg("runc", version),
      says: `runc ${version} is older`,
    })),
    ...["1.1.12", "1.1.15-1", "1.2.7", "1.3.2-1"].map((version) => ({
      name: `${version} of the project`,
      files: dpkg("runc", version),
      says: "CVE-2025-31133",
    })),
    {
      name: "a higher floor asks for the version itself",
      files: dpkg("runc", "1.1.5+ds1-1+deb12u1"),
      params: { floor: "1.2.8" },
    },
  ],
  errors: [
    {
      name: "a package that holds some runc",
      files: dpkg("containerd.io", "1.6.24-1"),
      says: "does not tell which runc",
    },
    {
      name: "a runc of no package",
      files: { ...dpkg("bash", "5"), "/usr/local/sbin/runc": "x" },
      says: "belongs to no package",
    },
  ],
  notApplicable: [{ name: "no runc", files: dpkg("bash", "5") }],
});

test.run();
