// How the kernel and the firmware guard themselves, as /sys says: lockdown, module signatures, Secure Boot, IOMMU, CPU
// flaws, AppArmor. Not what the boot loader asks for (facts/kernel-command-line.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host, Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface Setting<T> {
  readonly value: T;
  readonly source: Source;
}

export interface Vulnerability {
  readonly name: string;
  /** The kernel's own words: `Not affected`, `Mitigation: …`, `Vulnerable…`. */
  readonly state: string;
  readonly source: Source;
}

export interface SecureBoot extends Setting<boolean> {
  /** Where shim was told to start what is not signed (mokutil --disable-validation), whatever the firmware does. */
  readonly unverified: Source | undefined;
}

export type Lockdown = "none" | "integrity" | "confidentiality";

export interface KernelProtection {
  readonly lockdown: Fact<Setting<Lockdown>>;
  /** Unsigned modules are refused. */
  readonly signatures: Fact<Setting<boolean>>;
  readonly secureBoot: Fact<SecureBoot>;
  /** Groups of devices that the IOMMU keeps apart; none where it is off. */
  readonly iommuGroups: Fact<Setting<number>>;
  /** This is a virtual machine, as its processor says (x86). */
  readonly virtual: boolean;
  readonly vulnerabilities: Fact<readonly Vulnerability[]>;
  readonly apparmor: Fact<Setting<boolean>>;
}

const lockdownFile = "/sys/kernel/security/lockdown";
const signatureFile = "/sys/module/module/parameters/sig_enforce";
const secureBootFile = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
/** Shim's copy of its own setting, for the system it starts (shim, MokVars.txt). */
const shimFile = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
const iommuFolder = "/sys/kernel/iommu_groups";
const cpuFolder = "/sys/devices/system/cpu/vulnerabilities";
const apparmorFile = "/sys/module/apparmor/parameters/enabled";

function from<T>(read: Read, missing: string, value: (text: string) => T | undefined): Fact<Setting<T>> {
  if (read.state === "absent") return absent(missing);
  if (read.state !== "ok") return failed(read.reason);
  const found = value(read.text);
  if (found === undefined) return failed(`${read.path}: says what no known kernel says`);
  return known({ value: found, source: wholeFile(read.path, read.text.trim()) });
}

function yesNo(text: string): boolean | undefined {
  const word = text.trim();
  return word === "Y" || word === "1" ? true : word === "N" || word === "0" ? false : undefined;
}

function lockdownOf(text: string): Lockdown | undefined {
  const chosen = /\[(none|integrity|confidentiality)\]/.exec(text)?.[1];
  return (["none", "integrity", "confidentiality"] as const).find((word) => word === chosen);
}

/** Four bytes of attributes, then 1 or 0 (UEFI specification 3.3, SecureBoot). */
async function secureBoot(host: Host): Promise<KernelProtection["secureBoot"]> {
  const [firmware, variable, shim] = await Promise.all([
    host.stat("/sys/firmware/efi"),
    host.read(secureBootFile),
    host.read(shimFile),
  ]);
  if (firmware.state === "absent") return absent("this machine was not started by UEFI firmware");
  if (firmware.state !== "ok") return failed(firmware.reason);
  if (variable.state === "absent") {
    // Without efivarfs nothing of the firmware's settings can be seen; with it a missing variable means: not supported.
    const folder = await host.list("/sys/firmware/efi/efivars");
    if (folder.state !== "ok" || folder.entries.length === 0)
      return failed(
        "the firmware's variables cannot be seen: /sys/firmware/efi/efivars is empty or not mounted",
      );
    const source = wholeFile(secureBootFile, "no such variable");
    return known({ value: false, source, unverified: undefined });
  }
  if (variable.state !== "ok") return failed(variable.reason);
  const value = variable.text.length === 5 ? variable.text.charCodeAt(4) : -1;
  if (value !== 0 && value !== 1) return failed(`${secureBootFile}: does not hold five bytes`);
  if (shim.state !== "ok" && shim.state !== "absent") return failed(shim.reason);
  const loose = shim.state === "ok" && shim.text.charCodeAt(4) === 1;
  return known({
    value: value === 1,
    source: wholeFile(secureBootFile, String(value)),
    unverified: loose ? wholeFile(shimFile, "1") : undefined,
  });
}

async function iommuGroups(host: Host): Promise<KernelProtection["iommuGroups"]> {
  const listing = await host.list(iommuFolder);
  if (listing.state === "absent") return absent("this kernel has no support for an IOMMU");
  if (listing.state !== "ok") return failed(listing.reason);
  const count = listing.entries.length;
  return known({ value: count, source: wholeFile(iommuFolder, `${count} groups`) });
}

async function vulnerabilities(host: Host): Promise<KernelProtection["vulnerabilities"]> {
  const listing = await host.list(cpuFolder);
  if (listing.state === "absent") return absent(`this kernel does not tell of CPU flaws: no ${cpuFolder}`);
  if (listing.state !== "ok") return failed(listing.reason);
  if (listing.entries.length === 0) return failed(`${cpuFolder} is empty`);
  const reads = await Promise.all(
    listing.entries.map(async ({ name }) => ({ name, read: await host.read(`${cpuFolder}/${name}`) })),
  );
  const found: Vulnerability[] = [];
  for (const { name, read } of reads) {
    if (read.state !== "ok") return failed(read.reason);
    const state = read.text.trim();
    found.push({ name, state, source: wholeFile(read.path, state) });
  }
  return known(found);
}

export const kernelProtection: FactSource<KernelProtection> = {
  title: "how the kernel guards itself (/sys/kernel/security, /sys/firmware/efi, /sys/devices/system/cpu)",
  async gather(host) {
    const sys = await host.list("/sys");
    if (sys.state === "absent" || (sys.state === "ok" && sys.entries.length === 0))
      return absent("the running kernel cannot be seen: no /sys");
    const [lockdown, signatures, boot, groups, cpu, apparmor, processor] = await Promise.all([
      host.read(lockdownFile),
      host.read(signatureFile),
      secureBoot(host),
      iommuGroups(host),
      vulnerabilities(host),
      host.read(apparmorFile),
      host.read("/proc/cpuinfo"),
    ]);
    return known({
      lockdown: from(
        lockdown,
        `this kernel has no lockdown, or securityfs is not mounted: no ${lockdownFile}`,
        lockdownOf,
      ),
      signatures: from(
        signatures,
        `this kernel does not check module signatures: no ${signatureFile}`,
        yesNo,
      ),
      secureBoot: boot,
      iommuGroups: groups,
      virtual: processor.state === "ok" && /^flags\s*:.*\bhypervisor\b/m.test(processor.text),
      vulnerabilities: cpu,
      apparmor: from(apparmor, `this kernel has no AppArmor: no ${apparmorFile}`, yesNo),
    });
  },
};
