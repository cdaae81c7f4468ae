// services.time-sync: exactly one program keeps the clock. Not which servers it asks.

import type { Problem } from "../../core/outcome.js";
import { listing } from "../../core/printable.js";
import type { KnownServiceName } from "../../facts/known-services.js";
import type { Services } from "../../facts/services.js";
import { defineCheck } from "../define.js";
import { judgeRequired } from "./required.js";
import { evidenceOf, isActive, starts } from "./state.js";

export const timeKeepers = [
  "chrony",
  "timesyncd",
  "ntpsec",
  "openntpd",
] as const satisfies readonly KnownServiceName[];

/** It starts at boot or runs. */
export function keepsTime(name: KnownServiceName, services: Services): boolean {
  const { units, running } = services.of(name);
  return units.some((unit) => starts(unit) || isActive(unit)) || running.length > 0;
}

function rivals(names: readonly KnownServiceName[], services: Services): Problem {
  // The first of the list stays: chrony before what only asks.
  const units = names.slice(1).flatMap((name) => services.of(name).units);
  return {
    message: `${listing(names)} all keep the clock and work against each other`,
    fix: units.flatMap(({ name }) => [
      { kind: "action" as const, action: "disable-unit" as const, args: [name] },
      { kind: "action" as const, action: "stop-unit" as const, args: [name] },
    ]),
  };
}

export default defineCheck({
  id: "services.time-sync",
  title: "Exactly one service keeps the clock",
  why: "Certificates, tokens and leases are judged by the clock, and logs of several machines are compared by it; two keepers pull it to and fro.",
  remedy:
    "Enable one of chrony, systemd-timesyncd and ntpsec (`systemctl enable --now chrony`) and disable the others.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["services"],
  params: {},
  evaluate({ services }) {
    const names = timeKeepers.filter((name) => keepsTime(name, services));
    if (names.length < 2) {
      const outcome = judgeRequired("a time synchronisation service", [...names, ...timeKeepers], services);
      return { ...outcome, expected: "exactly one of chrony, systemd-timesyncd, ntpsec, openntpd" };
    }
    return {
      expected: "exactly one of chrony, systemd-timesyncd, ntpsec, openntpd",
      actual: names.join(", "),
      evidence: names.flatMap((name) => evidenceOf(services.of(name))),
      problems: [rivals(names, services)],
    };
  },
});
