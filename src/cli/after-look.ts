// Waits for who holds the state directory only to look at the node. Takes no lock itself.

/** Who only looks, for seconds: the timer's and the daemon's audits, and who accepts what he sees. */
const looks = /^nodeward (?:daemon|drift|baseline accept .*)$/;
const patience = { everyMs: 500, times: 120 } as const;

export interface Waiting {
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/** What `begin` gives, after the end of a look that holds the lock; another run is not waited for. */
export async function afterLook<T extends { readonly state: string }>(
  begin: () => T | Promise<T>,
  { sleep, say }: Waiting,
): Promise<T> {
  let begun = await begin();
  for (let tried = 0; tried < patience.times; tried++) {
    if (begun.state !== "held" || !("by" in begun) || !looks.test(String(begun.by))) break;
    say(`waiting for ${begun.by}`);
    await sleep(patience.everyMs);
    begun = await begin();
  }
  return begun;
}
