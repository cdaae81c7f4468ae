// A configuration read by us, with the version and the accounts of the machine (or root directory) that sshd is of.
import { wholeFile } from "../../src/core/source.js";
import { asker } from "../../src/engine/gather.js";
import { type Accounts, accounts } from "../../src/facts/accounts.js";
import { packages } from "../../src/facts/packages.js";
import { platform } from "../../src/facts/platform.js";
import { findBuild, type SshdBuild } from "../../src/facts/sshd/build.js";
import { parseCommandLine } from "../../src/facts/sshd/command-line.js";
import { keywordsOf } from "../../src/facts/sshd/keyword-names.js";
import { loadConfig } from "../../src/facts/sshd/load.js";
import type { Connection } from "../../src/facts/sshd/match.js";
import { resolve } from "../../src/facts/sshd/resolve.js";
import { everySetting, type Setting, type Subject } from "../../src/facts/sshd/settings.js";
import { type MemoryFiles, memoryHost } from "../../src/host/memory.js";
import { openHost } from "../../src/host/rooted.js";
import { type Dump, dumpOf } from "./sshd-dump.js";
import { main } from "./sshd-grammar.js";

export interface Ours {
  /** Why we say that sshd does not start, or that we cannot tell. */
  readonly refusals: readonly string[];
  readonly dump: Dump;
  every(keyword: string): readonly Setting[];
}

export interface Machine {
  readonly build: SshdBuild;
  readonly people: Accounts | undefined;
}

export async function machineOf(root: string): Promise<Machine> {
  const opened = openHost(root, { now: () => 0, killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const ask = asker(opened.host);
  const [os, database, users] = await Promise.all([ask(platform), ask(packages), ask(accounts)]);
  const { build } = await findBuild(opened.host, database, os.state === "known" ? os.value : undefined);
  await opened.host.close();
  return { build, people: users.state === "known" ? users.value : undefined };
}

/** `key`: the host key that sshd is given with -h. */
export async function readOurs(
  { build, people }: Machine,
  files: MemoryFiles,
  who: Connection | undefined,
  key: string,
): Promise<Ours> {
  const around = {
    build,
    lookup: keywordsOf(build),
    home: (user?: string) => people?.user(user ?? "root")?.home,
    service: (name: string) => (name === "ssh" ? 22 : undefined),
  };
  const loaded = await loadConfig(
    memoryHost({ "/dev/null": { kind: "character" }, ...files }),
    main,
    build.version,
  );
  const source = wholeFile("the command line");
  const command = parseCommandLine([
    { text: "-h", source },
    { text: key, source },
  ]);
  const resolved = resolve(loaded, around, command);
  const subject: Subject = { loaded, around, command, resolved };
  const known = who?.user !== undefined && people?.user(who.user) !== undefined;
  // sshd -T takes every user for a valid one.
  const groups = known ? { groups: people.groupsOf(who.user) } : {};
  // Before 8.0 sshd -T without -C left out even blocks for all.
  const blank = build.version < 800 ? resolved.global : resolved.forConnection({});
  const options = who === undefined ? blank : resolved.forConnection({ ...who, ...groups });
  return {
    refusals: [...resolved.refusals.map(({ message }) => message), ...resolved.unread],
    dump: resolved.refusals.length > 0 ? new Map() : dumpOf(resolved, options),
    every: (keyword) => everySetting(subject, keyword),
  };
}
