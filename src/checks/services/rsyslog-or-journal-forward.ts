// services.rsyslog-or-journal-forward: something beside the journal takes the log. Whether it leaves the node: logs.remote.
import { defineCheck } from "../define.js";
import { judgeRequired } from "./required.js";

export default defineCheck({
  id: "services.rsyslog-or-journal-forward",
  title: "A log service runs beside the journal, or the journal is sent on",
  why: "A journal that nobody takes up is rotated away, and who becomes root can delete it.",
  remedy:
    "Install and enable rsyslog (or syslog-ng), or configure /etc/systemd/journal-upload.conf and enable systemd-journal-upload.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["services"],
  params: {},
  evaluate: ({ services }) =>
    judgeRequired(
      "a log service (rsyslog, syslog-ng, systemd-journal-upload)",
      ["rsyslog", "syslog-ng", "journal-upload"],
      services,
    ),
});
