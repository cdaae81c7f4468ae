// A set of addresses of one family as sorted ranges: what is left over, what two rules share. Knows no packets.
import {
  contains,
  everything,
  type Family,
  formatAddress,
  formatNetwork,
  localNetworks,
  type Network,
  networkOf,
  parseNetwork,
  type Range,
  width,
} from "./network.js";

/** Networks named before a set is cut short in a text. */
const shownNetworks = 8;

export class AddressSet {
  private constructor(
    readonly family: Family,
    /** Sorted, apart from each other, never empty ones. */
    readonly ranges: readonly Range[],
  ) {}

  static none(family: Family): AddressSet {
    return new AddressSet(family, []);
  }

  static all(family: Family): AddressSet {
    return new AddressSet(family, [everything(family)]);
  }

  /** Any ranges of the family, in any order. */
  static of(family: Family, ranges: readonly Range[]): AddressSet {
    const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
    const joined: Range[] = [];
    for (const { first, last } of sorted) {
      const before = joined.at(-1);
      if (before === undefined || first > before.last + 1n) joined.push({ first, last });
      else if (last > before.last) joined[joined.length - 1] = { first: before.first, last };
    }
    return new AddressSet(family, joined);
  }

  get empty(): boolean {
    return this.ranges.length === 0;
  }

  get full(): boolean {
    const [only] = this.ranges;
    return only !== undefined && contains(only, everything(this.family));
  }

  /** How many addresses it holds. */
  get size(): bigint {
    return this.ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  }

  intersect({ first, last }: Range): AddressSet {
    const found: Range[] = [];
    for (let index = this.indexFrom(first); index < this.ranges.length; index++) {
      const range = this.ranges[index];
      if (range === undefined || range.first > last) break;
      found.push({
        first: range.first > first ? range.first : first,
        last: range.last < last ? range.last : last,
      });
    }
    return new AddressSet(this.family, found);
  }

  /** What both hold. */
  and(other: AddressSet): AddressSet {
    const [few, many] = this.ranges.length < other.ranges.length ? [this, other] : [other, this];
    return new AddressSet(
      this.family,
      few.ranges.flatMap((range) => many.intersect(range).ranges),
    );
  }

  without(other: AddressSet): AddressSet {
    if (other.ranges.length === 0 || this.ranges.length === 0) return this;
    const rest: Range[] = [];
    let next = 0;
    for (const { first, last } of this.ranges) {
      let from = first;
      while ((other.ranges[next]?.last ?? first) < first) next++;
      for (let at = next; from <= last; at++) {
        const hole = other.ranges[at];
        if (hole === undefined || hole.first > last) break;
        if (hole.first > from) rest.push({ first: from, last: hole.first - 1n });
        from = hole.last + 1n;
      }
      if (from <= last) rest.push({ first: from, last });
    }
    return new AddressSet(this.family, rest);
  }

  or(other: AddressSet): AddressSet {
    if (other.empty) return this;
    return this.empty ? other : AddressSet.of(this.family, [...this.ranges, ...other.ranges]);
  }

  covers(other: AddressSet): boolean {
    return other.without(this).empty;
  }

  equals(other: AddressSet): boolean {
    return (
      this.ranges.length === other.ranges.length &&
      this.ranges.every(({ first, last }, index) => {
        const range = other.ranges[index];
        return range?.first === first && range.last === last;
      })
    );
  }

  /** The first range that ends at or after `value`. */
  private indexFrom(value: bigint): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle]?.last ?? 0n) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The fewest networks that make up the set. */
  networks(limit = Number.POSITIVE_INFINITY): readonly Network[] {
    const found: Network[] = [];
    for (const { first, last } of this.ranges)
      for (let start = first; start <= last && found.length < limit; ) {
        let host = 0;
        while (
          host < width[this.family] &&
          ((start >> BigInt(host)) & 1n) === 0n &&
          start + (1n << BigInt(host + 1)) - 1n <= last
        )
          host++;
        const network = networkOf(this.family, start, width[this.family] - host);
        found.push(network);
        start = network.last + 1n;
      }
    return found;
  }

  /** `10.0.0.0/8, 192.0.2.7`; `anywhere except …` where that is shorter. */
  describe(): string {
    if (this.empty) return "nowhere";
    if (this.full) return "anywhere";
    const rest = AddressSet.all(this.family).without(this);
    const inverted = isWide(this) && rest.ranges.length <= this.ranges.length;
    return inverted ? `anywhere except ${rest.list()}` : this.list();
  }

  private list(): string {
    const named = this.networks(shownNetworks + 1);
    if (named.length <= shownNetworks) return named.map(formatNetwork).join(", ");
    const text = (value: bigint) => formatAddress({ family: this.family, value });
    const shown = this.ranges
      .slice(0, shownNetworks)
      .map(({ first, last }) => (first === last ? text(first) : `${text(first)}-${text(last)}`));
    const more = this.ranges.length - shown.length;
    return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }
}

const globalUnicast: Readonly<Record<Family, Range>> = {
  4: everything(4),
  6: parseNetwork("2000::/3") ?? everything(6),
};

/** At least half of the internet of its family: what a rule for 0.0.0.0/1 reaches is not a list of sources. */
export function isWide(set: AddressSet): boolean {
  const internet = globalUnicast[set.family];
  return set.intersect(internet).size * 2n >= internet.last - internet.first + 1n;
}

/** True when every address lies in a network that is not routed on the internet. */
export function isLocal(set: AddressSet): boolean {
  return AddressSet.of(set.family, localNetworks(set.family)).covers(set);
}
