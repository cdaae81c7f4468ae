// logs.kubernetes: what containers print is read by root alone.
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "logs.kubernetes",
  title: "Logs of containers are read by root alone",
  why: "Programs print tokens, connection strings and what users typed; the names of the directories are those of all pods here.",
  remedy: "`chown root:root` and `chmod 0750` the directories named.",
  breaks:
    "A collector of logs that does not run as root can no longer read them; give it the group of the directories.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["podLogFolders"],
  optional: ["accounts"],
  params: {},
  evaluate({ podLogFolders, accounts }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    const found = joinFindings(
      podLogFolders.folders.map((state) => judgeMode(state, { mode: 0o750 }, names)),
    );
    return {
      expected: "0750 root:root or less",
      actual: found.problems.length === 0 ? "as expected" : `${found.problems.length} directories are open`,
      ...found,
    };
  },
});
