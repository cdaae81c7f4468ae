// Owner and mode of what belongs to the audit daemon: its logs, its configuration, its programs. Not what is in them.
import { absent, known } from "../core/fact.js";
import { auditd } from "./auditd.js";
import { type FileState, fileStates } from "./file-state.js";
import type { FactSource } from "./source.js";

export interface AuditFiles {
  readonly logFolder: readonly FileState[];
  readonly logs: readonly FileState[];
  readonly config: readonly FileState[];
  readonly tools: readonly FileState[];
  /** The group that may read logs (`log_group`). */
  readonly logGroup: string;
}

const config = [
  "/etc/audit",
  "/etc/audit/auditd.conf",
  "/etc/audit/audit.rules",
  "/etc/audit/rules.d",
  "/etc/audit/rules.d/*",
];
const tools = ["auditctl", "aureport", "ausearch", "autrace", "auditd", "augenrules"].map(
  (name) => `/sbin/${name}`,
);

export const auditFiles: FactSource<AuditFiles> = {
  title: "the audit daemon's files (its log folder, /etc/audit, /sbin/auditctl and its like)",
  async gather(host, ask) {
    const folder = await host.stat("/etc/audit");
    if (folder.state === "absent") return absent("the audit daemon is not installed: no /etc/audit");
    const conf = await ask(auditd);
    if (conf.state === "error") return conf;
    const log = conf.state === "known" ? conf.value.get("log_file").value : "/var/log/audit/audit.log";
    const logFolder = log.slice(0, log.lastIndexOf("/"));
    const name = log.slice(log.lastIndexOf("/") + 1);
    const there = (states: readonly FileState[]) => states.filter(({ state }) => state !== "absent");
    return known({
      logFolder: there(await fileStates(host, [logFolder])),
      logs: there(await fileStates(host, [`${logFolder}/${name}*`])),
      config: there(await fileStates(host, config)),
      tools: there(await fileStates(host, tools)),
      logGroup: conf.state === "known" ? conf.value.get("log_group").value : "root",
    });
  },
};
