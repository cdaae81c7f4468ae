// services.expected: nothing starts by itself that the site did not name.
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { matchesWildcard } from "../../core/wildcard.js";
import { defineCheck } from "../define.js";
import { ordinaryUnits } from "./ordinary-units.js";
import { inWords } from "./state.js";

export default defineCheck({
  id: "services.expected",
  title: "Nothing starts by itself that is not on the list",
  why: "A unit that nobody expects is a forgotten experiment or an intruder's way to come back after a reboot.",
  remedy:
    "Find out who enabled the units named (`systemctl cat UNIT`, `dpkg -S PATH`), disable what is not needed, and add what is to the parameter `allow`; shell patterns are taken.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["services"],
  params: {
    allow: words(ordinaryUnits, "a list of unit names or shell patterns"),
    also: words([], "a list of unit names or shell patterns"),
  },
  evaluate({ services: { starting, unread } }, { allow, also }) {
    const known = [...allow, ...also];
    const strangers = starting.filter(({ name }) => !known.some((pattern) => matchesWildcard(pattern, name)));
    return {
      expected: "only units of the list",
      actual:
        strangers.length === 0 ? `${starting.length} units, all listed` : listing(strangers.map(inWords)),
      evidence: strangers.flatMap(({ startedBy }) => startedBy.slice(0, 1)),
      problems: strangers.map((unit) => ({
        message: `${printable(unit.name)} starts by itself and is not on the list`,
      })),
      unknowns: unread,
    };
  },
});
