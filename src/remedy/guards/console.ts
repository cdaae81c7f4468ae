// What is left on the console and to programs that look at others: shells that may log in, terminals of root, processes
// that an agent may see.
import type { Fact } from "../../core/fact.js";
import type { Left } from "../../core/plan.js";
import { listing, printable } from "../../core/printable.js";
import { type Accounts, accounts } from "../../facts/accounts.js";
import { passwordWorks } from "../../facts/login-account.js";
import { type LoginShell, loginShells } from "../../facts/login-shells.js";
import { type People, people } from "../../facts/people.js";
import { type Processes, processes } from "../../facts/processes.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

interface Shells {
  readonly shells: Fact<readonly LoginShell[]>;
  readonly people: Fact<People>;
}

function shellsJudged({ group, before, after }: Compared<Shells>): readonly Left[] {
  if (before.shells.state !== "known" || after.people.state !== "known") return [];
  const listed = new Set(after.shells.state === "known" ? after.shells.value.map(({ shell }) => shell) : []);
  const gone = new Set(before.shells.value.map(({ shell }) => shell).filter((shell) => !listed.has(shell)));
  const users = after.people.value.people.filter(({ shell }) => gone.has(shell));
  if (users.length === 0) return [];
  return left(
    concerned(group, ["accounts.nologin-shells"]),
    "refuse",
    `the shell of ${listing(
      users.map(({ name, shell }) => `${name} (${shell})`),
      3,
    )} would no longer be among /etc/shells, and programs that ask there would let nobody in with it`,
    "give these accounts another shell first: `chsh -s /bin/bash NAME`",
  );
}

export const listedShells = defineGuard<Shells>({
  title: "Shells of people stay among /etc/shells",
  groups: ["accounts", "other"],
  async gather(ask) {
    const [shells, all] = await Promise.all([ask(loginShells), ask(people)]);
    return { shells, people: all };
  },
  judge: shellsJudged,
});

function terminals(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== ""),
  );
}

/** pam_securetty(8): root logs in on the terminals that the file names; without a file on all. */
export const rootTerminals = defineGuard<Fact<Accounts>>({
  title: "Root's password still opens the console where it is what opens it",
  groups: ["accounts", "other"],
  gather: (ask) => ask(accounts),
  judge({ group, after }) {
    const change = group.files.find(({ path }) => path === "/etc/securetty");
    if (change === undefined || change.wanted.state !== "file" || after.state !== "known") return [];
    const root = after.value.user("root");
    const named = terminals(change.wanted.content);
    const usable = ["console", "tty1", "ttyS0", "hvc0"].some((name) => named.has(name));
    if (usable || root === undefined || !passwordWorks(after.value, root)) return [];
    return left(
      change.checks,
      "defer",
      "root could log in on no console: /etc/securetty would name neither console, tty1, ttyS0 nor hvc0",
      "see that another account can log in on the console and become root, and write the file by hand",
    );
  },
});

/** Agents that look at the processes of others without being root (proc(5) hidepid). */
const watchers = [
  "polkitd",
  "node_exporter",
  "node-exporter",
  "datadog-agent",
  "agent",
  "zabbix_agentd",
  "telegraf",
  "netdata",
];

interface Watched {
  readonly processes: Fact<Processes>;
}

export const processView = defineGuard<Watched>({
  title: "Programs that need to see others' processes go on to see them",
  groups: ["mounts"],
  gather: async (ask) => ({ processes: await ask(processes) }),
  judge({ group, before }) {
    const texts = [
      ...group.live.filter(({ action }) => action === "remount").map(({ args }) => args.join(" ")),
      ...group.files.flatMap(({ wanted }) => (wanted.state === "file" ? [wanted.content] : [])),
    ];
    const hides = texts.some(
      (text) => /hidepid=(?:[124]|noaccess|invisible|ptraceable)/.test(text) && !/[ ,]gid=\d/.test(text),
    );
    const { processes: fact } = before;
    if (!hides || !group.checks.some((id) => id.startsWith("files.hidepid")) || fact.state !== "known")
      return [];
    const blind = watchers.flatMap((name) => fact.value.named(name)).filter(({ euid }) => euid !== 0);
    if (blind.length === 0) return [];
    const names = [...new Set(blind.map(({ comm, euid }) => `${printable(comm)} (user ${euid})`))];
    return left(
      concerned(group, ["files.hidepid"]),
      "defer",
      `${listing(names, 3)} would see no other processes with hidepid`,
      "give their group with gid= in the options of /proc in /etc/fstab, and run this again",
    );
  },
});
