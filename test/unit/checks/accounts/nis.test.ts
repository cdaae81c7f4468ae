// accounts.nis: sources that prove nothing, wherever they stand in a line.
import { test } from "uvu";
import nis from "../../../../src/checks/accounts/nis.js";
import { testCheck } from "../../../support/check.js";

const file = "/etc/nsswitch.conf";

testCheck(nis, {
  passes: [
    {
      name: "files and a directory",
      files: { [file]: "passwd: files sss\nhosts: files dns\nnetgroup:\n#x: nis\n" },
    },
    {
      name: "a source without its module",
      files: {
        [file]: "passwd: files\nnetgroup: nis\n",
        "/usr/lib/x86_64-linux-gnu/libnss_dns.so.2": "",
      },
    },
  ],
  fails: [
    {
      name: "a source whose module is there",
      files: {
        [file]: "netgroup: nis\n",
        "/usr/lib64/libnss_nis.so.2": "",
        "/usr/lib64/libnss_dns.so.2": "",
      },
      at: [`${file}:1`],
    },
    {
      name: "modules that cannot be seen",
      files: {
        [file]: "netgroup: nis\n",
        "/usr/lib/x86_64-linux-gnu/libnss_dns.so.2": "",
        "/usr/lib64": { error: "denied" },
      },
      at: [`${file}:1`],
    },
    {
      name: "NIS behind an action, and Hesiod",
      files: { [file]: "passwd: files [NOTFOUND=continue] nis nisplus\nservices: hesiod # x\n" },
      at: [`${file}:1`, `${file}:2`],
      says: `${file}:1 asks nis for passwd; ${file}:1 asks nisplus for passwd; ${file}:2 asks hesiod for services`,
    },
  ],
  errors: [{ name: "may not be read", files: { [file]: { error: "denied" } } }],
  notApplicable: [{ name: "no file", files: {}, says: "local files" }],
});

test.run();
