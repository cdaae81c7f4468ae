// What login shells are told before their user types: /etc/profile and its like, and root's own. As far as plain lines say.
import { absent, type Fact, known } from "../core/fact.js";
import { parseShellProfile, type ShellProfile, type ShellSetting } from "../formats/shell-profile.js";
import type { Host, Read } from "../host/host.js";
import { accounts } from "./accounts.js";
import { dropIns } from "./drop-in-files.js";
import type { FactSource } from "./source.js";

export type { ShellSetting } from "../formats/shell-profile.js";

export interface ProfileFile extends ShellProfile {
  readonly path: string;
}

export interface ShellProfiles {
  /** Of everybody, in the order in which a login shell reads them. */
  readonly everybody: readonly ProfileFile[];
  /** Root's own. */
  readonly root: readonly ProfileFile[];
  readonly unread: readonly string[];
  /** Settings of one name in these files, in order. */
  settings(name: string, files: readonly ProfileFile[]): readonly ShellSetting[];
}

const before = ["/etc/environment", "/etc/profile"];
const after = ["/etc/bash.bashrc", "/etc/bashrc", "/etc/zsh/zshenv", "/etc/zsh/zprofile"];
const own = [".bash_profile", ".bash_login", ".profile", ".bashrc"];

function profileOf(read: Read): readonly ProfileFile[] {
  return read.state === "ok" ? [{ path: read.path, ...parseShellProfile(read.path, read.text) }] : [];
}

function unreadOf(reads: readonly Read[]): readonly string[] {
  return reads.flatMap((read) => (read.state === "ok" || read.state === "absent" ? [] : [read.reason]));
}

async function readAll(host: Host, paths: readonly string[]): Promise<readonly Read[]> {
  return await Promise.all(paths.map((path) => host.read(path)));
}

export const shellProfiles: FactSource<ShellProfiles> = {
  title: "what login shells read first (/etc/profile, /etc/profile.d, /etc/bash.bashrc, root's own)",
  async gather(host, ask): Promise<Fact<ShellProfiles>> {
    const users = await ask(accounts);
    const home = users.state === "known" ? (users.value.user("root")?.home ?? "/root") : "/root";
    const [first, folder, last, roots] = await Promise.all([
      readAll(host, before),
      dropIns(host, {
        directories: ["/etc/profile.d"],
        accepts: (name) => name.endsWith(".sh"),
        directoriesHide: false,
      }),
      readAll(host, after),
      readAll(
        host,
        own.map((name) => `${home === "/" ? "" : home}/${name}`),
      ),
    ]);
    const parts = folder.files.flatMap(({ read }) => (read === undefined ? [] : [read]));
    const everybody = [...first, ...parts, ...last].flatMap(profileOf);
    const root = roots.flatMap(profileOf);
    const unread = [...unreadOf([...first, ...last, ...roots]), ...folder.unread];
    if (everybody.length + root.length + unread.length === 0)
      return absent("no login shell's files (/etc/profile) on this node");
    return known({
      everybody,
      root,
      unread,
      settings: (name, files) => files.flatMap(({ settings }) => settings.filter((one) => one.name === name)),
    });
  },
};
