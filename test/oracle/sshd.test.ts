// Do we read sshd_config as the installed sshd does? The same files to us and to `sshd -T`, value by value.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { wholeFile } from "../../src/core/source.js";
import { asker } from "../../src/engine/gather.js";
import { accounts } from "../../src/facts/accounts.js";
import { packages } from "../../src/facts/packages.js";
import { platform } from "../../src/facts/platform.js";
import { findBuild, type SshdBuild } from "../../src/facts/sshd/build.js";
import { parseCommandLine, type Word } from "../../src/facts/sshd/command-line.js";
import { keywordsOf } from "../../src/facts/sshd/keyword-names.js";
import { loadConfig } from "../../src/facts/sshd/load.js";
import type { Connection } from "../../src/facts/sshd/match.js";
import { resolve } from "../../src/facts/sshd/resolve.js";
import type { Host } from "../../src/host/host.js";
import { openHost } from "../../src/host/rooted.js";
import { type Dump, dumpOf, parseDump } from "../support/sshd-dump.js";
import { configuration, type Generated } from "../support/sshd-grammar.js";
import { type Bed, type Job, makeBed, type Said } from "../support/sshd-oracle.js";

const count = Number(process.env.NODEWARD_ORACLE_RUNS ?? 2000);
const seed = Number(process.env.NODEWARD_ORACLE_SEED ?? 20260101);

interface Asked {
  readonly id: string;
  readonly files: Generated;
  readonly who: Connection | undefined;
}

const connections: readonly Connection[] = [
  { user: "root", host: "a.example.org", address: "10.0.0.1", localAddress: "10.5.0.1", localPort: 22 },
  {
    user: "daemon",
    host: "host.EXAMPLE.org",
    address: "192.0.2.7",
    localAddress: "127.0.0.1",
    localPort: 2222,
  },
  { user: "nosuch", host: "10.0.0.7", address: "2001:db8::7", localAddress: "10.200.0.1", localPort: 22 },
];

function spec({ user, host, address, localAddress, localPort }: Connection): string {
  return `user=${user},host=${host},addr=${address},laddr=${localAddress},lport=${localPort}`;
}

interface Ours {
  readonly refusals: readonly string[];
  readonly dump: Dump;
}

class Subject {
  private constructor(
    private readonly bed: Bed,
    private readonly host: Host,
    readonly build: SshdBuild,
    private readonly groups: (user: string) => readonly string[] | undefined,
  ) {}

  static async open(bed: Bed): Promise<Subject> {
    const opened = openHost(bed.root, { now: () => 0, killGroup: () => {} });
    if (opened.state !== "ok") throw new Error(opened.reason);
    const ask = asker(opened.host);
    const [os, database, users] = await Promise.all([ask(platform), ask(packages), ask(accounts)]);
    const { build } = await findBuild(opened.host, database, os.state === "known" ? os.value : undefined);
    const groups = (user: string) =>
      users.state === "known" && users.value.user(user) !== undefined
        ? users.value.groupsOf(user)
        : undefined;
    return new Subject(bed, opened.host, build, groups);
  }

  async read({ id, who }: Asked): Promise<Ours> {
    const { build } = this;
    const main = `${this.bed.dir}/${id}/main`;
    const loaded = await loadConfig(this.host, main, build.version >= 807 ? "arguments" : "delimited");
    const around = {
      build,
      lookup: keywordsOf(build),
      home: (user?: string) => (user === undefined || user === "root" ? "/root" : undefined),
      service: (name: string) => (name === "ssh" ? 22 : undefined),
    };
    const word = (text: string): Word => ({ text, source: wholeFile("command line") });
    const resolved = resolve(loaded, around, parseCommandLine([word("-h"), word(this.bed.key)]));
    const groups = who?.user === undefined ? undefined : this.groups(who.user);
    const connection: Connection | undefined =
      who === undefined
        ? undefined
        : groups === undefined
          ? { ...who, invalidUser: true }
          : { ...who, groups };
    const options = resolved.forConnection(connection ?? {});
    return {
      refusals: [...resolved.refusals.map(({ message }) => message), ...resolved.unread],
      dump: resolved.refusals.length > 0 ? new Map() : dumpOf(resolved, options),
    };
  }
}

/** Where we differ and why; one that never happens is to be taken off the list. */
interface Known {
  readonly reason: string;
  readonly applies: (
    build: SshdBuild,
    name: string,
    ours: string | undefined,
    theirs: string | undefined,
  ) => boolean;
}

