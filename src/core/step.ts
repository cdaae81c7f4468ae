// One step of a repair, as a value: what to change, never how it is carried out.
import type { Edit } from "./edit.js";

/** Live changes that are not a file. Each name is a row of host/actions.ts. */
export type ActionName =
  | "load-apparmor-profile"
  | "unload-module"
  | "load-module"
  | "set-sysctl"
  | "enable-unit"
  | "disable-unit"
  | "stop-unit"
  | "enable-ufw"
  | "lock-password"
  | "remount";

export type Step =
  | { readonly kind: "edit"; readonly file: string; readonly edits: readonly Edit[] }
  | { readonly kind: "write"; readonly file: string; readonly content: string; readonly mode: number }
  | { readonly kind: "remove"; readonly file: string }
  /** A symbolic link in place of whatever is there, such as the mask of a unit. */
  | { readonly kind: "symlink"; readonly file: string; readonly target: string }
  | { readonly kind: "chmod"; readonly file: string; readonly mode: number; readonly owner: string }
  | { readonly kind: "action"; readonly action: ActionName; readonly args: readonly string[] };
