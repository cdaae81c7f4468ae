// Puts staged files in the places of old ones so that nobody's change is lost: the two names are exchanged, and what comes
// out is looked at. rename(2) alone would drop what an editor saved after the last look, unseen.
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { arch } from "node:os";
import { attempt, done, hasCode, Rule } from "./attempt.js";
import { interpret, type Script } from "./interpreter.js";
import type { Done } from "./node-writer.js";
import { isWritten, type Seen } from "./seen.js";
import { temporaryName } from "./temporary.js";

export interface Waiting {
  /** Held by descriptor. */
  readonly directory: number;
  readonly name: string;
  /** Where the new file lies, and which it is. */
  readonly temporary: string;
  readonly inode: bigint;
  /** What it is to replace. */
  readonly seen: Seen;
}

const timeLimit = 20_000;
/** Descriptors handed to one program; far below the limit of open files. */
const atOnce = 100;

/** renameat2(2) by its number, which glibc before 2.28 has no name for. */
const numbers: Readonly<Record<string, number>> = { x64: 316, arm64: 276 };

/**
 * Exchanges (RENAME_EXCHANGE is 2). Where another file comes out than the one to be replaced, it goes back at once, as
 * often as somebody puts a newer one there meanwhile. Says nothing: the names tell what became of it.
 */
const script: Script = {
  perl: `my ($call, @all) = @ARGV;
while (my ($fd, $fresh, $name, $ours, $theirs) = splice(@all, 0, 5)) {
  for (1 .. 9) {
    last if syscall($call, $fd + 0, $fresh, $fd + 0, $name, 2) != 0;
    my $out = (lstat("/proc/self/fd/$fd/$fresh"))[1];
    last if $out == $theirs or $out == $ours;
  }
}`,
  python: `import ctypes, os, sys
call = ctypes.CDLL(None).renameat2
words = sys.argv[1:]
for at in range(1, len(words), 5):
    fd, fresh, name, ours, theirs = words[at:at + 5]
    for _ in range(9):
        if call(int(fd), os.fsencode(fresh), int(fd), os.fsencode(name), 2) != 0: break
        if str(os.lstat(fresh, dir_fd=int(fd)).st_ino) in (ours, theirs): break`,
};

function at({ directory }: Pick<Waiting, "directory">, name: string): string {
  return `/proc/self/fd/${directory}/${name}`;
}

function look(one: Pick<Waiting, "directory">, name: string) {
  return lstatSync(at(one, name), { bigint: true, throwIfNoEntry: false });
}

/** Exchanges the names of each, where that can be done; what was done is looked at afterwards. */
export type Exchange = (some: readonly Waiting[]) => void;

export const exchange: Exchange = (some) => {
  const call = numbers[arch()];
  if (call === undefined) return;
  const words = some.flatMap(({ temporary, name, inode, seen }, index) => [
    ...[`${index + 3}`, temporary, name],
    ...[`${inode}`, `${seen.stats?.ino}`],
  ]);
  interpret(
    script,
    [`${call}`, ...words],
    some.map(({ directory }) => directory),
    timeLimit,
  );
};

const meanwhile = "was changed by somebody else meanwhile";

/** Without an exchange: whoever writes into the old file is seen as well, who replaces it in this moment is not. */
function replace(one: Waiting): void {
  const { name, temporary, seen } = one;
  const second = temporaryName(name);
  try {
    linkSync(at(one, name), at(one, second));
  } catch (error) {
    if (!hasCode(error, "EPERM", "ENOTSUP", "EMLINK")) throw error;
    renameSync(at(one, temporary), at(one, name));
    return;
  }
  try {
    if (look(one, second)?.ino !== seen.stats?.ino) throw new Rule(meanwhile);
    renameSync(at(one, temporary), at(one, name));
  } catch (error) {
    unlinkSync(at(one, second));
    throw error;
  }
  renameSync(at(one, second), at(one, temporary));
}

/** The old file goes, if it is the one that was looked at and is as it was then; else it goes back. */
function settle(one: Waiting, ours: BigIntStats | undefined, swap: Exchange): void {
  const { name, temporary, seen } = one;
  const out = look(one, temporary);
  if (out === undefined) return;
  if (out.ino === ours?.ino) throw new Rule(meanwhile);
  if (out.ino === seen.stats?.ino && !isWritten(seen, out)) {
    unlinkSync(at(one, temporary));
    return;
  }
  // Whoever has replaced ours by now is the latest of all.
  if (ours !== undefined && look(one, name)?.ino === ours.ino) putBack(one, ours, swap);
  throw new Rule(meanwhile);
}

