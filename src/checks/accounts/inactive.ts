// accounts.inactive: an account whose password expired long ago is closed.
import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { SettingsFile } from "../../facts/login-defs.js";
import { defineCheck } from "../define.js";

function isGood(days: number | undefined, limit: number): boolean {
  return days !== undefined && days >= 0 && days <= limit;
}

function ofNew(useradd: SettingsFile, limit: number): readonly Problem[] {
  const value = useradd.get("INACTIVE")?.value;
  const days = value !== undefined && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
  if (isGood(days, limit)) return [];
  const found = value === undefined || value === "" ? "sets no INACTIVE" : `has INACTIVE=${printable(value)}`;
  return [
    {
      message: `${useradd.file} ${found}: new accounts stay open for ever after their password expired`,
      fix: [useradd.set("INACTIVE", String(limit))],
    },
  ];
}

export default defineCheck({
  id: "accounts.inactive",
  title: "Accounts close some days after their password expired",
  why: "An account nobody used for months belongs to somebody who left, or to whoever finds its password.",
  remedy:
    "`useradd -D -f 45` for new accounts, `chage -I 45 NAME` for those that have a password; never for those that log in by key alone.",
  breaks: "Only accounts made later are concerned, and of those only ones whose password ages.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["loginDefs", "accounts"],
  params: { days: integer(45, { min: 0, max: 3650, unit: "days" }) },
  evaluate({ loginDefs, accounts }, { days }) {
    const { useradd } = loginDefs;
    if (useradd.state === "absent") return { notApplicable: useradd.reason };
    const { shadow } = accounts;
    const entries = shadow.state === "known" ? shadow.value : [];
    const open = entries.filter(
      ({ password, inactiveDays }) =>
        password.kind === "hash" && !password.locked && !isGood(inactiveDays, days),
    );
    const setting = useradd.state === "known" ? useradd.value.get("INACTIVE") : undefined;
    return {
      expected: `0 to ${days} days`,
      actual: setting?.value ?? "unset",
      evidence: [...(setting === undefined ? [] : [setting.source]), ...open.map(({ source }) => source)],
      problems: [
        ...(useradd.state === "known" ? ofNew(useradd.value, days) : []),
        ...open.map(({ name, inactiveDays }) => ({
          message: `${printable(name)} stays open ${inactiveDays === undefined ? "for ever" : `${inactiveDays} days`} after its password expired`,
        })),
      ],
      unknowns: [
        ...(useradd.state === "error" ? [useradd.reason] : []),
        ...(shadow.state === "error" ? [shadow.reason] : []),
      ],
    };
  },
});
