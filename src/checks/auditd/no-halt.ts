// auditd.no-halt: a full log does not stop the node. Benchmarks for other machines ask for the contrary.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

const settings = [
  "space_left_action",
  "admin_space_left_action",
  "disk_full_action",
  "disk_error_action",
] as const;

export default defineCheck({
  id: "auditd.no-halt",
  title: "A full audit log does not stop the node",
  why: "With `halt`, `single` or `-f 2` whoever fills the log, a noisy pod is enough, takes the node and all its pods down.",
  remedy:
    "Use `syslog`, `rotate` or `suspend` for the actions of /etc/audit/auditd.conf and `-f 1` in the rules; where the law asks for a stop, waive this check.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["auditd", "auditRules"],
  params: {},
  evaluate({ auditd, auditRules: { failure } }) {
    const values = settings.map((name) => ({ name, ...auditd.get(name) }));
    const stopping = values.filter(({ value }) => /^(?:halt|single)\b/i.test(value));
    return {
      expected: "neither halt nor single nor -f 2",
      actual: `${values.map(({ name, value }) => `${name}=${value}`).join(", ")}${failure === undefined ? "" : `, -f ${failure.value}`}`,
      evidence: [
        ...values.flatMap(({ source }) => (source === undefined ? [] : [source])),
        ...(failure === undefined ? [] : [failure.source]),
      ],
      problems: [
        ...stopping.map(({ name, value, source }) => ({
          message: `${name} is ${printable(value)}${source === undefined ? "" : ` (${printable(place(source))})`}: the machine stops`,
          fix: [auditd.set(name, "SYSLOG")],
        })),
        ...(failure?.value === "2"
          ? [
              {
                message: `-f 2 makes the kernel panic when events are lost (${printable(place(failure.source))})`,
              },
            ]
          : []),
      ],
    };
  },
});
