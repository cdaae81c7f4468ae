// What the checks of secrets share: how an item is named and shown. No check.
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { SecretItem } from "../../facts/secrets.js";
import { octal } from "../file-mode.js";

export function itemSource({ path, state }: SecretItem): Source {
  return wholeFile(path, `${octal(state.mode)} ${state.uid}:${state.gid}`);
}

export function itemName({ path, what }: SecretItem): string {
  return `${printable(path)} (${printable(what)})`;
}
