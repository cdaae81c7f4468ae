// etcd.data-dir: nobody but etcd's own account reads the cluster's store.
import { notApplicable, undecided } from "../../core/outcome.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "etcd.data-dir",
  title: "etcd's data directory belongs to it and is closed to others",
  why: "The directory holds every object of the cluster, and every secret that is not encrypted.",
  remedy: "chmod 700 on the directory that --data-dir names, owned by root or by the account that runs etcd.",
  severity: "high",
  risk: "none",
  fixable: true,
  tags: ["control-plane"],
  needs: ["controlPlane", "accounts"],
  params: {},
  evaluate({ controlPlane, accounts }) {
    const etcd = controlPlane.component("etcd");
    if (etcd === undefined)
      return controlPlane.unread.length > 0
        ? undecided(controlPlane.unread.join("; "))
        : notApplicable("etcd does not run on this node");
    const directory = controlPlane.etcdDataDir;
    if (directory.state === "error") return undecided(directory.reason, [etcd.source]);
    if (directory.state === "absent") return notApplicable(directory.reason);
    const { path, stat } = directory.value;
    const mode = stat.mode.toString(8).padStart(4, "0");
    const owner = accounts.userName(stat.uid);
    const loose = (stat.mode & 0o077) !== 0;
    // kubeadm runs etcd as root; packages and hand-made units as the account etcd.
    const foreign = stat.uid !== 0 && owner !== "etcd";
    const fix = [
      {
        kind: "chmod" as const,
        file: stat.realPath,
        mode: stat.mode & 0o700,
        owner: `${stat.uid}:${stat.gid}`,
      },
    ];
    return {
      expected: "0700, owned by root or etcd",
      actual: `${mode}, owned by ${owner}`,
      evidence: [wholeFile(path, `mode ${mode}, owner ${owner}`)],
      problems: [
        ...(loose ? [{ message: `${path} has mode ${mode}, more than 0700`, fix }] : []),
        ...(foreign ? [{ message: `${path} belongs to ${owner}, not to root or etcd` }] : []),
      ],
    };
  },
});
