// The directories that root's shell searches for programs, by every line that sets PATH for it, and who can write there.
import { type Fact, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import { place, type Source } from "../core/source.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import { loginDefs } from "./login-defs.js";
import { type PathTrust, pathTrust } from "./path-trust.js";
import { type ShellSetting, shellProfiles } from "./shell-profiles.js";
import type { FactSource } from "./source.js";

export interface PathPart {
  /** As root's shell takes it; empty and relative ones mean the current directory. */
  readonly directory: string;
  readonly source: Source;
  /** Set under a condition that only the shell can decide. */
  readonly conditional: boolean;
  /** Who besides root can write there; undefined for what is no absolute path. */
  readonly trust: PathTrust | undefined;
}

export interface RootPath {
  readonly parts: readonly PathPart[];
  /** Lines whose value only the shell knows. */
  readonly unclear: readonly string[];
  readonly unread: readonly string[];
}

interface Written {
  readonly value: string;
  readonly source: Source;
  readonly conditional: boolean;
}

/** Directories judged; a PATH has a dozen. */
const partLimit = 500;

type Split = { readonly directories: readonly string[]; readonly unclear: boolean };

/** Splits a value, the PATH before it and root's home put in; what else is expanded stays unclear. */
function split(value: string, home: string): Split {
  const plain = value
    .replace(/["']/g, "")
    .replace(/\$\{HOME\}|\$HOME(?!\w)/g, home)
    // Stands for directories judged where they are set.
    .replace(/\$\{PATH\}|\$PATH(?!\w)/g, "\0");
  if (plain === "\0") return { directories: [], unclear: false };
  // A colon in ${…} does not separate: nothing of such a value can be told.
  if (/\$\{/.test(plain)) return { directories: [], unclear: true };
  const parts = plain.split(":").filter((part) => part !== "\0");
  const known = parts.filter((part) => !/[$`\0]/.test(part));
  return {
    directories: known.map((part) => part.replace(/^~(?=\/|$)/, home)),
    unclear: known.length < parts.length,
  };
}

function written({ raw, source, conditional }: ShellSetting): Written {
  return { value: raw, source, conditional };
}

async function judged(host: Host, parts: readonly Omit<PathPart, "trust">[]): Promise<readonly PathPart[]> {
  const directories = new Set(parts.map(({ directory }) => directory).filter((one) => one.startsWith("/")));
  const trusts = new Map(
    await Promise.all(
      [...directories].map(async (directory) => [directory, await pathTrust(host, directory)] as const),
    ),
  );
  return parts.map((part) => ({ ...part, trust: trusts.get(part.directory) }));
}

export const rootPath: FactSource<RootPath> = {
  title:
    "where root's shell looks for programs (ENV_SUPATH, /etc/environment, /etc/profile, root's own files)",
  async gather(host, ask): Promise<Fact<RootPath>> {
    const [defs, profiles, users] = await Promise.all([ask(loginDefs), ask(shellProfiles), ask(accounts)]);
    if (profiles.state === "absent" && defs.state === "absent") return profiles;
    const home = (users.state === "known" ? users.value.user("root")?.home : undefined) ?? "/root";
    const supath = defs.state === "known" ? defs.value.get("ENV_SUPATH") : undefined;
    const files = profiles.state === "known" ? profiles.value : undefined;
    const lines: readonly Written[] = [
      ...(supath === undefined
        ? []
        : [{ value: supath.value.replace(/^PATH=/, ""), source: supath.source, conditional: false }]),
      ...(files?.settings("PATH", [...files.everybody, ...files.root]) ?? []).map(written),
    ];
    const splits = lines.map((line) => ({ line, ...split(line.value, home) }));
    const parts = splits.flatMap(({ line: { source, conditional }, directories }) =>
      directories.map((directory) => ({ directory, source, conditional })),
    );
    return known({
      parts: await judged(host, parts.slice(0, partLimit)),
      unclear: splits
        .filter(({ unclear }) => unclear)
        .map(
          ({ line }) =>
            `${place(line.source)} sets PATH to ${printable(line.value)}, which only the shell can evaluate`,
        ),
      unread: [
        ...(files?.unread ?? []),
        ...[defs, profiles].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
        ...(parts.length > partLimit ? [`more than ${partLimit} directories in PATH`] : []),
      ],
    });
  },
};