const known: readonly Known[] = [
  {
    reason: "sshd before 9.6 reads DebianBanner and does not print it",
    applies: ({ version }, name, _ours, theirs) =>
      name === "debianbanner" && theirs === undefined && version < 906,
  },
  {
    reason: "9.2 prints ChannelTimeout only where it is set",
    applies: ({ version }, name, ours, theirs) =>
      name === "channeltimeout" && version === 902 && ours === "none" && theirs === undefined,
  },
];

interface Difference {
  readonly id: string;
  readonly name: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

function compare(asked: Asked, ours: Ours, said: Said): readonly Difference[] {
  const refused = ours.refusals.length > 0;
  if (refused !== said.refused)
    return [
      {
        id: asked.id,
        name: "(accepted)",
        ours: refused ? ours.refusals.join("; ") : "yes",
        theirs: said.refused ? said.stderr.trim() : "yes",
      },
    ];
  if (refused) return [];
  const theirs = parseDump(said.stdout);
  return [...new Set([...ours.dump.keys(), ...theirs.keys()])].flatMap((name) => {
    const [mine, his] = [ours.dump.get(name)?.join("\n"), theirs.get(name)?.join("\n")];
    return mine === his ? [] : [{ id: asked.id, name, ours: mine, theirs: his }];
  });
}

async function differences(bed: Bed, subject: Subject, asked: readonly Asked[]) {
  for (const { id, files } of asked)
    for (const [name, text] of Object.entries(files)) bed.write(`${id}/${name}`, text);
  const jobs: readonly Job[] = asked.map(({ id, who }) => ({
    id,
    args: who === undefined ? [] : ["-C", spec(who)],
  }));
  const said = await bed.ask(jobs);
  const found: Difference[] = [];
  let accepted = 0;
  for (const one of asked) {
    const answer = said.get(one.id);
    if (answer === undefined) throw new Error(`no answer for ${one.id}`);
    if (!answer.refused) accepted++;
    found.push(...compare(one, await subject.read(one), answer));
  }
  const seen = new Set<Known>();
  const unexplained = found.filter(({ name, ours, theirs }) => {
    const reason = known.find(({ applies }) => applies(subject.build, name, ours, theirs));
    if (reason !== undefined) seen.add(reason);
    return reason === undefined;
  });
  return { unexplained, seen, accepted };
}

function show({ id, name, ours, theirs }: Difference, asked: readonly Asked[]): string {
  const files = asked.find((one) => one.id === id)?.files ?? {};
  const texts = Object.entries(files).map(([file, text]) => `--- ${file}\n${JSON.stringify(text)}`);
  return `${id} ${name}\n  ours:   ${ours}\n  theirs: ${theirs}\n${texts.join("\n")}`;
}

const bed = makeBed();

if (typeof bed === "string") {
  test(`SKIPPED ${bed}`, () => console.log(`SKIPPED sshd oracle: ${bed}`));
} else {
  test.after(() => bed.close());

  test(`${count} random configurations are read as sshd reads them`, async () => {
    const subject = await Subject.open(bed);
    assert.ok(subject.build.known, "the version of the installed sshd is known");
    const versions = { numRuns: count, seed };
    const asked = Array.from({ length: count }, (_, index) => `r${index}`).map((id, index) => {
      const [files = {}] = fc.sample(configuration(`${bed.dir}/${id}`, subject.build.version), {
        numRuns: 1,
        seed: versions.seed + index,
      });
      const who = connections[index % (connections.length + 1)];
      const named = Object.values(files).some((text) => /localport/i.test(text));
      return { id, files, who: who ?? (named ? connections[0] : undefined) };
    });
    const { unexplained, seen, accepted } = await differences(bed, subject, asked);
    console.log(`${accepted} of ${count} accepted, ${unexplained.length} unexplained differences`);
    assert.equal(
      unexplained
        .slice(0, 20)
        .map((one) => show(one, asked))
        .join("\n\n"),
      "",
    );
    assert.ok(accepted > count / 4, "enough configurations are accepted to compare values");
    const vanished = known.filter((one) => !seen.has(one)).map(({ reason }) => reason);
    if (subject.build.version === 902) assert.equal(vanished, [], "known differences that are gone");
  });
}

test.run();
