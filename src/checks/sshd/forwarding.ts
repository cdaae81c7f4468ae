// Checks on what sshd forwards: DisableForwarding turns all of it off, whatever the keyword of its own says.
import type { Outcome } from "../../core/outcome.js";
import { choice } from "../../core/param.js";
import type { Sshd } from "../../facts/sshd.js";
import { type Check, defineCheck } from "../define.js";
import { judgeKeyword } from "./keyword.js";

/** Up to 9.9 DisableForwarding left X11 and the agent alone (CVE-2025-32728). */
function disabled({ every, build }: Sshd, keyword: string): boolean {
  const works = keyword === "AllowTcpForwarding" || (build.known && build.version >= 1000);
  return works && every("DisableForwarding").every(({ value }) => value === "yes");
}

function judge(sshd: Sshd, keyword: string, allowed: readonly string[]): Outcome {
  const off = disabled(sshd, keyword);
  const outcome = judgeKeyword(sshd, {
    keyword,
    expected: `${keyword} ${allowed.join(" or ")}`,
    holds: ({ value }) => off || allowed.includes(value),
    repair: () => "no",
  });
  if (!off) return outcome;
  const sources = sshd.every("DisableForwarding").map(({ source }) => source);
  return {
    ...outcome,
    actual: `${outcome.actual}; DisableForwarding yes`,
    evidence: [...outcome.evidence, ...sources],
  };
}

const x11Forwarding = defineCheck({
  id: "sshd.x11-forwarding",
  title: "X11 is not forwarded",
  why: "An X11 connection back lets whoever controls the node read the keyboard and screen of who logs in.",
  remedy: "Set `X11Forwarding no`, then reload sshd.",
  severity: "medium",
  risk: "reload",
  fixable: true,
  needs: ["sshd"],
  params: {},
  evaluate: ({ sshd }) => judge(sshd, "X11Forwarding", ["no"]),
});

const allowTcpForwarding = defineCheck({
  id: "sshd.allow-tcp-forwarding",
  title: "TCP connections are not forwarded",
  why: "Through a forwarded port a user reaches what only the node may reach: the kubelet, etcd, metadata services.",
  remedy: "Set `AllowTcpForwarding no` (or `DisableForwarding yes`), then reload sshd.",
  breaks: "Jump hosts (`ssh -J`) through this node and tools that tunnel over SSH stop working.",
  severity: "medium",
  risk: "reload",
  fixable: true,
  needs: ["sshd"],
  params: { expected: choice(["no", "local", "remote"], "no") },
  evaluate: ({ sshd }, { expected }) =>
    judge(sshd, "AllowTcpForwarding", expected === "no" ? ["no"] : ["no", expected]),
});

const allowAgentForwarding = defineCheck({
  id: "sshd.allow-agent-forwarding",
  title: "The key agent is not forwarded",
  why: "Root on the node can use the forwarded agent to log in elsewhere as its owner.",
  remedy: "Set `AllowAgentForwarding no`, then reload sshd.",
  severity: "medium",
  risk: "reload",
  fixable: true,
  needs: ["sshd"],
  params: {},
  evaluate: ({ sshd }) => judge(sshd, "AllowAgentForwarding", ["no"]),
});

export const forwarding: readonly Check[] = [x11Forwarding, allowTcpForwarding, allowAgentForwarding];
