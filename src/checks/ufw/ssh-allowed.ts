// ufw.ssh-allowed: whoever administers the node still gets in, on every port sshd really listens on.
import { AddressSet } from "../../core/address-set.js";
import type { Family, Network } from "../../core/network.js";
import { notApplicable, type Problem, undecided } from "../../core/outcome.js";
import { listing } from "../../core/printable.js";
import type { Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { Listening, Sockets } from "../../facts/sockets.js";
import { isSshd } from "../../facts/sshd-sockets.js";
import { openRule, type Ufw } from "../../facts/ufw.js";
import { defineCheck } from "../define.js";
import { forRule, networks, networksOf, setOf } from "./ports.js";

/** Sockets that could be sshd's for all that can be seen. */
function hidden({ listening }: Sockets): boolean {
  return listening.some(
    ({ protocol, loopback, owner }) => protocol === "tcp" && !loopback && owner.state === "unknown",
  );
}

/**
 * Rules for the networks that are refused, or for everybody where none is named: before a rule that refuses them, else
 * behind those that are there, such as the one that keeps strangers from speaking as the loopback.
 */
function allowing(
  own: Ufw,
  family: Family,
  port: number,
  refused: readonly Network[],
  refusing: Source | undefined,
): readonly Step[] {
  const rule = { ...openRule(family === 6), protocol: "tcp", dport: String(port) };
  const narrowed = refused.map((network) => ({ ...rule, src: forRule(network) }));
  const rules = narrowed.length > 0 ? narrowed : [rule];
  const set = own.rules.state === "known" ? own.rules.value : undefined;
  const place = /\/user6?\.rules$/.test(refusing?.file ?? "") ? "first" : "last";
  return rules.flatMap((one) => set?.add(one, place) ?? []);
}

interface Judged {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly evidence: Source[];
}

function judge(own: Ufw, socket: Listening, from: readonly string[], found: Judged): void {
  const { port, wildcard, address } = socket;
  const wanted = socket.families.filter((family) => from.length === 0 || networksOf(from, family).length > 0);
  // Without networks to name, one family that lets somebody in is enough.
  const [first] = socket.families.includes(4) ? ([4] as const) : socket.families;
  for (const family of from.length === 0 ? (first === undefined ? [] : [first]) : wanted) {
    const reach = own.reach[family];
    if (reach.state !== "known") {
      found.unknowns.push(reach.reason);
      continue;
    }
    const destination = wildcard ? undefined : address;
    const { certain, doubts, decides } = reach.value({ protocol: "tcp", port, destination });
    const missing = setOf(from, family).without(certain);
    if (from.length === 0 ? !certain.empty : missing.empty) continue;
    const refused = networksOf(from, family).filter(
      (network) => !certain.covers(AddressSet.of(family, [network])),
    );
    const range = missing.ranges[0];
    const refusing = decides(range?.first ?? 1n)?.source;
    if (refusing !== undefined) found.evidence.push(refusing);
    const whom = from.length === 0 ? "nobody" : `not all of ${missing.describe()}`;
    const doubt = doubts.length > 0 ? ` (not understood: ${listing(doubts, 3)})` : "";
    found.problems.push({
      message: `sshd listens on ${socket.host} port ${port}, and ${whom} surely gets there over IPv${family}${own.startsAtBoot ? "" : " once ufw is on"}${doubt}`,
      fix: allowing(own, family, port, refused, refusing),
    });
  }
}

export default defineCheck({
  id: "ufw.ssh-allowed",
  title: "Administrators get through ufw to every port that sshd listens on",
  why: "ufw is usually switched on over SSH, and the rule that was forgotten then is the one for the port sshd really uses.",
  remedy: "`ufw allow from NETWORK to any port 22 proto tcp` for each port that `ss -ltnp` shows for sshd.",
  breaks: "A rule that names no network opens the port to everybody whom routing lets reach the node.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["ufw", "sockets"],
  params: { from: networks() },
  evaluate({ ufw, sockets }, { from }) {
    const listening = sockets.listening.filter(isSshd);
    if (listening.length === 0)
      return hidden(sockets)
        ? undecided("which port is sshd's cannot be told: not every socket's owner can be seen")
        : sockets.unread.length > 0
          ? undecided(listing(sockets.unread, 3))
          : notApplicable("no sshd is seen to listen beyond the loopback");
    const found: Judged = { problems: [], unknowns: [...sockets.unread], evidence: [] };
    for (const socket of listening) {
      found.evidence.push(socket.source);
      judge(ufw, socket, from, found);
    }
    const ports = listing([...new Set(listening.map(({ port }) => String(port)))]);
    return {
      expected: from.length === 0 ? "somebody gets in" : `reachable from ${listing(from)}`,
      actual: `sshd listens on ${ports}`,
      ...found,
    };
  },
});
