// The parameter of checks that let a site name files that are as it wants them, and whether a file is one of them.
import { words } from "../core/param.js";

/** `allow`, in most checks. */
export const pathsParam = words([], "a list of paths, directories with all below them");

export function isListed(path: string, list: readonly string[]): boolean {
  return list.some((one) => path === one || path.startsWith(one.endsWith("/") ? one : `${one}/`));
}
