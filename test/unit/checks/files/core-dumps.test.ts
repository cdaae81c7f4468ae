// Core dumps: hard limits by file order, systemd-coredump's settings and their drop-ins, programs that get every crash.
import { test } from "uvu";
import check from "../../../../src/checks/files/core-dumps.js";
import { testCheck } from "../../../support/check.js";

const limits = "/etc/security/limits.conf";
const more = "/etc/security/limits.d/10-site.conf";
const conf = "/etc/systemd/coredump.conf";
const program = { "/usr/lib/systemd/systemd-coredump": "" };
const none = "[Coredump]\nStorage=none\nProcessSizeMax=0\n";

testCheck(check, {
  passes: [
    { name: "a hard limit", files: { [limits]: "# x\n* hard core 0 # y\n" } },
    {
      name: "both limits at once, in a drop-in that comes later",
      files: { [limits]: "* hard core 5\n", [more]: "*\t-\tcore\t0\n" },
    },
    {
      name: "what a distribution lets root do, a later file takes back",
      files: {
        [more]: "* hard core infinity\nroot hard core infinity\n",
        "/etc/security/limits.d/core.conf": "* hard core 0\nroot hard core 0\n",
      },
    },
    { name: "and the collector keeps none", files: { ...program, [limits]: "* hard core 0", [conf]: none } },
    { name: "no pam_limits, the collector keeps none", files: { ...program, [conf]: none } },
  ],
  fails: [
    {
      name: "no limit",
      files: { [limits]: "* soft core 0\n" },
      says: "no limit keeps users from writing core dumps",
      fixed: { "/etc/security/limits.d/zz-nodeward-core.conf": "* hard core 0\n" },
    },
    {
      name: "a later file raises it, and a group is let off",
      files: { [limits]: "* hard core 0\n", [more]: "* hard core unlimited\n@dev  -  core 100 # ci\n" },
      at: [`${more}:1`, `${more}:2`],
      says: "core dumps are allowed up to unlimited; core dumps of @dev are allowed up to 100",
      fixed: { [more]: "* hard core 0\n@dev  -  core 0 # ci\n" },
    },
    {
      name: "the collector keeps dumps by default",
      files: { ...program, [limits]: "* hard core 0\n" },
      says: /has Storage=external instead of none; systemd-coredump has ProcessSizeMax=32G/,
      fixed: {
        "/etc/systemd/coredump.conf.d/90-nodeward-storage.conf":
          "# Written by nodeward.\n[Coredump]\nStorage=none\n",
        "/etc/systemd/coredump.conf.d/90-nodeward-processsizemax.conf":
          "# Written by nodeward.\n[Coredump]\nProcessSizeMax=0\n",
      },
    },
    {
      name: "a drop-in of the collector wins, an empty value is the default again",
      files: {
        ...program,
        [limits]: "* hard core 0\n",
        [conf]: none,
        "/usr/lib/systemd/coredump.conf.d/20.conf": "[Coredump]\nStorage=journal\n",
        "/etc/systemd/coredump.conf.d/30.conf": "[Coredump]\nProcessSizeMax=\n",
      },
      at: [
        `${limits}:1`,
        "/usr/lib/systemd/coredump.conf.d/20.conf:2",
        "/etc/systemd/coredump.conf.d/30.conf:2",
      ],
      fixed: { "/etc/systemd/coredump.conf.d/30.conf": "[Coredump]\nProcessSizeMax=0\n" },
    },
  ],
  errors: [
    {
      name: "a folder in the place of the file",
      files: { [limits]: { kind: "directory" }, [more]: "* hard core 0\n" },
      says: "is not a regular file",
    },
  ],
  notApplicable: [{ name: "neither is installed", files: { "/etc/passwd": "" } }],
});

test.run();
