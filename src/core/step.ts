// One step of a repair, as a value: what to change, never how it is carried out.
import type { Edit } from "./edit.js";

/** Live changes that are not a file. Each name is a row of host/actions.ts. */
export type ActionName =
  /** A file of profiles, into the kernel; those of the same name are replaced. */
  | "load-apparmor-profile"
  /** A profile by its name, out of the kernel. */
  | "unload-apparmor-profile"
  | "load-module"
  | "unload-module"
  /** Key and value, of the running kernel. */
  | "set-sysctl"
  /** At boot; not now. */
  | "enable-unit"
  | "disable-unit"
  | "start-unit"
  | "stop-unit"
  | "enable-ufw"
  /** Its chains out of the kernel; its files stay. */
  | "unload-ufw"
  /** Mount point and the options that are added. */
  | "remount"
  /** Path and octal mode, of a socket: what lies on a disk is a file change. */
  | "set-socket-mode"
  /** Path and `user:group`. */
  | "set-socket-owner";

export type Step =
  | { readonly kind: "edit"; readonly file: string; readonly edits: readonly Edit[] }
  | { readonly kind: "write"; readonly file: string; readonly content: string; readonly mode: number }
  | { readonly kind: "remove"; readonly file: string }
  /** A symbolic link in place of whatever is there, such as the mask of a unit. */
  | { readonly kind: "symlink"; readonly file: string; readonly target: string }
  | { readonly kind: "chmod"; readonly file: string; readonly mode: number; readonly owner: string }
  | { readonly kind: "action"; readonly action: ActionName; readonly args: readonly string[] };
