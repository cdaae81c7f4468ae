// Why a module is not to be blocked without a person's word: what on this node uses it or would miss it.

import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Facts } from "../../facts/index.js";
import type { LoadedModule } from "../../facts/kernel-modules.js";
import type { Modprobe } from "../../facts/modprobe.js";
import type { ModuleRow } from "./module-rows.js";
import { isNeeded } from "./needed-names.js";

interface Given extends Pick<Facts, "kernelModules" | "mounts" | "packages"> {
  readonly modprobe: Modprobe;
}

function mountedAs(type: string, { mounts }: Given): readonly string[] {
  if (mounts.state !== "known") return [];
  const { running, boot } = mounts.value;
  const now =
    running.state === "known" ? running.value.visible.find((mount) => mount.type === type) : undefined;
  const next = boot.state === "known" ? boot.value.entries.find((entry) => entry.type === type) : undefined;
  return [
    ...(now === undefined ? [] : [`${now.point} is mounted from it`]),
    ...(next === undefined ? [] : [`${place(next.source)} mounts ${next.point} from it`]),
  ];
}

function missedBy(module: string, { kernelModules }: Given): readonly string[] {
  if (kernelModules.state !== "known") return [];
  const { loaded, dependents } = kernelModules.value;
  const running = loaded.state === "known" ? loaded.value : new Map<string, LoadedModule>();
  const names = dependents(module).filter((name) => running.has(name) || isNeeded(name));
  return names.length === 0 ? [] : [`${listing(names)} cannot be loaded without it`];
}

/** Empty where the module can be blocked. */
export function reasonsToKeep(
  row: ModuleRow,
  given: Given,
  loaded: LoadedModule | undefined,
): readonly string[] {
  const { packages, modprobe } = given;
  const module = row.module.replaceAll("-", "_");
  const [atBoot] = modprobe.loadedAtBoot(module);
  const snaps =
    module === "squashfs" && packages.state === "known" && packages.value.get("snapd") !== undefined;
  const used = loaded !== undefined && (loaded.usedBy.length > 0 || (loaded.users ?? 0) > 0);
  return [
    ...(used ? ["it is in use"] : []),
    ...(isNeeded(module) ? ["Kubernetes needs it"] : []),
    ...missedBy(module, given),
    ...(row.fileSystem === undefined ? [] : mountedAs(row.fileSystem, given)),
    ...(atBoot === undefined ? [] : [`${place(atBoot)} asks for it at every boot`]),
    ...(snaps ? ["snapd is installed, and snaps are squashfs images"] : []),
  ];
}
