// detection.file-integrity: AIDE with all it needs, parts of it, and others of its kind.
import { test } from "uvu";
import check from "../../../../src/checks/detection/file-integrity.js";
import { testCheck } from "../../../support/check.js";
import { bare, enabled, installed, masked } from "../../../support/service-tree.js";

const aide = { "/usr/bin/aide": "x", "/var/lib/aide/aide.db": "x" };
const timer = enabled("dailyaidecheck.timer");
const script = "#!/bin/sh\nif [ -d /run/systemd/system ]; then exit 0; fi\naide --check\n";

testCheck(check, {
  passes: [
    { name: "AIDE and its timer", files: { ...timer, ...aide } },
    {
      name: "Red Hat's, from a table",
      files: {
        "/usr/sbin/aide": "x",
        "/var/lib/aide/aide.db.gz": "x",
        "/etc/crontab": "5 4 * * * root /usr/sbin/aide --check\n",
      },
    },
    {
      name: "from a script where no systemd is",
      files: { ...aide, "/etc/cron.daily/dailyaidecheck": script },
    },
    { name: "a service", files: enabled("wazuh-agent.service") },
  ],
  fails: [
    { name: "none", files: bare, says: "no checker of file integrity" },
    {
      name: "installed and no more",
      files: { ...bare, "/usr/bin/aide": "x", "/etc/cron.daily/dailyaidecheck": script },
      at: ["/usr/bin/aide"],
      says: /no database in \/var\/lib\/aide.*; no timer or cron job starts AIDE/,
    },
    { name: "a timer that is not enabled", files: { ...installed("aidecheck.timer"), ...aide } },
    { name: "a service that is masked", files: masked("samhain.service") },
    { name: "a comment", files: { ...aide, "/etc/crontab": "# 5 4 * * * root aide --check\n" } },
  ],
  errors: [
    {
      name: "a table that cannot be read",
      files: { ...bare, ...aide, "/etc/cron.d/x": { error: "denied" } },
      says: "/etc/cron.d/x",
    },
  ],
  missing: "fail",
  hides: ["/usr/bin", "/var/lib/aide"],
});

test.run();
