// The checks `kmod.<module>`, one a row of the table.
import { type Check, defineCheck } from "../define.js";
import { judgeBlocked } from "./blocked.js";
import { type ModuleRow, moduleRows } from "./module-rows.js";

function moduleCheck(row: ModuleRow): Check {
  const { module, severity, risk, why, what, breaks } = row;
  return defineCheck({
    id: `kmod.${module}`,
    title: `The module ${module} (${what}) is not loaded and cannot be`,
    why,
    severity,
    risk,
    fixable: true,
    ...(breaks === undefined ? {} : { breaks }),
    remedy: `Put \`install ${module} /bin/false\` and \`blacklist ${module}\` into a file of /etc/modprobe.d that is read before any other \`install\` line for it, then \`modprobe -r ${module}\`; where the initial ramdisk loads modules, make it anew.`,
    needs: ["modprobe"],
    optional: ["kernelModules", "mounts", "packages"],
    params: {},
    evaluate: (facts) => judgeBlocked(row, facts),
  });
}

export const modules: readonly Check[] = moduleRows.map(moduleCheck);
