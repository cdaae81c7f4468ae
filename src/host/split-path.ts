// The directory and the name of a path. Looks at no file.

/** `/etc/a` -> `/etc` and `a`; the directory of `/a`, and of a name alone, is empty. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const at = path.lastIndexOf("/");
  return { directory: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) };
}
