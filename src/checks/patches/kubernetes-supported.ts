// patches.kubernetes-supported: the kubelet's release line still gets fixes, and fits the API server's.

import type { Fact } from "../../core/fact.js";
import type { Problem } from "../../core/outcome.js";
import { records } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type ControlPlane, minorOf } from "../../facts/control-plane.js";
import type { PortProbes } from "../../facts/port-probes.js";
import type { Releases } from "../../facts/releases.js";
import { defineCheck } from "../define.js";

interface SiteLine {
  readonly line: string;
  readonly endOfLife: string;
}

function siteLine(record: ReadonlyMap<string, unknown>): SiteLine | undefined {
  const [line, endOfLife] = [record.get("line"), record.get("endOfLife")].map((value) =>
    value instanceof Date ? value.toISOString().slice(0, 10) : value,
  );
  if (typeof line !== "string" || !/^\d+\.\d+$/.test(line)) return undefined;
  return typeof endOfLife === "string" && /^\d{4}-\d{2}-\d{2}$/.test(endOfLife)
    ? { line, endOfLife }
    : undefined;
}

/** The API server's minor version: what answers here now, else what its manifest says. */
function serverMinor(controlPlane: Fact<ControlPlane>, probes: Fact<PortProbes>): number | undefined {
  const said = probes.state === "known" ? probes.value.apiserverVersion : undefined;
  if (said !== undefined) return minorOf({ version: said });
  const server = controlPlane.state === "known" ? controlPlane.value.component("kube-apiserver") : undefined;
  return server === undefined ? undefined : minorOf(server);
}

/** The kubelet may be up to three minor releases older than the API server (two before 1.28), and never newer. */
function skewProblem(kubelet: number, minor: number | undefined): Problem | undefined {
  if (minor === undefined) return undefined;
  const most = minor >= 28 ? 3 : 2;
  if (kubelet > minor)
    return { message: `the kubelet (1.${kubelet}) is newer than the API server (1.${minor})` };
  if (minor - kubelet > most)
    return {
      message: `the kubelet (1.${kubelet}) is more than ${most} releases behind the API server (1.${minor})`,
    };
  return undefined;
}

function endOf(releases: Releases, site: readonly SiteLine[], line: string) {
  const given = site.findLast((one) => one.line === line);
  const found = releases.of("kubernetes", line);
  return given === undefined ? found : { endOfLife: given.endOfLife, source: undefined };
}

export default defineCheck({
  id: "patches.kubernetes-supported",
  title: "The kubelet's release is still supported and fits the API server's",
  why: "A release past its end gets no fix for any hole found from then on.",
  remedy:
    "Upgrade the control plane and then the node to a supported release (kubernetes.io/releases); where a vendor supports the line longer, name it and its date in the parameter `lines` or in /etc/nodeward/releases.yaml.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["roles", "releases"],
  optional: ["controlPlane", "portProbes"],
  params: {
    lines: records<SiteLine>([], 'a list of {line: "1.34", endOfLife: "2026-10-27"}', siteLine),
  },
  evaluate({ roles, releases, controlPlane, portProbes }, { lines }) {
    const { kubeletVersion } = roles;
    if (kubeletVersion === null)
      return roles.roles.length === 0
        ? { notApplicable: "this machine is no node of Kubernetes" }
        : { undecided: "the kubelet's version cannot be told" };
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(kubeletVersion) ?? [];
    if (major === undefined || minor === undefined)
      return { undecided: `the kubelet's version ${printable(kubeletVersion)} cannot be read` };
    const line = `${major}.${minor}`;
    const end = endOf(releases, lines, line);
    const newest = releases.newest("kubernetes");
    const server = serverMinor(controlPlane, portProbes);
    const skew = skewProblem(Number(minor), server);
    const distance =
      server === undefined
        ? "the API server's release is not known on this node: whether the kubelet fits it was not looked at"
        : `the API server here is of 1.${server}`;
    const problems = skew === undefined ? [] : [skew];
    const expected = `supported on ${releases.today}`;
    const evidence = end?.source === undefined ? [] : [end.source];
    if (end === undefined) {
      const newer = newest !== undefined && Number(minor) > Number(newest.line.split(".")[1]);
      const reason = newer
        ? `Kubernetes ${line} is newer than nodeward's table of ${releases.asOf}`
        : `Kubernetes ${line} is older than every release in nodeward's table`;
      if (!newer) problems.push({ message: `${reason}: its support has ended` });
      return { expected, actual: kubeletVersion, evidence, problems, unknowns: newer ? [reason] : [] };
    }
    if (end.endOfLife < releases.today)
      problems.push({
        message: `support of Kubernetes ${line} ended on ${end.endOfLife}; the kubelet is ${printable(kubeletVersion)}`,
      });
    return {
      expected,
      actual: `${kubeletVersion}, supported until ${end.endOfLife}`,
      evidence,
      problems,
      notes: [
        distance,
        ...(end.source === undefined ? [] : [`release dates: ${place(end.source)}, as of ${releases.asOf}`]),
      ],
    };
  },
});
