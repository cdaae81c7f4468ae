// The homes in which credentials may lie: those of people, and those of services that keep more than their data there.
// Homes that are shared or a directory of the system are none.
import { type Fact, known } from "../core/fact.js";
import type { Host, StatResult } from "../host/host.js";
import { accounts, type UserEntry } from "./accounts.js";
import { isNisLine, people } from "./people.js";
import type { Ask } from "./source.js";

export type SecretHome = Pick<UserEntry, "name" | "home">;

export interface SecretHomes {
  readonly homes: readonly SecretHome[];
  /** One reason a home that may not be searched. */
  readonly unread: readonly string[];
}

/** Where homes of people and of services lie that keep more than data there: CI runners, deployment tools. */
const ofHomes = /^\/(?:home|opt|srv|var\/lib)\/./;

/** One home can be named in two ways. */
function firstOfEach<T extends { readonly state: StatResult }>(looked: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return looked.filter(({ state }) => {
    const key = state.state === "ok" ? state.realPath : state.path;
    return !seen.has(key) && seen.add(key);
  });
}

/** Homes that exist, each once. */
export async function secretHomes(host: Host, ask: Ask): Promise<Fact<SecretHomes>> {
  const [all, persons] = await Promise.all([ask(accounts), ask(people)]);
  if (all.state === "error") return all;
  if (persons.state === "error") return persons;
  if (all.state === "absent" || persons.state === "absent") return known({ homes: [], unread: [] });
  const owners = [
    ...persons.value.people.filter(({ home }) => home.startsWith("/") && home !== "/"),
    ...all.value.users.filter((user) => !isNisLine(user) && ofHomes.test(user.home)),
  ];
  const byHome = new Map<string, string>();
  for (const { name, home } of owners) {
    const path = home.replace(/\/+$/, "");
    if (!byHome.has(path)) byHome.set(path, name);
  }
  const looked = await Promise.all(
    [...byHome]
      .filter(([home]) => home !== "")
      .map(async ([home, name]) => ({
        name,
        home,
        state: await host.stat(home),
        inside: await host.stat(`${home}/.ssh`),
      })),
  );
  const there = firstOfEach(looked.filter(({ state }) => state.state !== "absent"));
  return known({
    homes: there.filter(({ inside }) => inside.state === "ok" || inside.state === "absent"),
    unread: there.flatMap(({ inside }) =>
      inside.state === "ok" || inside.state === "absent" ? [] : [inside.reason],
    ),
  });
}
