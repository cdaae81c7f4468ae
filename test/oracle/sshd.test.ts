// Do we read sshd_config as the installed sshd does? The same files to us and to `sshd -T`, value by value; and do our
// repairs win there?
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SshdBuild } from "../../src/facts/sshd/build.js";
import type { Connection } from "../../src/facts/sshd/match.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { applied } from "../support/check.js";
import { type Case, corpus } from "../support/sshd-corpus.js";
import { type Asked, type Difference, type Known, known } from "../support/sshd-differences.js";
import { parseDump } from "../support/sshd-dump.js";
import { configuration } from "../support/sshd-grammar.js";
import { blocksAndIncludes } from "../support/sshd-grammar-blocks.js";
import { type Bed, makeBed, type Said } from "../support/sshd-oracle.js";
import { type Machine, machineOf, type Ours, readOurs } from "../support/sshd-subject.js";

const count = Number(process.env.NODEWARD_ORACLE_RUNS ?? 2000);
const seed = Number(process.env.NODEWARD_ORACLE_SEED ?? 20_260_101);

const connections: readonly Connection[] = [
  { user: "root", host: "a.example.org", address: "10.0.0.1", localAddress: "10.5.0.1", localPort: 22 },
  {
    user: "daemon",
    host: "host.EXAMPLE.org",
    address: "192.0.2.7",
    localAddress: "127.0.0.1",
    localPort: 2222,
  },
  {
    user: "nosuch",
    host: "10.0.0.7",
    address: "2001:db8::7",
    localAddress: "10.200.0.1",
    localPort: 22,
  },
];

function spec(who: Connection | undefined): readonly string[] {
  if (who === undefined) return [];
  const { user, host, address, localAddress, localPort } = who;
  return ["-C", `user=${user},host=${host},addr=${address},laddr=${localAddress},lport=${localPort}`];
}

/** Without a port sshd -T refuses to look at LocalPort at all. */
function whoFor(files: MemoryFiles, index: number): Connection | undefined {
  const who = connections[index % (connections.length + 1)];
  const named = Object.values(files).some((text) => typeof text === "string" && /localport/i.test(text));
  return who ?? (named ? connections[0] : undefined);
}

/** sshd -T of 9.5 to 10.2 crashes over a Subsystem that only a Match block has; sshd itself starts. */
function crashed({ code, stderr }: Said): boolean {
  return code === 139 || stderr.trim() === "Segmentation fault";
}

/** A few are left out; more would leave things unasked. */
function tellCrashes(crashes: number, all: number): void {
  if (crashes > 0) console.log(`left out: sshd -T crashed over ${crashes} of ${all} configurations`);
  assert.ok(crashes <= Math.max(3, all / 50), `sshd -T crashed over ${crashes} of ${all} configurations`);
}

function compare(asked: Asked, ours: Ours, said: Said): readonly Difference[] {
  const refused = ours.refusals.length > 0;
  if (refused !== said.refused) {
    const mine = refused ? ours.refusals.join("; ") : "yes";
    return [{ asked, name: "(accepted)", ours: mine, theirs: said.refused ? said.stderr.trim() : "yes" }];
  }
  const theirs = refused ? new Map<string, readonly string[]>() : parseDump(said.stdout);
  return [...new Set([...ours.dump.keys(), ...theirs.keys()])].flatMap((name) => {
    const [mine, his] = [ours.dump.get(name)?.join("\n"), theirs.get(name)?.join("\n")];
    return mine === his ? [] : [{ asked, name, ours: mine, theirs: his }];
  });
}

const seen = new Set<Known>();

async function differences(bed: Bed, machine: Machine, asked: readonly Asked[]) {
  const said = await bed.ask(asked.map(({ id, files, who }) => ({ id, files, args: spec(who) })));
  const found: Difference[] = [];
  let accepted = 0;
  let crashes = 0;
  for (const one of asked) {
    const answer = said.get(one.id);
    if (answer === undefined) throw new Error(`no answer for ${one.id}`);
    if (crashed(answer)) {
      crashes++;
      continue;
    }
    if (!answer.refused) accepted++;
    found.push(...compare(one, await readOurs(machine, one.files, one.who, bed.key), answer));
  }
  tellCrashes(crashes, asked.length);
  const unexplained = found.filter((difference) => {
    const reason = known.find(({ applies }) => applies(machine.build, difference));
    if (reason !== undefined) seen.add(reason);
    return reason === undefined;
  });
  return { unexplained, accepted };
}

function show({ asked, name, ours, theirs }: Difference): string {
  const texts = Object.entries(asked.files).map(([file, text]) => `--- ${file}\n${JSON.stringify(text)}`);
  return `${asked.id} ${name} ${spec(asked.who).join(" ")}\n  ours:   ${ours}\n  theirs: ${theirs}\n${texts.join("\n")}`;
}

function report(unexplained: readonly Difference[]): string {
  return unexplained.slice(0, 20).map(show).join("\n\n");
}

function generated(build: SshdBuild, runs: number, from: number): readonly MemoryFiles[] {
  return Array.from({ length: runs }, (_, index) => {
    const [files = {}] = fc.sample(configuration(build.version), { numRuns: 1, seed: from + index });
    return files;
  });
}

