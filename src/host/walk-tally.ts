// What a walk has come by so far: counts, the entries kept, what was not seen. Reads nothing.
import type { Missing, WalkEntry, WalkGroup, WalkRequest, WalkResult, WalkSeen } from "./host.js";

/** Paths named of those that could not be looked at. */
const unreadLimit = 100;

interface Group {
  count: number;
  readonly entries: WalkEntry[];
}

/** Collects for one walk; shared by the hosts so that they cannot differ. */
export class Tally {
  seen = 0;
  private readonly groups = new Map<string, Group>();
  private readonly unread: Missing[] = [];
  private unreadCount = 0;
  private readonly crossed: string[] = [];
  private readonly cut = new Set<string>();

  constructor(private readonly request: Pick<WalkRequest, "sort" | "limits">) {}

  /** Files an entry under its groups; `path` is asked for only when it is kept. */
  take(seen: WalkSeen, path: () => Pick<WalkEntry, "path" | "exact">): void {
    for (const name of this.request.sort(seen)) {
      const group: Group = this.groups.get(name) ?? { count: 0, entries: [] };
      this.groups.set(name, group);
      group.count++;
      if (group.entries.length < this.request.limits.keep) group.entries.push({ ...path(), ...seen });
    }
  }

  miss(missing: Missing): void {
    this.unreadCount++;
    if (this.unread.length < unreadLimit) this.unread.push(missing);
  }

  cross(path: string): void {
    if (this.crossed.length < unreadLimit) this.crossed.push(path);
  }

  /** True when no further entry may be looked at. */
  full(): boolean {
    if (this.seen < this.request.limits.entries) return false;
    this.stop(`stopped after ${this.request.limits.entries} entries`);
    return true;
  }

  tooDeep(path: string): void {
    this.stop(`${path} is more than ${this.request.limits.depth} directories deep`);
  }

  late(): void {
    this.stop(`stopped after ${this.request.limits.milliseconds / 1000} s`);
  }

  result(milliseconds: number): WalkResult {
    const groups = new Map<string, WalkGroup>(this.groups);
    const { seen, unread, unreadCount, crossed } = this;
    return { seen, milliseconds, groups, unread, unreadCount, crossed, cut: [...this.cut] };
  }

  private stop(reason: string): void {
    // Too deep in a hundred places is said of the first few.
    if (this.cut.size < 5) this.cut.add(reason);
  }
}
