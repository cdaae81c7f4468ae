// IP addresses and networks as numbers: read, written, compared. Knows no file format and no interface.

export type Family = 4 | 6;

/** Every address from `first` to `last`, both included. */
export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

export interface Network extends Range {
  readonly family: Family;
  /** Leading bits that all addresses share. */
  readonly bits: number;
}

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

export const width: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** All addresses of a family. */
export function everything(family: Family): Network {
  return { family, bits: 0, first: 0n, last: (1n << BigInt(width[family])) - 1n };
}

function parseV4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Groups of an IPv6 text without `::`; a dotted quad at the end counts as two. */
function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes(".")) {
      const quad = parseV4(part);
      if (quad === undefined) return undefined;
      groups.push(quad >> 16n, quad & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2 || text.length > 45) return undefined;
  const head = groupsOf(halves[0] ?? "");
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return undefined;
  const absent = 8 - head.length - tail.length;
  if (halves.length === 2 ? absent < 1 : absent !== 0) return undefined;
  return [...head, ...Array.from({ length: absent }, () => 0n), ...tail].reduce(
    (value, group) => (value << 16n) | group,
    0n,
  );
}

/** One address in the usual notation (RFC 4291 2.2); no zone, no port, no prefix. */
export function parseAddress(text: string): Address | undefined {
  const family: Family = text.includes(":") ? 6 : 4;
  const value = family === 6 ? parseV6(text) : parseV4(text);
  return value === undefined ? undefined : { family, value };
}

/** Leading ones of a dotted mask; undefined where ones and zeros mix. */
function maskBits(mask: bigint): number | undefined {
  const bits = mask.toString(2).padStart(32, "0");
  const ones = bits.indexOf("0");
  if (ones < 0) return 32;
  return bits.includes("1", ones) ? undefined : ones;
}

function prefixBits(text: string, family: Family): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= width[family] ? Number(text) : undefined;
  const mask = family === 4 ? parseV4(text) : undefined;
  return mask === undefined ? undefined : maskBits(mask);
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `fe80::/10` or one address; bits of the host part are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const { family, value } = address;
  const bits = slash < 0 ? width[family] : prefixBits(text.slice(slash + 1), family);
  return bits === undefined ? undefined : networkOf(family, value, bits);
}

/** The network of `bits` leading bits that `value` lies in. */
export function networkOf(family: Family, value: bigint, bits: number): Network {
  const host = BigInt(width[family] - bits);
  const first = (value >> host) << host;
  return { family, bits, first, last: first + (1n << host) - 1n };
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
}

/** Start and length of the longest run of two or more zero groups (RFC 5952 4.2). */
function zeroRun(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}

function formatV6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${formatV4(value & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const { start, length } = zeroRun(groups);
  if (start < 0) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/** The canonical text of an address (RFC 5952). */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(value) : formatV6(value);
}

/** `10.0.0.0/8`; a single address without its prefix length. */
export function formatNetwork({ family, first, bits }: Network): string {
  const text = formatAddress({ family, value: first });
  return bits === width[family] ? text : `${text}/${bits}`;
}

export type Scope = "loopback" | "link-local" | "private" | "multicast" | "public";

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

/** Networks that are not routed on the internet (RFC 6890), by what they are for. */
const special: readonly (readonly [Scope, readonly Network[]])[] = [
  ["loopback", networks("127.0.0.0/8", "::1")],
  ["link-local", networks("169.254.0.0/16", "fe80::/10")],
  ["private", networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")],
  ["multicast", networks("224.0.0.0/4", "ff00::/8")],
];

/** The special networks of one family that never carry traffic from the internet. */
export function localNetworks(family: Family): readonly Network[] {
  return special
    .filter(([scope]) => scope !== "multicast")
    .flatMap(([, members]) => members)
    .filter((network) => network.family === family);
}

/** What kind of place a network or an address lies in; a range that is only partly special is public. */
export function scopeOf(range: Range & { readonly family: Family }): Scope {
  const found = special.find(([, members]) =>
    members.some((network) => network.family === range.family && contains(network, range)),
  );
  return found?.[0] ?? "public";
}

/** An address of this machine alone; a name is none: what it stands for may change. */
export function isLoopback(address: string): boolean {
  const found = parseAddress(address);
  if (found === undefined) return false;
  return scopeOf({ family: found.family, first: found.value, last: found.value }) === "loopback";
}
