// ufw.docker-bypass: no port is published past ufw's rules without anybody noticing.
import type { Fact } from "../../core/fact.js";
import { notApplicable, undecided } from "../../core/outcome.js";
import { listing } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import type { Forward } from "../../facts/forwards.js";
import type { KernelFilter, KernelRules } from "../../facts/kernel-filter.js";
import type { Processes } from "../../facts/processes.js";
import type { Sockets } from "../../facts/sockets.js";
import { defineCheck } from "../define.js";

interface Published {
  readonly text: string;
  readonly source: Source;
}

function fromKernel(rules: readonly KernelRules[]): readonly Published[] {
  const forwards = rules.flatMap((one) => one.forwards);
  return forwards.filter(outside).map((forward) => {
    const ports = forward.ports.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(",");
    const by = forward.kind === "docker" ? "docker" : "a pod's host port";
    const name = forward.name === "" ? "" : ` (${forward.name})`;
    return {
      text: `${ports}/${forward.protocol} is published by ${by}${name} at ${place(forward.source)}`,
      source: forward.source,
    };
  });
}

function outside({ kind, address }: Forward): boolean {
  return (kind === "docker" || kind === "host port") && !/^(?:127\.|::1$)/.test(address);
}

/** docker-proxy holds each published port too, unless it is switched off. */
function fromSockets(sockets: Fact<Sockets>): readonly Published[] {
  if (sockets.state !== "known") return [];
  return sockets.value.listening.flatMap(({ owner, loopback, port, protocol, source }) => {
    const proxy = owner.state === "known" && owner.holders.some(({ program }) => program === "docker-proxy");
    return proxy && !loopback ? [{ text: `${port}/${protocol} is published by docker`, source }] : [];
  });
}

/** DOCKER-USER is asked before docker's own rules: one that drops, or that asks ufw, keeps published ports in sight. */
function guarded(rules: readonly KernelRules[]): boolean {
  return (
    rules.length > 0 &&
    rules.every(({ rules: { chains }, forwards }) => {
      if (!forwards.some(outside)) return true;
      const user = chains.get("DOCKER-USER")?.rules ?? [];
      return user.some(
        ({ verdict }) =>
          verdict.kind === "drop" || (verdict.kind === "jump" && verdict.chain.startsWith("ufw")),
      );
    })
  );
}

function loadedOf(kernel: Fact<KernelFilter>): readonly KernelRules[] {
  if (kernel.state !== "known") return [];
  return ([4, 6] as const).flatMap((family) => {
    const one = kernel.value[family];
    return one.state === "known" ? [one.value] : [];
  });
}

/** Why a kernel that could have been asked gave no rules. */
function unreadReason(kernel: Fact<KernelFilter>): string | undefined {
  if (kernel.state !== "known") return kernel.state === "error" ? kernel.reason : undefined;
  const first = kernel.value[4];
  return first.state === "error" ? first.reason : undefined;
}

function runsDocker(processes: Fact<Processes>): boolean {
  return processes.state === "known" && processes.value.named("dockerd").length > 0;
}

export default defineCheck({
  id: "ufw.docker-bypass",
  title: "No container's port is published past ufw unnoticed",
  why: "docker and the CNI rewrite a published port's packets before ufw sees them: `ufw deny 8080` changes nothing, and `ufw status` looks as if it did.",
  remedy:
    "Publish on 127.0.0.1 (`-p 127.0.0.1:8080:80`), or put rules into the chain DOCKER-USER (for instance `-A DOCKER-USER -j ufw-user-forward` in /etc/ufw/after.rules) and use `ufw route allow`.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["ufw"],
  optional: ["kernelFilter", "sockets", "processes"],
  params: {},
  evaluate({ kernelFilter, sockets, processes }) {
    const loaded = loadedOf(kernelFilter);
    const kernel = fromKernel(loaded);
    const published = kernel.length > 0 ? kernel : fromSockets(sockets);
    if (published.length === 0) {
      const unseen = loaded.flatMap((one) => one.unseen);
      if (unseen.length > 0)
        return undecided(`which ports are published is not known: not read are ${listing(unseen, 3)}`);
      if (loaded.length > 0) return notApplicable("no container's port is published");
      const reason = unreadReason(kernelFilter);
      if (reason !== undefined) return undecided(`which ports are published is not known: ${reason}`);
      if (runsDocker(processes)) return undecided("docker runs, and which ports it publishes cannot be seen");
      return notApplicable("no container's port is seen to be published");
    }
    const watched = guarded(loaded);
    return {
      expected: "published ports pass rules of DOCKER-USER",
      actual: watched ? "the chain DOCKER-USER filters" : `${published.length} ports past ufw`,
      evidence: published.map(({ source }) => source),
      problems: watched
        ? []
        : published.map(({ text }) => ({ message: `${text}, past ufw's rules for incoming packets` })),
      notes: watched ? published.map(({ text }) => text) : [],
    };
  },
});
