// Where a program of this machine reaches sshd: at its own addresses, and at the loopback where it binds all. Connects to
// nothing.

export interface Reach {
  readonly port: number;
  /** Any of them will do: an address of a family that the kernel has not is not bound. */
  readonly addresses: readonly string[];
}

/** The addresses that stand for all (ip(7), ipv6(7)); systemd.socket(5) has a port alone for both. */
const anywhere: ReadonlyMap<string, readonly string[]> = new Map([
  ["", ["127.0.0.1", "::1"]],
  ["*", ["127.0.0.1", "::1"]],
  ["0.0.0.0", ["127.0.0.1"]],
  ["::", ["127.0.0.1", "::1"]],
]);

/** `listens` as the fact of sshd has them: `[::]:22`, `192.0.2.1:22`, and of systemd `22` too. */
export function reaches(listens: readonly string[]): readonly Reach[] {
  const found = new Map<number, Set<string>>();
  for (const listen of listens) {
    const [, six, four = "", digits] = /^(?:(?:\[([^\]]+)\]|([^:\s[\]/]+)):)?(\d+)(?: |$)/.exec(listen) ?? [];
    if (digits === undefined) continue;
    const host = six ?? four;
    const port = Number(digits);
    const addresses = found.get(port) ?? new Set();
    for (const address of anywhere.get(host) ?? [host]) addresses.add(address);
    found.set(port, addresses);
  }
  return [...found].map(([port, addresses]) => ({ port, addresses: [...addresses] }));
}
