// subuid(5) and subgid(5): text -> ranges of ids handed to users for their own namespaces.

export interface IdRange {
  readonly owner: string;
  readonly first: number;
  readonly count: number;
}

/** Lines `name:first:count`; others are left out, as newuidmap(1) does. */
export function parseSubid(text: string): readonly IdRange[] {
  return text.split("\n").flatMap((line) => {
    const match = /^([^:#]+):(\d{1,10}):(\d{1,10})\s*$/.exec(line);
    if (match === null) return [];
    const [, owner = "", first, count] = match;
    return [{ owner, first: Number(first), count: Number(count) }];
  });
}
