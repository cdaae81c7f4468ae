// The unattended proof that a risky change is good: for a minute sshd takes connections and offers the methods that it is
// told to, and the kubelet says that it is well and lets nobody in without credentials. Proves no person's key.
import { asker } from "../engine/gather.js";
import { kubeletProbes } from "../facts/kubelet-probes.js";
import { sshd } from "../facts/sshd.js";
import { reaches } from "../facts/sshd-reach.js";
import type { Host } from "../host/host.js";
import { illness, reachedAt } from "./health.js";
import { look, type Machine } from "./machine.js";

type Illness = string | undefined;

/** Seconds for which all must be well without a break. */
export const proofSeconds = 60;
const interval = 5;

/** Methods that sshd would offer to root from this machine itself (sshd_config(5)). */
function expected(value: (keyword: string) => string | undefined): ReadonlySet<string> {
  const rows = [
    ["publickey", "PubkeyAuthentication"],
    ["password", "PasswordAuthentication"],
    ["keyboard-interactive", "KbdInteractiveAuthentication"],
  ] as const;
  return new Set(rows.filter(([, keyword]) => value(keyword) !== "no").map(([method]) => method));
}

/** ssh(1) without a method to try is told which there are: `Permission denied (publickey,password).` */
async function methodsIllness(host: Host, machine: Machine): Promise<Illness> {
  const fact = await asker(host)(sshd);
  if (fact.state !== "known") return fact.state === "absent" ? undefined : `sshd: ${fact.reason}`;
  for (const { port, addresses } of reaches(fact.value.listens)) {
    const greeted = await reachedAt(machine, addresses, port);
    if (typeof greeted === "string") return `sshd on port ${port}: ${greeted}`;
    const { address } = greeted;
    const who = { user: "root", address, localAddress: address };
    const lists = fact.value.value("AuthenticationMethods", who)?.join(" ") ?? "any";
    const answer = await host.run("ssh-methods", String(port), address);
    // Without the client the greeting has to do.
    if (answer.state === "absent") return undefined;
    if (answer.state === "failed") return `sshd on port ${port}: ${answer.reason}`;
    const offered = /Permission denied \(([a-z,-]+)\)/.exec(answer.stderr)?.[1]?.split(",");
    if (offered === undefined)
      return `sshd on port ${port} offers nothing: ${answer.stderr.trim().split("\n").at(-1) ?? ""}`;
    const wanted = expected((keyword) => fact.value.value(keyword, { ...who, localPort: port })?.[0]);
    const missing = [...wanted].filter((method) => !offered.includes(method));
    const extra = offered.filter(
      (method) => method !== "gssapi-with-mic" && method !== "hostbased" && !wanted.has(method),
    );
    // With lists of methods only the first of each is offered.
    if (extra.length > 0 || (lists === "any" && missing.length > 0))
      return `sshd on port ${port} offers ${offered.join(", ")}, and is told ${[...wanted].join(", ")}`;
  }
  return undefined;
}

/** The kubelet is well, and its port asks who comes. */
async function kubeletIllness(host: Host, unlessDown: boolean): Promise<Illness> {
  const fact = await asker(host)(kubeletProbes);
  if (fact.state !== "known") return fact.state === "absent" ? undefined : `the kubelet: ${fact.reason}`;
  if (unlessDown && !fact.value.running) return undefined;
  for (const { where, result } of fact.value.healthz)
    if (result.state !== "answered" || result.status !== 200)
      return `the kubelet's ${where}/healthz: ${result.state === "answered" ? result.status : result.reason}`;
  for (const { where, result } of fact.value.pods)
    if (result.state !== "answered" || (result.status !== 401 && result.status !== 403))
      return `the kubelet's ${where}/pods without credentials: ${result.state === "answered" ? result.status : result.reason}`;
  return undefined;
}

async function sshdIllness(machine: Machine): Promise<Illness> {
  const there = await look(machine, (host) => asker(host)(sshd));
  return there.state === "absent" ? undefined : await illness([{ kind: "sshd" }], machine);
}

export interface Proof {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** A kubelet that does not run is none: before its first boot is over a node may not have joined its cluster. */
  readonly firstBoot?: boolean;
}

/** Undefined when all was well for a minute before the deadline; else what was not. */
export async function proveHealth(
  machine: Machine,
  { deadline, firstBoot = false }: Proof,
): Promise<Illness> {
  let last: Illness = "the time was over before it began";
  let well = 0;
  let asked = false;
  const began = machine.clock();
  while (machine.clock() + interval * 1000 < deadline && machine.clock() >= began) {
    // A connection without a login is held against its address (sshd_config(5) PerSourcePenalties): methods are asked twice.
    const ask: boolean = !asked || well + interval >= proofSeconds;
    last =
      (await sshdIllness(machine)) ??
      (await look(machine, (host) => kubeletIllness(host, firstBoot))) ??
      (ask ? await look(machine, (host) => methodsIllness(host, machine)) : undefined);
    asked = last === undefined;
    well = last === undefined ? well + interval : 0;
    if (last === undefined && well > proofSeconds) return undefined;
    await machine.sleep(interval * 1000);
  }
  return last ?? "the time was over before all had been well for a minute";
}
