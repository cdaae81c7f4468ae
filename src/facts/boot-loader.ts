// Who may change what GRUB starts: its superusers and whether they have a password. Never the password.
import { absent, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { type GrubPassword, parseGrubCfg } from "../formats/grub-cfg.js";
import { grubFiles } from "./kernel-command-line.js";
import { globbed } from "./path-glob.js";
import type { FactSource } from "./source.js";

export interface BootLoader {
  readonly files: readonly string[];
  readonly superusers: readonly { readonly name: string; readonly source: Source }[];
  /** Those that hold: a variable's only where the variable is set. */
  readonly passwords: readonly GrubPassword[];
  /** Menu entries that ask for the password at every start. */
  readonly restricted: readonly Source[];
}

/** Files that grub.cfg takes in where they are there (grub-mkconfig(8): 41_custom, 01_users). */
const included = ["/boot/grub/custom.cfg", "/boot/grub2/custom.cfg", "/boot/grub2/user.cfg"];
/** RHEL and its kin up to 8 have the menu itself there; on others it only leads to the one above. */
const efiMenus = "/boot/efi/EFI/*/grub.cfg";
const efiUsers = "/boot/efi/EFI/*/user.cfg";

export const bootLoader: FactSource<BootLoader> = {
  title: "the boot loader's users (grub.cfg, user.cfg, custom.cfg)",
  async gather(host) {
    const [atFirmware, users] = await Promise.all([globbed(host, efiMenus), globbed(host, efiUsers)]);
    const lost = [...atFirmware.unread, ...users.unread][0];
    if (lost !== undefined) return failed(lost);
    const [menus, more] = await Promise.all([
      Promise.all([...grubFiles, ...atFirmware.paths].map((path) => host.read(path))),
      Promise.all([...included, ...users.paths].map((path) => host.read(path))),
    ]);
    const bad = [...menus, ...more].find(({ state }) => state === "denied" || state === "failed");
    if (bad !== undefined && bad.state !== "ok") return failed(bad.reason);
    if (menus.every(({ state }) => state === "absent"))
      return absent("GRUB does not start this machine: no grub.cfg");
    const parsed = [...menus, ...more].flatMap((read) =>
      read.state === "ok" ? [parseGrubCfg(read.path, read.text)] : [],
    );
    const variables = new Set(parsed.flatMap((one) => [...one.variables]));
    const passwords = parsed.flatMap((one) => one.passwords);
    return known({
      files: [...menus, ...more].flatMap((read) => (read.state === "ok" ? [read.path] : [])),
      superusers: parsed.flatMap(({ superusers }) => superusers),
      passwords: passwords.filter(({ variable }) => variable === undefined || variables.has(variable)),
      restricted: parsed.flatMap(({ restricted }) => restricted),
    });
  },
};
