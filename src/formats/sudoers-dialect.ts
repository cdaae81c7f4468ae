// What one version of sudo reads in sudoers: words, directives, recovery. Not the reading itself (sudoers-lexer.ts).

/** A release of sudo, `1.9.13p3`: major, minor, patch and patch level. */
export type SudoVersion = readonly [number, number, number, number];

/** Later than every release there is: what an unknown version is taken for. */
export const newestSudo: SudoVersion = [99, 0, 0, 0];

/** Reads `1.9.13p3`, with an epoch and a package revision around it or without; undefined for anything else. */
export function parseSudoVersion(text: string): SudoVersion | undefined {
  const match = /^(?:\d{1,5}:)?(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?(?:p(\d{1,5}))?(?![\d.])/.exec(text);
  if (match === null) return undefined;
  const [major = 0, minor = 0, patch = 0, level = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return [major, minor, patch, level];
}

/** Is `version` the release `floor` or a later one? */
export function sinceSudo(version: SudoVersion, floor: string): boolean {
  const wanted = parseSudoVersion(floor) ?? newestSudo;
  for (const [index, part] of version.entries()) {
    const other = wanted[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

export interface SudoersDialect {
  readonly version: SudoVersion;
  /** A line with an error is dropped and the rest used (1.9.3); before, sudo refuses to run at all. */
  readonly recovers: boolean;
  /** A missing `@include` is passed over (1.9.13); between 1.9.3 and that it takes the following line with it. */
  readonly passesMissingInclude: boolean;
  /** `@include` and `@includedir`, and quotes and escaped blanks in the path of an include (1.9.1). */
  readonly atInclude: boolean;
  /** `Cmd_Alias`, several digests a command, a digest before ALL (1.9.0). */
  readonly digestLists: boolean;
  /** Commands and arguments from `^` to `$` are regular expressions (1.9.10). */
  readonly patterns: boolean;
  /** The command `list` (1.9.13). */
  readonly list: boolean;
  /** `CWD="…"` and `CHROOT="…"` (1.9.16). */
  readonly quotedPaths: boolean;
  /** `(:group)` means the invoking user, not anybody, with that group (1.9.14). */
  readonly groupMeansSelf: boolean;
  /** AppArmor profiles pass on to the next command of the list (1.9.16). */
  readonly inheritsProfile: boolean;
  /** visudo without -s looks into patterns and at sudoedit with a path (up to 1.9.13). */
  readonly strictVisudo: boolean;
  /** User and group names are compared without regard to case (1.8.23). */
  readonly foldsNames: boolean;
  readonly tags: ReadonlySet<string>;
  /** Words before `=` in front of a command, `TIMEOUT=…`. */
  readonly options: ReadonlySet<string>;
}

/** Tag words and the release that brought them (sudoers(5) and sudo's NEWS). */
const tagsSince: readonly (readonly [string, readonly string[]])[] = [
  ["1.8.0", ["PASSWD", "NOPASSWD", "EXEC", "NOEXEC", "SETENV", "NOSETENV"]],
  ["1.8.0", ["LOG_INPUT", "NOLOG_INPUT", "LOG_OUTPUT", "NOLOG_OUTPUT"]],
  ["1.8.13", ["MAIL", "NOMAIL"]],
  ["1.8.15", ["FOLLOW", "NOFOLLOW"]],
  ["1.9.8", ["INTERCEPT", "NOINTERCEPT"]],
];

const optionsSince: readonly (readonly [string, readonly string[]])[] = [
  ["1.8.20", ["TIMEOUT", "NOTBEFORE", "NOTAFTER"]],
  ["1.9.3", ["CWD", "CHROOT"]],
  ["1.9.16", ["APPARMOR_PROFILE", "ROLE", "TYPE", "PRIVS", "LIMITPRIVS"]],
];

function wordsOf(
  table: readonly (readonly [string, readonly string[]])[],
  version: SudoVersion,
): readonly string[] {
  return table.flatMap(([floor, words]) => (sinceSudo(version, floor) ? words : []));
}

/** What the build of a distribution reads besides, before 1.9.16 made all of it unconditional. */
export interface SudoBuild {
  /** `ROLE=` and `TYPE=`; every Linux distribution of note builds with it. */
  readonly selinux: boolean;
  /** `APPARMOR_PROFILE=`, from 1.9.11. */
  readonly apparmor: boolean;
}

export const usualBuild: SudoBuild = { selinux: true, apparmor: false };

export function sudoersDialect(version: SudoVersion, build: SudoBuild = usualBuild): SudoersDialect {
  const since = (floor: string) => sinceSudo(version, floor);
  const built = [
    ...(build.selinux ? ["ROLE", "TYPE"] : []),
    ...(build.apparmor && since("1.9.11") ? ["APPARMOR_PROFILE"] : []),
  ];
  return {
    version,
    recovers: since("1.9.3"),
    passesMissingInclude: since("1.9.13"),
    atInclude: since("1.9.1"),
    digestLists: since("1.9.0"),
    patterns: since("1.9.10"),
    list: since("1.9.13"),
    quotedPaths: since("1.9.16"),
    groupMeansSelf: since("1.9.14"),
    inheritsProfile: since("1.9.16"),
    strictVisudo: !since("1.9.14"),
    foldsNames: since("1.8.23"),
    tags: new Set(wordsOf(tagsSince, version)),
    options: new Set([...wordsOf(optionsSince, version), ...built]),
  };
}
