// files.partitions: directories that others fill lie on file systems of their own.
import { words } from "../../core/param.js";
import { defineCheck } from "../define.js";

const usual = ["/tmp", "/var", "/var/tmp", "/var/log", "/var/log/audit", "/home"];

export default defineCheck({
  id: "files.partitions",
  title: "Directories that users and logs fill have file systems of their own",
  why: "Who fills the root file system stops the node: the kubelet evicts pods, logs stop, nobody can log in. And only a mount of its own can be nosuid.",
  remedy:
    "Give each a partition or volume (for /tmp also a tmpfs), with nodev and nosuid; that takes a planned migration of the data.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["mounts"],
  params: { paths: words(usual, "a list of directories") },
  evaluate({ mounts }, { paths }) {
    const { running } = mounts;
    if (running.state === "absent") return { notApplicable: running.reason };
    if (running.state === "error") return { undecided: running.reason };
    const table = running.value;
    const parts = paths.filter((path) => table.at(path) === undefined);
    return {
      expected: `${paths.join(", ")} mounted each`,
      actual: parts.length === 0 ? "all of them are" : `not mounted: ${parts.join(", ")}`,
      evidence: [...new Set(paths.map((path) => table.of(path)?.source))].filter(
        (source) => source !== undefined,
      ),
      problems: parts.map((path) => ({
        message: `${path} shares the file system of ${table.of(path)?.point ?? "/"}`,
      })),
      notes: table.caveat === undefined ? [] : [table.caveat],
    };
  },
});