function putBack(one: Waiting, ours: BigIntStats, swap: Exchange): void {
  const { name, temporary } = one;
  swap([one]);
  const out = look(one, temporary);
  // Not exchanged; or somebody has opened ours by its name, and what they wrote into it is the latest.
  if (out?.ino !== ours.ino || out.mtimeNs !== ours.mtimeNs || out.size !== ours.size)
    renameSync(at(one, temporary), at(one, name));
}

/** Takes a file or a link away, if it is the one that was looked at; else it goes back. */
export function takeAway(one: Omit<Waiting, "inode">): void {
  const { name, temporary, seen } = one;
  renameSync(at(one, name), at(one, temporary));
  const out = look(one, temporary);
  if (out !== undefined && (out.ino !== seen.stats?.ino || isWritten(seen, out))) {
    // Never in the place of what has appeared meanwhile (link(2) EEXIST).
    linkSync(at(one, temporary), at(one, name));
    unlinkSync(at(one, temporary));
    throw new Rule(meanwhile);
  }
  unlinkSync(at(one, temporary));
}

/** A place with a file staged beside it. */
export interface Staged {
  /** Undefined where there is nothing to replace. */
  readonly waiting: Waiting | undefined;
  /** Puts it where nothing is. */
  placeNew(): Done;
  /** Throws why what is there must not be replaced. */
  mayReplace(): void;
  replaced(): void;
  /** Turns what is thrown into a refusal. */
  try(work: () => void): Done;
}

interface Pair {
  readonly staged: Staged;
  readonly one: Waiting;
}

/** The first refusal. */
function each<T>(all: readonly T[], work: (item: T, index: number) => Done): Done {
  for (const [index, item] of all.entries()) {
    const made = work(item, index);
    if (made.state !== "ok") return made;
  }
  return done;
}

/** Held, so that no other file gets their inode when somebody replaces them. 0x200000 is O_PATH (open(2)). */
function held<T>(pairs: readonly Pair[], work: (fresh: readonly BigIntStats[]) => T): T {
  const fds: number[] = [];
  try {
    for (const { one } of pairs) fds.push(openSync(at(one, one.temporary), 0x200000 | constants.O_NOFOLLOW));
    return work(fds.map((fd) => fstatSync(fd, { bigint: true })));
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

/** All are settled, whatever became of the one before: each may have what somebody else wrote beside it. */
function replaceSome(pairs: readonly Pair[], fresh: readonly BigIntStats[], swap: Exchange): Done {
  const checked = each(pairs, ({ staged }) => staged.try(() => staged.mayReplace()));
  if (checked.state !== "ok") return checked;
  swap(pairs.map(({ one }) => one));
  let refusal: Done = done;
  for (const [index, { staged, one }] of pairs.entries()) {
    const ours = fresh[index];
    const isWaiting = look(one, one.temporary)?.ino === ours?.ino;
    if (isWaiting && refusal.state !== "ok") continue;
    const made = staged.try(() => {
      if (isWaiting) {
        staged.mayReplace();
        replace(one);
      }
      settle(one, ours, swap);
      staged.replaced();
    });
    if (refusal.state === "ok") refusal = made;
  }
  return refusal;
}

/** Puts each in place; after a refusal no more are begun. */
export function putInPlace(all: readonly Staged[], swap: Exchange = exchange): Done {
  const made = each(all, (staged) => (staged.waiting === undefined ? staged.placeNew() : done));
  if (made.state !== "ok") return made;
  const pairs = all.flatMap((staged) =>
    staged.waiting === undefined ? [] : [{ staged, one: staged.waiting }],
  );
  for (let start = 0; start < pairs.length; start += atOnce) {
    const some = pairs.slice(start, start + atOnce);
    const replaced = attempt(some[0]?.one.name ?? "", () =>
      held(some, (fresh) => replaceSome(some, fresh, swap)),
    );
    if (replaced.state !== "ok") return replaced;
  }
  return done;
}
