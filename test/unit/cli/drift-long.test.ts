// Many looks in a world where the disk fills up, the clock jumps, the process dies and the webhook is away for long: every change
// is told, and none twice.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles } from "../../../src/host/memory.js";
import { noon, runIn } from "../../support/context.js";
import { stateOnly } from "../../support/state-only.js";

const config = "/etc/ssh/sshd_config";
const hour = 3_600_000;
const site = `drift:
  notify:
    - webhook: {url: 'https://hook.example/x'}
`;

/** Numbers that look like chance, and are the same at every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Told {
  readonly before: string;
  readonly after: string;
}

class World {
  private readonly machine = stateOnly();
  readonly state = this.machine.state;
  /** By the name of the delivery: a receiver knows by it what it got twice. */
  readonly told = new Map<string, string>();
  content = 0;
  now = noon;
  up = true;
  /** Files that are still written before the disk is full. */
  room = Number.POSITIVE_INFINITY;
  /** Changes of the state directory that are still made before the process dies. */
  life = Number.POSITIVE_INFINITY;

  constructor() {
    const put = this.state.put.bind(this.state);
    const remove = this.state.remove.bind(this.state);
    const alive = () => {
      this.life -= 1;
      if (this.life < 0) throw new Error("killed");
    };
    this.state.put = (name, bytes) => {
      alive();
      this.room -= 1;
      if (this.room < 0) return { state: "refused", path: name, reason: `${name}: no space left` };
      return put(name, bytes);
    };
    this.state.remove = (name) => {
      alive();
      return remove(name);
    };
  }

  async look(): Promise<number> {
    const files: MemoryFiles = {
      "/etc/os-release": "ID=debian\n",
      "/etc/hostname": "n1\n",
      "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
      "/etc/nodeward/nodeward.yaml": site,
      // Every content has a length of its own: what has the same time and size is not read again.
      [config]: `Port 22\n${"#".repeat(this.content)}\n`,
    };
    const failed = { state: "failed" as const, reason: "away" };
    const { code } = await runIn(["drift", "--only", "sshd.permit-root-login"], {
      files,
      uid: 0,
      now: this.now,
      hands: {
        openWriter: () => ({ state: "ok", writer: this.machine.writer }),
        send: {
          pipe: async () => failed,
          pipeOutside: async () => failed,
          journal: async () => failed,
          syslog: async () => failed,
          api: async () => failed,
          post: async (_url, body, _key, id) => {
            if (!this.up) return failed;
            assert.is(this.told.get(id) ?? body, body, "what is told again is the same");
            this.told.set(id, body);
            return { state: "ok" };
          },
        },
      },
    });
    return code;
  }

  /** When the look was taken that the next one compares with. */
  keptAt(): number {
    return Date.parse(JSON.parse(this.state.files.get("last.json")?.toString() ?? "{}").takenAt);
  }

  transitions(): readonly Told[] {
    return [...this.told.values()].flatMap((body) => {
      const [drift] = JSON.parse(body).drifts;
      return drift.changes
        .filter(({ key }: { readonly key: string }) => key === config)
        .map(
          ({
            before,
            after,
          }: {
            readonly before: { sha256: string };
            readonly after: { sha256: string };
          }) => ({
            before: before.sha256,
            after: after.sha256,
          }),
        );
    });
  }
}

async function live(seed: number, looks: number): Promise<World> {
  const random = chance(seed);
  const world = new World();
  await world.look();
  let [away, kept, newest] = [0, 0, 0];
  for (let count = 0; count < looks; count++) {
    // What no look has kept may be put back before the next one sees it.
    if (world.content !== kept && random(2) === 0) world.content = kept;
    else if (random(3) > 0) world.content = newest += 1;
    // As often away as not, for many looks in a row.
    away = away > 0 ? away - 1 : random(8) === 0 ? random(12) : 0;
    world.up = away === 0;
    world.room = random(4) === 0 ? random(4) : Number.POSITIVE_INFINITY;
    world.life = random(4) === 0 ? random(6) : Number.POSITIVE_INFINITY;
    const jump = random(12);
    world.now += jump === 0 ? -40 * 24 * hour : jump === 1 ? 90 * 24 * hour : hour + random(1000);
    await world.look();
    if (world.keptAt() === world.now) kept = world.content;
  }
  Object.assign(world, { up: true, room: Number.POSITIVE_INFINITY, life: Number.POSITIVE_INFINITY });
  for (const _ of [1, 2]) {
    world.now += hour;
    await world.look();
  }
  return world;
}

for (const seed of [1, 2])
  test(`life ${seed}: the changes that were told lead from the first state to the last, each once`, async () => {
    const world = await live(seed, 30);
    const told = world.transitions();
    const by = new Map(told.map((one) => [one.before, one.after]));
    assert.is(by.size, told.length, "no state is left twice");
    const starts = told.filter(({ before }) => !told.some(({ after }) => after === before));
    assert.is(starts.length, 1, "no change between is missing");
    let [at, steps] = [starts[0]?.before ?? "", 0];
    for (let next = by.get(at); next !== undefined; next = by.get(at)) [at, steps] = [next, steps + 1];
    assert.is(steps, told.length);
    const kept = JSON.parse(world.state.files.get("last.json")?.toString() ?? "");
    const [thing] = kept.things.filter(({ key }: { readonly key: string }) => key === config);
    assert.is(at, thing.fields.sha256, "the last that was told is how it is");
    assert.equal(world.state.list("spool"), []);
  });

test.run();
