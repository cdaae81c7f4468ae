// The keys that log in as each account: the files AuthorizedKeysFile comes to, what they hold, who could change them.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { type AuthorizedKey, keySource, parseAuthorizedKeys } from "../formats/authorized-keys.js";
import type { Host, StatResult } from "../host/host.js";
import { type Accounts, accounts, type UserEntry } from "./accounts.js";
import type { FactSource } from "./source.js";
import { type Sshd, sshd } from "./sshd.js";

export type { AuthorizedKey } from "../formats/authorized-keys.js";

export interface KeyFile {
  readonly path: string;
  readonly user: UserEntry;
  /** The file itself, and the directory it lies in. */
  readonly state: StatResult;
  readonly folder: StatResult;
  readonly keys: readonly AuthorizedKey[];
  /** Lines sshd passes over. */
  readonly broken: readonly Source[];
  /** Why the keys could not be read; undefined where they were. */
  readonly unread: string | undefined;
  source(key: AuthorizedKey): Source;
}

export interface KeysOfAccounts {
  /** Files that exist, or that we could not look at; each once an account. */
  readonly files: readonly KeyFile[];
  /** Programs that give sshd keys besides: those cannot be seen. */
  readonly commands: readonly Source[];
}

/** The file that a word of AuthorizedKeysFile means for an account (sshd_config(5) TOKENS). */
export function keyFilePath(
  word: string,
  { name, uid, home }: Pick<UserEntry, "name" | "uid" | "home">,
): string {
  const tokens: Readonly<Record<string, string>> = { "%": "%", h: home, u: name, U: String(uid ?? "") };
  const path = word.replace(/%([%huU])/g, (all, letter: string) => tokens[letter] ?? all);
  return path.startsWith("/") ? path : `${home}/${path}`;
}

function pathsOf(config: Sshd, people: Accounts, user: UserEntry): readonly string[] {
  const groups = people.groupsOf(user.name);
  const words = config
    .every("AuthorizedKeysFile")
    .filter((setting) => setting.concerns(user.name, groups))
    .flatMap(({ value }) => value.split(" "))
    .filter((word) => word !== "" && word.toLowerCase() !== "none");
  return [...new Set(words.map((word) => keyFilePath(word, user)))];
}

async function keyFile(host: Host, path: string, user: UserEntry): Promise<KeyFile | undefined> {
  const read = await host.read(path);
  if (read.state === "absent") return undefined;
  const [state, folder] = await Promise.all([
    host.stat(path),
    host.stat(path.slice(0, path.lastIndexOf("/")) || "/"),
  ]);
  const text = read.state === "ok" ? read.text : "";
  const { keys, broken } = parseAuthorizedKeys(text);
  return {
    path,
    user,
    state,
    folder,
    keys,
    broken: broken.map(({ line, span }) => ({ file: path, line, span, text: "neither a key nor a comment" })),
    unread: read.state === "ok" ? undefined : read.reason,
    source: (key) => keySource(path, key),
  };
}

async function gatherKeys(host: Host, config: Sshd, people: Accounts): Promise<Fact<KeysOfAccounts>> {
  const seen = new Set<string>();
  const wanted = people.users.flatMap((user) =>
    pathsOf(config, people, user).flatMap((path) => {
      const key = `${user.name}\0${path}`;
      return seen.has(key) || !seen.add(key) ? [] : [{ path, user }];
    }),
  );
  const files = await Promise.all(wanted.map(({ path, user }) => keyFile(host, path, user)));
  const commands = config
    .every("AuthorizedKeysCommand")
    .filter(({ value }) => value !== "" && value.toLowerCase() !== "none")
    .map(({ source }) => source);
  return known({ files: files.filter((file) => file !== undefined), commands });
}

export const authorizedKeys: FactSource<KeysOfAccounts> = {
  title: "the authorized_keys files of every account in /etc/passwd, where AuthorizedKeysFile puts them",
  async gather(host, ask) {
    const [config, people] = await Promise.all([ask(sshd), ask(accounts)]);
    if (config.state !== "known") return config;
    if (people.state === "absent") return absent(people.reason);
    if (people.state !== "known") return failed(people.reason);
    return await gatherKeys(host, config.value, people.value);
  },
};
