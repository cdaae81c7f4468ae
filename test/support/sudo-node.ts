// A Debian node with sudo: its program, its package, accounts, the sudoers files of a case, and what sudo says there.
import { asker } from "../../src/engine/gather.js";
import { rootWays } from "../../src/facts/sudo-access.js";
import { type Sudoers, sudoers } from "../../src/facts/sudoers.js";
import { personOf } from "../../src/facts/sudoers-match.js";
import { type MemoryFiles, type MemoryNode, memoryHost } from "../../src/host/memory.js";
import type { Case } from "./check.js";
import { decide } from "./sudo-decision.js";

const passwd = `root:x:0:0:root:/root:/bin/bash
alice:x:1001:1001::/home/alice:/bin/bash
bob:x:1002:1002::/home/bob:/bin/bash
carol:x:1003:27::/home/carol:/bin/bash
toor:x:0:0::/root:/bin/bash
postgres:x:105:105::/var/lib/postgresql:/bin/bash
`;
const group = "root:x:0:\nsudo:x:27:\nops:x:2000:alice\nalice:x:1001:\nbob:x:1002:\npostgres:x:105:\n";

export function dpkg(...packages: readonly (readonly [string, string])[]): string {
  return packages
    .map(
      ([name, version]) =>
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    )
    .join("\n");
}

/** The node with other packages in place of Debian 12's sudo. */
export function sudoNode(version: string, sudoers: string | MemoryFiles): MemoryFiles {
  const files = typeof sudoers === "string" ? { "/etc/sudoers": { text: sudoers, mode: 0o440 } } : sudoers;
  return {
    "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
    "/etc/hostname": "node1\n",
    "/etc/passwd": passwd,
    "/etc/group": group,
    "/usr/bin/sudo": { text: "", mode: 0o4755 },
    "/var/lib/dpkg/status": dpkg(["base-files", "12.4"], ["sudo", version]),
    ...files,
  };
}

/** Debian 12's sudo with these rules. */
export function withSudoers(sudoers: string | MemoryFiles): MemoryFiles {
  return sudoNode("1.9.13p3-1+deb12u4", sudoers);
}

export function file(text: string, more: MemoryNode = {}): MemoryNode {
  return { text, mode: 0o440, ...more };
}

/** Cases in which no check of sudo's rules can judge, and those in which there is nothing to judge. */
export const noJudgement: { readonly errors: readonly Case[]; readonly notApplicable: readonly Case[] } = {
  errors: [
    { name: "sudoers may not be read", files: withSudoers({ "/etc/sudoers": { error: "denied" } }) },
    { name: "sudoers is a directory", files: withSudoers({ "/etc/sudoers": { kind: "directory" } }) },
    {
      name: "an included file may not be read",
      files: withSudoers({
        "/etc/sudoers": file("@includedir /etc/sudoers.d\n"),
        "/etc/sudoers.d": { kind: "directory", mode: 0o750 },
        "/etc/sudoers.d/x": { error: "denied" },
      }),
    },
  ],
  notApplicable: [
    {
      name: "sudo is not installed and its file left over",
      files: {
        "/etc/sudoers": "alice ALL=(ALL) NOPASSWD: ALL\n",
        "/var/lib/dpkg/status": dpkg(["base-files", "12.4"]),
      },
    },
    { name: "sudo has no sudoers", files: withSudoers({}) },
  ],
};

export const sudoNow = Date.UTC(2026, 0, 1);

export async function resolvedSudoers(files: MemoryFiles): Promise<Sudoers> {
  const fact = await asker(memoryHost(files))(sudoers);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

export function personIn(rules: Sudoers, name: string) {
  const user = rules.matching.accounts?.user(name);
  if (user === undefined) throw new Error(`no user ${name}`);
  return personOf(user);
}

/** `allow none`, `deny own`, `none`: what sudo says to a user who wants to run a command as another. */
export function sudoSays(rules: Sudoers, name: string, command: string, as = "root"): string {
  const [path = "", ...args] = command.split(" ");
  const { says, password, sure } = decide(rules, {
    person: personIn(rules, name),
    target: personIn(rules, as),
    path,
    args: args.length === 0 ? undefined : args.join(" "),
    now: sudoNow,
  });
  return `${says}${says === "allow" ? ` ${password}` : ""}${sure ? "" : " perhaps"}`;
}

export function waysOf(rules: Sudoers, name: string): readonly string[] {
  return rootWays(rules, personIn(rules, name)).map(
    ({ program, password, sure }) => `${program} ${password}${sure ? "" : " perhaps"}`,
  );
}

export const rulesOf = (text: string) => resolvedSudoers(withSudoers(text));
