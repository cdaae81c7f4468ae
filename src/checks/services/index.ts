// The checks on the host's services.
export { default as apparmor } from "./apparmor.js";
export { default as ctrlAltDel } from "./ctrl-alt-del.js";
export { default as expected } from "./expected.js";
export { default as failed } from "./failed.js";
export { default as journaldPersistent } from "./journald-persistent.js";
export { required } from "./required.js";
export { default as rsyslogOrJournalForward } from "./rsyslog-or-journal-forward.js";
export { timeServerChecks } from "./time-servers.js";
export { default as timeSync } from "./time-sync.js";
export { unneeded } from "./unneeded.js";
