// services(5): the names that /etc/services gives to ports. Says nothing of what listens there.

/** Lines looked at; the longest lists in use have a few thousand. */
const lineLimit = 50_000;

/** `22/tcp` -> `ssh`; the first line that names a port wins, as getservbyport(3) finds it. */
export function parseServices(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n", lineLimit)) {
    const hash = line.indexOf("#");
    const [name, where] = (hash < 0 ? line : line.slice(0, hash)).trim().split(/\s+/, 2);
    const [, port, protocol] = /^(\d{1,5})\/([a-z0-9]{1,12})$/.exec(where ?? "") ?? [];
    if (name === undefined || name === "" || port === undefined || protocol === undefined) continue;
    const key = `${Number(port)}/${protocol}`;
    if (!found.has(key)) found.set(key, name);
  }
  return found;
}
