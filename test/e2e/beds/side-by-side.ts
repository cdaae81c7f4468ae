// Scenes that mostly wait, several at once: the tests of a file wait for theirs in turn. Knows no beds.

/** The same works, of which `width` at a time are under way once the first is asked for, in their order. */
export function sideBySide(
  width: number,
  works: readonly (() => Promise<void>)[],
): readonly (() => Promise<void>)[] {
  const left = [...works.entries()];
  const ends = new Map<number, Promise<void>>();
  const told = new Map<number, () => void>();
  const begun = works.map((_, index) => new Promise<void>((resolve) => told.set(index, resolve)));
  const keepOn = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const [index, work] = one;
      const end = work();
      // Who asked for it hears of its failure.
      ends.set(index, end);
      told.get(index)?.();
      await end.catch(() => {});
    }
  };
  let started = false;
  return works.map((_, index) => async () => {
    if (!started) for (let lane = 0; lane < width; lane++) void keepOn();
    started = true;
    await begun[index];
    await ends.get(index);
  });
}
