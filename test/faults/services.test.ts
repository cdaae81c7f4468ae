// Validators and reactions that hang, crash, vanish or refuse, services that die of a change, and a full disk in between:
// the group is put back, that is said, every service runs and has in force what its file says.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Step } from "../../src/core/step.js";
import { ran, treeFiles } from "../support/played-run.js";
import { reads, ServiceWorld, type Trouble, type Way } from "../support/service-world.js";

const run = process.getuid?.() === 0 ? test : test.skip;
if (process.getuid?.() !== 0) console.log("SKIPPED services: only root writes root's files");

const put = (file: string, text: string): Step => ({
  kind: "edit",
  file,
  edits: [{ span: { start: 0, end: 0 }, text }],
});

type TreeFile = keyof typeof treeFiles;

interface Kind {
  readonly file: TreeFile;
  readonly repairs: Readonly<Record<string, readonly Step[]>>;
}

const kinds: readonly Kind[] = [
  { file: "/etc/ssh/sshd_config", repairs: { "sshd.a": [put("/etc/ssh/sshd_config", "MaxAuthTries 4\n")] } },
  { file: "/etc/sudoers", repairs: { "sudo.a": [put("/etc/sudoers", "Defaults use_pty\n")] } },
  {
    file: "/etc/systemd/journald.conf",
    repairs: { "journald.a": [put("/etc/systemd/journald.conf", "# ours\n")] },
  },
  { file: "/etc/pam.d/su", repairs: { "su.a": [put("/etc/pam.d/su", "# ours\n")] } },
  { file: "/etc/fstab", repairs: { "mounts.a": [put("/etc/fstab", "# ours\n")] } },
  {
    file: "/etc/containerd/config.toml",
    repairs: { "containerd.a": [put("/etc/containerd/config.toml", "# ours\n")] },
  },
];

interface Seen {
  readonly calls: readonly string[];
  readonly states: readonly string[];
}

async function tried({ file, repairs }: Kind, trouble?: Trouble, lines?: number): Promise<Seen> {
  const world = new ServiceWorld(trouble);
  const named = `${file}, ${trouble === undefined ? `${lines} lines` : `${trouble.way} at ${trouble.nth}`}`;
  let seen: Seen = { calls: [], states: [] };
  if (lines !== undefined) world.lines = lines;
  const given = { machine: world.machine };
  const ended = ran(repairs, given, ({ groups, events, read }) => {
    const states = groups.map(({ applied }) => applied.state);
    seen = { calls: world.calls, states };
    const text = read(file);
    const isOld = text === treeFiles[file];
    const all = `${named}\n${world.calls.join("\n")}\n${JSON.stringify(groups.map(({ applied }) => applied))}`;
    const [applied] = groups.map((group) => group.applied);
    assert.is(states.length, 1, all);
    assert.is(isOld, states[0] !== "done", `${all}\n${text}`);
    for (const [unit, path] of Object.entries(reads)) {
      assert.not(world.failed.has(unit), `${unit} is dead: ${all}`);
      assert.is(world.inForce.get(unit), read(path), `${unit} has its file in force: ${all}`);
    }
    if (applied?.state === "rolled-back" || applied?.state === "skipped")
      assert.ok(applied.reason.length > 5, all);
    // Files that are back and services that are well are nothing a person must look at; a full disk is, and a program
    // without which nothing can be told any more.
    const mute = trouble?.way === "vanishes" && /-unit|systemd/.test(world.calls[trouble.nth - 1] ?? "");
    if (applied?.state === "rolled-back" && lines === undefined)
      assert.is(applied.unrestored.length > 0, mute, all);
    if (lines === undefined)
      assert.is(events.includes("group-done"), states[0] === "done", `the journal tells so: ${all}`);
  });
  await ended.catch((error: unknown) => {
    // Without its intent in the journal nothing is begun.
    const begun = lines === undefined || !String(error).includes("no space left");
    if (begun) throw error;
  });
  return seen;
}

const ways: readonly Way[] = ["hangs", "vanishes", "refuses", "dies", "deaf"];
let count = 0;

for (const kind of kinds)
  run(`something goes wrong with a change of ${kind.file}`, async () => {
    const whole = await tried(kind);
    assert.equal(whole.states, ["done"]);
    const outcomes = new Map<string, number>();
    for (let nth = 1; nth <= whole.calls.length; nth++)
      for (const way of ways) {
        const { states } = await tried(kind, { nth, way });
        outcomes.set(states.join(), (outcomes.get(states.join()) ?? 0) + 1);
        count += 1;
      }
    assert.ok((outcomes.get("rolled-back") ?? 0) > 0, "nothing was put back");
    for (let lines = 0; lines < 5; lines++) {
      await tried(kind, undefined, lines);
      count += 1;
    }
    console.log(`${kind.file}: ${[...outcomes].map(([state, times]) => `${times} ${state}`).join(", ")}`);
  });

run("there were enough cases", () => {
  assert.ok(count >= 70, `only ${count}`);
});

test.run();
