// The checks `sysctl.<key>`, one a row of the tables.
import { type Check, defineCheck } from "../define.js";
import { kernelRows } from "./kernel-rows.js";
import { networkRows } from "./network-rows.js";
import { verdictOn } from "./rule.js";
import type { SettingRow } from "./setting-row.js";

function settingCheck(row: SettingRow): Check {
  const { key, title, why, severity, risk = "none", breaks, set } = row;
  return defineCheck({
    id: `sysctl.${key}`,
    title,
    why,
    severity,
    risk,
    fixable: set !== undefined,
    ...(breaks === undefined ? {} : { breaks }),
    remedy: `Let the last line for ${key} in /etc/sysctl.d read \`${key} = ${set}\`, then \`sysctl -w ${key}=${set}\`.`,
    needs: ["sysctl"],
    params: {},
    evaluate: ({ sysctl }) => verdictOn(row, sysctl),
  });
}

export const settings: readonly Check[] = [...kernelRows, ...networkRows].map(settingCheck);