/** Keywords that are set for everybody and every Match block, and what to. */
const repairs: readonly (readonly [keyword: string, value: string])[] = [
  ["PermitRootLogin", "no"],
  ["PasswordAuthentication", "no"],
  ["MaxAuthTries", "4"],
  ["LoginGraceTime", "60"],
  ["MaxStartups", "10:30:60"],
  ["Ciphers", "aes256-ctr,aes128-ctr"],
  ["LogLevel", "VERBOSE"],
];

interface Repaired {
  readonly files: MemoryFiles;
  /** What is set now for everybody: some things cannot be without keeping sshd from starting. */
  readonly done: readonly (readonly [keyword: string, value: string])[];
}

async function repaired(bed: Bed, machine: Machine, files: MemoryFiles): Promise<Repaired> {
  const ours = await readOurs(machine, files, undefined, bed.key);
  const wanted = repairs.map(([keyword, value]) => {
    const wrong = ours.every(keyword).filter((setting) => setting.value !== value);
    return { keyword, value, steps: wrong.map((setting) => setting.set(value)) };
  });
  const whole = wanted.filter(({ steps }) => steps.every((each) => each.length > 0));
  return {
    files: applied(
      files,
      whole.flatMap(({ steps }) => steps.flat()),
    ),
    done: whole.map(({ keyword, value }) => [keyword, value]),
  };
}

const bed = makeBed();

if (typeof bed === "string") {
  test(`SKIPPED ${bed}`, () => console.log(`SKIPPED sshd: ${bed}`));
} else {
  test.after(() => bed.close());

  test("the corpus is read as sshd reads it", async () => {
    const machine = await machineOf(bed.root);
    const applicable = corpus.filter(({ since = 0 }: Case) => machine.build.version >= since);
    const asked = applicable.flatMap(({ files }, index) => {
      const matches = Object.values(files).some((text) => typeof text === "string" && /match/i.test(text));
      return (matches ? [undefined, ...connections] : [undefined]).map((who, part) => ({
        id: `c${index}-${part}`,
        files,
        who: who ?? whoFor(files, connections.length),
      }));
    });
    const { unexplained, accepted } = await differences(bed, machine, asked);
    assert.is(report(unexplained), "");
    assert.ok(accepted > asked.length / 4);
  });

  test(`${count} random configurations are read as sshd reads them`, async () => {
    const machine = await machineOf(bed.root);
    assert.ok(machine.build.known, "the version of the installed sshd is known");
    const asked = generated(machine.build, count, seed).map((files, index) => ({
      id: `r${index}`,
      files,
      who: whoFor(files, index),
    }));
    const { unexplained, accepted } = await differences(bed, machine, asked);
    assert.is(report(unexplained), "");
    assert.ok(accepted > count / 4, `only ${accepted} were accepted`);
    const { version } = machine.build;
    const vanished = known.filter((one) => one.version === version && !seen.has(one));
    assert.equal(
      vanished.map(({ reason }) => reason),
      [],
      "known differences that are gone",
    );
  });

  const few = Math.ceil(count / 4);
  test(`${few} configurations of blocks and includes are read as sshd reads them`, async () => {
    const machine = await machineOf(bed.root);
    if (machine.build.version < 804)
      return console.log("SKIPPED sshd: relative Includes are of 8.4 and later");
    const asked = fc.sample(blocksAndIncludes, { numRuns: few, seed }).map((files, index) => ({
      id: `b${index}`,
      files,
      who: whoFor(files, index),
    }));
    const { unexplained, accepted } = await differences(bed, machine, asked);
    assert.is(report(unexplained), "");
    assert.ok(accepted > few / 5, `only ${accepted} were accepted`);
  });

  test("what our repairs set is what sshd reads, for everybody", async () => {
    const machine = await machineOf(bed.root);
    const before = generated(machine.build, Math.ceil(count / 8), seed + count);
    const good: (Asked & Pick<Repaired, "done">)[] = [];
    for (const [index, files] of before.entries()) {
      if ((await readOurs(machine, files, undefined, bed.key)).refusals.length > 0) continue;
      const { done, files: after } = await repaired(bed, machine, files);
      for (const [part, who] of connections.entries())
        good.push({ id: `f${index}-${part}`, files: after, who, done });
    }
    const said = await bed.ask(good.map(({ id, files, who }) => ({ id, files, args: spec(who) })));
    const whole = good.filter(({ id }) => {
      const answer = said.get(id);
      return answer === undefined || !crashed(answer);
    });
    tellCrashes(good.length - whole.length, good.length);
    const wrong = whole.flatMap((asked) => {
      const answer = said.get(asked.id);
      const dump = parseDump(answer?.stdout ?? "");
      if (answer?.refused !== false)
        return [{ asked, name: "(accepted)", ours: "yes", theirs: answer?.stderr }];
      return asked.done.flatMap(([keyword, value]) => {
        const theirs = dump.get(keyword.toLowerCase())?.join("\n");
        return theirs === value ? [] : [{ asked, name: keyword, ours: value, theirs }];
      });
    });
    const offered = good.reduce((sum, { done }) => sum + done.length, 0);
    assert.ok(offered > good.length * (repairs.length - 1), "repairs are offered nearly always");
    assert.is(report(wrong), "");
    assert.ok(good.length > count / 20);
  });
}

test.run();
