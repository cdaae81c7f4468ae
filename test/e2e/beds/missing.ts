// What a bed of a kind needs and this machine has not. Installs nothing.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

const bare = ["apt-get", "debootstrap", "unshare"];
const common = [...bare, "mke2fs", "setpriv", "ssh", "ssh-keygen"];
const needed = {
  installation: bare,
  container: [...common, "systemd-nspawn", "nsenter", "ip"],
  machine: [...common, "qemu-system-x86_64", "qemu-img"],
} as const;

function installed(program: string): boolean {
  return `${process.env.PATH}:/usr/sbin:/sbin`.split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why no bed of this kind can be started here; undefined where it can. */
export function missing(kind: keyof typeof needed): string | undefined {
  if (process.getuid?.() !== 0) return "only root can start a bed";
  const absent = needed[kind].filter((program) => !installed(program));
  return absent.length === 0 ? undefined : `${absent.join(", ")} not installed`;
}
