// ufw.installed: somebody manages the firewall, and only one.
import type { Problem } from "../../core/outcome.js";
import { type Param, words } from "../../core/param.js";
import { place } from "../../core/source.js";
import type { Firewall } from "../../facts/firewalls.js";
import { defineCheck } from "../define.js";

const known = ["ufw", "nftables", "firewalld", "iptables-persistent", "shorewall", "ferm", "csf", "cloud"];

function managerList(fallback: readonly string[]): Param<readonly string[]> {
  const takes = `a list of ${known.join(", ")}`;
  const list = words(fallback, takes);
  return {
    default: fallback,
    takes,
    choices: known,
    parse: (value) => {
      const read = list.parse(value);
      return read.ok && read.value.every((name) => known.includes(name))
        ? read
        : { ok: false, problem: `takes ${takes}` };
    },
  };
}

/** ufw keeps its rules while it is off; of the others only a unit that starts says that somebody uses them. */
function counts({ name, enabled }: Firewall): boolean {
  return enabled || name === "ufw";
}

/** All but ufw, where ufw is on: two that load rules at boot undo each other in an order nobody chose. */
function quarrel(enabled: readonly Firewall[]): Problem {
  const names = enabled.map(({ name }) => name).join(" and ");
  const others = enabled.filter(({ name }) => name !== "ufw");
  const kept = others.length < enabled.length;
  return {
    message: `${names} all load rules at boot: each can throw away what the other loaded`,
    fix: kept
      ? others.map(({ unit }) => ({ kind: "action" as const, action: "disable-unit" as const, args: [unit] }))
      : [],
  };
}

export default defineCheck({
  id: "ufw.installed",
  title: "One program, and only one, manages the firewall",
  why: "Without one the node's ports are as open as its services are. With two, which rules are in force depends on the order in which they started.",
  remedy:
    "`apt install ufw`; with another firewall in use, `systemctl disable` all but one. Where a security group of the cloud does it, set `accepted: [cloud]`.",
  breaks: "Rules that only the disabled program had are gone at the next boot.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["firewalls"],
  params: { accepted: managerList(["ufw", "nftables", "firewalld", "iptables-persistent"]) },
  evaluate({ firewalls }, { accepted }) {
    const { installed, enabled } = firewalls;
    const chosen = installed.filter(counts);
    const fine = chosen.filter(({ name }) => accepted.includes(name));
    const cloud = accepted.includes("cloud");
    const problems: Problem[] = [];
    if (fine.length === 0 && !cloud)
      problems.push({
        message:
          chosen.length === 0
            ? "no program manages the firewall"
            : `${chosen.map(({ name }) => name).join(", ")} manages the firewall, which is not accepted`,
      });
    if (enabled.length > 1) problems.push(quarrel(enabled));
    const shown = installed.map(({ name, enabled: on }) => `${name}${on ? "" : " (off)"}`);
    return {
      expected: `one of ${accepted.join(", ")}`,
      actual: shown.length === 0 ? "none" : shown.join(", "),
      evidence: installed.map(({ source }) => source).filter((source) => place(source) !== ""),
      problems,
      notes: fine.length === 0 && cloud ? ["the site says that the cloud filters before the node"] : [],
    };
  },
});
