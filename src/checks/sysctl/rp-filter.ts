// sysctl.net.ipv4.conf.{all,default}.rp_filter: forged senders are dropped, as far as the network plug-in bears it.

import type { Fact } from "../../core/fact.js";
import type { Verdict } from "../../core/outcome.js";
import type { Cni } from "../../facts/cni.js";
import { type Check, defineCheck } from "../define.js";
import { verdictOn, type Wanted } from "./rule.js";

const usual: Wanted = {
  wants: "1 or 2",
  accepts: (value) => value === 1 || value === 2,
  set: 2,
  byDefault: 0,
};
/** Cilium's agent sets 0 on `all`: the kernel takes the larger of `all` and the interface, and Cilium's need 0. */
const cilium: Wanted = { ...usual, wants: "0, 1 or 2", accepts: (value) => value >= 0 && value <= 2 };
/** Felix, Calico's agent, does not start with 2 on `all` unless told to bear it (IgnoreLooseRPF). */
const calico: Wanted = { ...usual, set: 1 };

function wantedWith(cni: Fact<Cni>): Wanted & { readonly note?: string } {
  if (cni.state !== "known") return usual;
  if (cni.value.has("cilium"))
    return { ...cilium, note: "Cilium needs 0 here: the larger of this value and the interface's counts" };
  if (cni.value.has("calico") || cni.value.has("canal"))
    return {
      ...calico,
      note: "Calico's agent refuses to start with 2 on `all`, unless IgnoreLooseRPF is set",
    };
  return usual;
}

function withNote(verdict: Verdict, note: string | undefined): Verdict {
  if (note === undefined || !("problems" in verdict)) return verdict;
  return { ...verdict, notes: [...(verdict.notes ?? []), note] };
}

function filterCheck(name: "all" | "default"): Check {
  const key = `net.ipv4.conf.${name}.rp_filter` as const;
  return defineCheck({
    id: `sysctl.${key}`,
    title: `Packets whose sender could not be answered are dropped (IPv4, ${name})`,
    why: "Otherwise anybody sends in the name of another, of a pod or a node for example.",
    remedy: `Let the last line for ${key} in /etc/sysctl.d read \`${key} = 2\` (1 with Calico), then \`sysctl -w\` it. Leave the interfaces of the network plug-in alone.`,
    breaks: "Answers that come back another way than the request went are dropped with 1; 2 bears them.",
    severity: "medium",
    risk: "none",
    fixable: true,
    needs: ["sysctl"],
    optional: ["cni"],
    params: {},
    evaluate({ sysctl, cni }) {
      // Without knowing the plug-in, 0 could be what it needs.
      if (cni.state === "error") return { undecided: cni.reason };
      const { note, ...wanted } = wantedWith(cni);
      return withNote(verdictOn({ ...wanted, key }, sysctl), note);
    },
  });
}

export const rpFilter: readonly Check[] = [filterCheck("all"), filterCheck("default")];
