// Power cuts, by a model: at any moment of a repair, with what was not yet on the disk lost, torn or out of order. What
// is then there recovers to the old files or is the new ones, as the journal says.
import { rmSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../src/host/live-writer.js";
import type { MemoryNode } from "../../src/host/memory-node.js";
import { MemoryWriter } from "../../src/host/memory-writer.js";
import { readJournal } from "../../src/state/journal-file.js";
import { apply, imageMachine, recover, undoRun } from "../support/apply.js";
import { type ChangeKind, changeKinds, planOf } from "../support/changes.js";
import { openTree } from "../support/tree.js";
import { able } from "./able.js";
import { perKind, random } from "./cases.js";
import { crash, type Disk, type Node, paths, replay } from "./disk.js";
import { plantTree } from "./judge.js";
import { type Recording, record } from "./record.js";

const states = perKind(150);
const clock = () => Date.UTC(2026, 0, 1);
const stateFolder = "/var/lib/nodeward";
const next = random(20_260_104);

function memoryNode({ kind, mode, uid, gid, extended, bytes, target }: Node): MemoryNode {
  const owner = { mode, uid, gid };
  if (kind === "symlink") return { link: target, uid, gid };
  return kind === "directory" ? { kind, ...owner } : { bytes, extended, ...owner };
}

/** The node and its state directory as they are after the crash. */
function reborn(disk: Disk): MemoryWriter {
  const writer = new MemoryWriter({});
  for (const [path, node] of paths(disk)) {
    if (!path.startsWith(stateFolder)) writer.nodes.set(path, memoryNode(node));
    else if (node.kind === "file") {
      const name = path.slice(stateFolder.length + 1);
      if (name.startsWith("originals/")) writer.files.kept.set(name, memoryNode(node));
      else if (name !== "lock") writer.files.files.set(name, node.bytes);
    }
  }
  return writer;
}

/** One line a path, of all that must be as before or as wanted. */
function lines(nodes: ReadonlyMap<string, MemoryNode>): readonly string[] {
  return [...nodes]
    .filter(([path]) => !path.startsWith(stateFolder))
    .map(([path, { mode, uid, gid, extended, bytes, link }]) =>
      [
        path,
        mode,
        uid,
        gid,
        extended,
        link,
        bytes === undefined ? "" : Buffer.from(bytes).toString("hex"),
      ].join(" "),
    )
    .sort();
}

function contents(nodes: ReadonlyMap<string, MemoryNode>, path: string): string {
  const node = nodes.get(path);
  if (node === undefined) return "absent";
  return node.link ?? (node.bytes === undefined ? "directory" : Buffer.from(node.bytes).toString("hex"));
}

interface Ends {
  readonly kind: ChangeKind;
  readonly run: string;
  readonly old: ReadonlyMap<string, MemoryNode>;
  readonly fresh: ReadonlyMap<string, MemoryNode>;
}

/** What does not hold of the disk that a crash left. */
async function wrongAfter(disk: Disk, { kind, run, old, fresh }: Ends): Promise<readonly string[]> {
  const writer = reborn(disk);
  const wrong = Object.keys(kind.wanted)
    .filter((path) => {
      const now = contents(writer.nodes, path);
      return now !== contents(old, path) && now !== contents(fresh, path);
    })
    .map((path) => `torn: ${path}`);
  const { result, reason } = await recover(imageMachine(writer, clock, () => writer.host()));
  if (result !== "recovered") return [...wrong, `${result}: ${reason}`];
  const read = readJournal(writer.files, "all");
  if (read.state !== "ok") return [...wrong, read.reason];
  if (read.broken !== undefined) wrong.push(`broken: ${JSON.stringify(read.broken)}`);
  const ended = read.lines.flatMap(({ event }) =>
    event?.event === "end" && event.run === run ? [event.result] : [],
  );
  const made = ended.at(-1) === "done";
  const [now, wanted] = [lines(writer.nodes), lines(made ? fresh : old)];
  if (JSON.stringify(now) !== JSON.stringify(wanted))
    wrong.push(
      `the journal says ${ended.at(-1) ?? "nothing"}: ${now.filter((line) => !wanted.includes(line))}`,
    );
  const left = [...writer.nodes.keys(), ...writer.files.files.keys()].filter((path) => /\.nw-/.test(path));
  return [...wrong, ...left.map((path) => `left over: ${path}`)];
}

const scenes = ["made", "failing", "undone", "failing to be undone"] as const;
type Scene = (typeof scenes)[number];

const extended = (path: string) => (path.endsWith("acl.conf") || path.includes("/bin/") ? "special" : "");

/** The changes of a repair or of its undoing, that works or fails at the second look. */
async function recorded(kind: ChangeKind, scene: Scene): Promise<Recording> {
  const root = plantTree(kind);
  try {
    const opened = openWriter(root, 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    const machine = imageMachine(opened.writer, clock, () => openTree(root));
    const plan = planOf(root, kind);
    const undoing = scene.includes("undone");
    if (undoing) assert.is((await apply(machine, "first", plan)).result, "done");
    const failure = scene.includes("failing") ? "it does not work" : undefined;
    return await record(root, extended, async () => {
      const { result, reason } = undoing
        ? await undoRun(machine, "first", "run", failure)
        : await apply(machine, "run", plan, failure);
      assert.is(result, failure === undefined ? "done" : "rolled-back", reason);
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The files after all changes. */
async function after(kind: ChangeKind, scene: Scene): Promise<ReadonlyMap<string, MemoryNode>> {
  const { before, changes } = await recorded(kind, scene);
  return reborn(replay(before, changes)).nodes;
}

const run = able() ? test : test.skip;

for (const kind of changeKinds)
  for (const scene of scenes)
    run(`power cut while ${kind.name} is ${scene}`, async () => {
      const { before, changes } = await recorded(kind, scene);
      const made = replay(before, changes);
      const old = reborn(before).nodes;
      const fresh = scene.includes("undone") ? await after(kind, "undone") : await after(kind, "made");
      const ends: Ends = { kind, run: "run", old, fresh };
      assert.equal(await wrongAfter(made, ends), [], "without a crash");
      const moments = new Set<number>();
      for (let state = 0; state < states; state++) {
        const moment = Math.floor(next() * (changes.length + 1));
        const disk = crash(before, changes.slice(0, moment), next);
        assert.equal(
          await wrongAfter(disk, ends),
          [],
          `${moment} of ${changes.length} changes, state ${state}`,
        );
        moments.add(moment);
      }
      assert.ok(moments.size > Math.min(5, states / 4));
    });

test.run();
