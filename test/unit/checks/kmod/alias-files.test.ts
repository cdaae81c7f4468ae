// kmod.sctp and files named .alias, which kmod up to 32 reads and kmod 34 does not.
import { test } from "uvu";
import { checksById } from "../../../../src/checks/index.js";
import { testCheck } from "../../../support/check.js";
import { kernel } from "../../../support/kernel-tree.js";

const sctp = checksById.get("kmod.sctp");
if (sctp === undefined) throw new Error("kmod.sctp is a check");
const block = "install sctp /bin/false\nblacklist sctp\n";
const withKmod = (version: string) => ({
  ...kernel,
  "/var/lib/dpkg/status": `Package: kmod\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});
const loading = {
  "/etc/modprobe.d/a.alias": "install sctp /bin/run\n",
  "/etc/modprobe.d/b.conf": block,
};
const doubt = "/etc/modprobe.d/a.alias:1: whether modprobe reads this depends on its version";

testCheck(sctp, {
  passes: [
    {
      name: "blocked there, for kmod 30",
      files: { ...withKmod("30+20221128-1"), "/etc/modprobe.d/a.alias": block },
    },
    { name: "loaded there, for kmod 34", files: { ...withKmod("34.2-2"), ...loading } },
  ],
  fails: [
    {
      name: "blocked there, for kmod 34",
      files: { ...withKmod("34.2-2"), "/etc/modprobe.d/a.alias": block },
      says: "nothing keeps sctp",
    },
    {
      name: "loaded there, for kmod 31",
      files: { ...withKmod("31+20240202-2ubuntu7"), ...loading },
      says: "/etc/modprobe.d/a.alias:1",
    },
  ],
  errors: [
    {
      name: "blocked there, and who knows which kmod",
      files: { ...kernel, "/etc/modprobe.d/a.alias": block },
      says: doubt,
    },
    {
      name: "blocked there, for kmod 33, of which it is not known",
      files: { ...withKmod("33+20240816-2"), "/etc/modprobe.d/a.alias": block },
      says: doubt,
    },
  ],
  notApplicable: [{ name: "no kernel modules", files: { "/etc/passwd": "" } }],
});

test.run();
