// The parameter of checks that let a site say which mode a file may have at most.
import { word } from "../core/param.js";
import { octal } from "./file-mode.js";

/** A mode such as `0640`. */
export function modeParam(mode: number) {
  return word(octal(mode), /[0-7]{3,4}/, "a mode such as 0640");
}
