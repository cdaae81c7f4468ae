// sysctl.<key>, every row: running and next boot, each wrong and right by itself, unset, unreadable, missing.
import { test } from "uvu";
import { kernelRows } from "../../../../src/checks/sysctl/kernel-rows.js";
import { networkRows } from "../../../../src/checks/sysctl/network-rows.js";
import { rpFilter } from "../../../../src/checks/sysctl/rp-filter.js";
import type { SettingRow } from "../../../../src/checks/sysctl/setting-row.js";
import { settings } from "../../../../src/checks/sysctl/settings.js";
import { testCheck } from "../../../support/check.js";

const base = {
  "/lib/systemd/systemd-sysctl": "",
  "/proc/sys/kernel": { kind: "directory" },
  "/proc/sys/net/ipv4": { kind: "directory" },
  "/proc/sys/net/ipv6": { kind: "directory" },
  "/usr/lib/sysctl.d/00-vendor.conf": "# nothing\n",
} as const;
const conf = "/etc/sysctl.d/60-site.conf";
const filterRow = { accepts: (value: number) => value === 1 || value === 2, set: 2, byDefault: 0 };

function rowOf(key: string): Pick<SettingRow, "accepts" | "set" | "byDefault" | "absence"> {
  return [...kernelRows, ...networkRows].find((row) => row.key === key) ?? filterRow;
}

for (const check of [...settings, ...rpFilter]) {
  const key = check.id.slice("sysctl.".length);
  const { accepts, set, byDefault, absence } = rowOf(key);
  const good = String(set);
  const bad = [0, 1, 2, 999].find((value) => !accepts(value)) ?? 0;
  const proc = `/proc/sys/${key.replaceAll(".", "/")}`;
  const own = `/etc/sysctl.d/99-zz-nodeward-${key}.conf`;
  const slashed = key.replaceAll(".", "/");
  const right = { ...base, [proc]: `${good}\n`, [conf]: `${key} = ${good}\n` };
  const unset = { ...base, [proc]: `${good}\n` };
  const fine = byDefault !== undefined && accepts(byDefault);
  const absent = { name: "a kernel without it", files: { ...base, [conf]: `${key}=${good}` } };
  testCheck(check, {
    passes: [
      { name: "set and running", files: right },
      {
        name: "with slashes, a minus and blanks",
        files: { ...right, [conf]: `  -${slashed}\t=  ${good}  ` },
      },
      {
        name: "another root: by its files",
        files: { "/lib/systemd/systemd-sysctl": "", [conf]: `${key}=${good}\n` },
      },
      ...(fine ? [{ name: "not set, and right by default", files: unset }] : []),
    ],
    fails: [
      {
        name: "wrong in the running kernel",
        files: { ...right, [proc]: `${bad}\n` },
        at: [proc, `${conf}:1`],
        says: `${key} is ${bad} in the running kernel instead of`,
        fixed: { [conf]: `${key} = ${good}\n` },
      },
      {
        name: "a later file sets it wrong",
        files: { ...right, "/etc/sysctl.d/70-x.conf": `# x\n${key} =${bad}\nkernel.pid_max=1` },
        at: [proc, "/etc/sysctl.d/70-x.conf:2"],
        says: `/etc/sysctl.d/70-x.conf:2 (systemd-sysctl) sets ${key} to ${bad} at the next boot`,
        fixed: { "/etc/sysctl.d/70-x.conf": `# x\n${key} =${good}\nkernel.pid_max=1` },
      },
      {
        name: "a vendor's file sets it wrong, and last of all",
        files: { ...unset, "/usr/lib/sysctl.d/99-zzz.conf": `${key}=${bad}\n` },
        at: [proc, "/usr/lib/sysctl.d/99-zzz.conf:1"],
        fixed: {
          [`/etc/sysctl.d/99-zzz.nodeward-${key}.conf`]: `# Written by nodeward (sysctl.${key}).\n${key} = ${good}\n`,
        },
      },
      {
        name: "a word that the kernel refuses",
        files: { ...unset, [conf]: `${key} = ${good}# yes` },
        says: "which the kernel refuses",
        fixed: { [conf]: `${key} = ${good}` },
      },
      ...(fine
        ? []
        : [
            {
              name: "right by chance: no file sets it",
              files: unset,
              at: [proc],
              says: `no file sets it: after the next boot ${key} is`,
              fixed: { [own]: `# Written by nodeward (sysctl.${key}).\n${key} = ${good}\n` },
            },
          ]),
      ...(absence === undefined ? [] : [{ ...absent, at: [proc], says: absence }]),
    ],
    errors: [
      { name: "the running value may not be read", files: { ...right, [proc]: { error: "denied" } } },
      { name: "the running value is no number", files: { ...right, [proc]: "many\n" }, says: "is no number" },
      { name: "a file may not be read", files: { ...right, "/etc/sysctl.d/a.conf": { error: "denied" } } },
    ],
    notApplicable: [
      ...(absence === undefined ? [{ ...absent, says: `this kernel has no ${proc}` }] : []),
      ...(key.startsWith("net.ipv6")
        ? [
            {
              name: "IPv6 is off",
              files: { "/proc/sys/net/ipv4/x": "", "/proc/sys/kernel/x": "", [conf]: "" },
              says: "IPv6 is off",
            },
          ]
        : []),
    ],
  });
}

test.run();
