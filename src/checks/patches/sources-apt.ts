// patches.sources-signed for apt: options of sources and settings of apt.conf that switch verification off, and missing keys.
import type { Outcome, Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import {
  type AptEntry,
  type AptSourcesFact,
  aptTruth,
  type KeyFile,
  keyPathsOf,
} from "../../facts/apt-sources.js";
import type { AptPackageSources } from "../../facts/package-sources.js";
import { octal } from "../file-mode.js";

/** Options of a source that let unsigned or weakly signed packages in (sources.list(5)). */
const options: readonly (readonly [string, string])[] = [
  ["trusted", "takes packages whose signature is missing or wrong"],
  ["allow-insecure", "takes an archive without a signature"],
  ["allow-weak", "takes signatures of broken algorithms"],
  ["allow-downgrade-to-insecure", "goes on when a signed archive loses its signature"],
];

/** Settings that do the same for all sources (apt.conf(5), apt-secure(8)). */
const settings: readonly (readonly [string, string])[] = [
  ["APT::Get::AllowUnauthenticated", "installs packages without a valid signature"],
  ["Acquire::AllowInsecureRepositories", "takes archives without a signature"],
  ["Acquire::AllowWeakRepositories", "takes signatures of broken algorithms"],
  ["Acquire::AllowDowngradeToInsecureRepositories", "goes on when signed archives lose their signature"],
];

interface Found {
  readonly evidence: readonly Source[];
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
}

function insecure(entry: AptEntry): readonly Problem[] {
  const plain = entry.uris.some((uri) => /^(?:http|ftp):/i.test(uri));
  return options.flatMap(([name, what]) => {
    const option = entry.option(name);
    if (option === undefined || aptTruth(option.value) !== true) return [];
    const way = plain ? ", and comes over a connection that anybody can change" : "";
    return [{ message: `${printable(place(option.source))}: ${name} ${what}${way}` }];
  });
}

/** A key file that is missing, or that others than root can write. */
function keyProblem({ path, stat }: KeyFile, user: string): Found {
  const nothing: Found = { evidence: [], problems: [], unknowns: [] };
  if (stat.state === "absent")
    return { ...nothing, problems: [{ message: `${user}: the key file ${printable(path)} does not exist` }] };
  if (stat.state !== "ok") return { ...nothing, unknowns: [stat.reason] };
  const shown = wholeFile(path, `${octal(stat.mode)} ${stat.uid}:${stat.gid}`);
  const wrong =
    stat.kind !== "file"
      ? "is no regular file"
      : stat.size === 0
        ? "is empty"
        : stat.uid !== 0 || (stat.mode & 0o022) !== 0
          ? `can be changed by others than root (${octal(stat.mode)}, owner ${stat.uid})`
          : undefined;
  if (wrong === undefined) return nothing;
  return {
    ...nothing,
    evidence: [shown],
    problems: [{ message: `${user}: the key file ${printable(path)} ${wrong}` }],
  };
}

function keysOf(entry: AptEntry, sources: AptSourcesFact): readonly Found[] {
  const option = entry.option("signed-by");
  const at = printable(place(entry.source));
  if (option !== undefined && option.value !== "")
    return keyPathsOf(option.value).map((path) => keyProblem(sources.keyFile(path), at));
  if (sources.sharedKeys.length > 0) return [];
  const message = `${at}: no Signed-By, and there is no key in /etc/apt/trusted.gpg.d`;
  return [{ evidence: [], problems: [{ message }], unknowns: [] }];
}

export function judgeAptSources({ sources, config }: AptPackageSources): Outcome {
  const weak = settings.flatMap(([name, what]) => {
    const found = config.get(name);
    return found !== undefined && aptTruth(found.value) === true ? [{ name, what, found }] : [];
  });
  const shared = sources.sharedKeys.map((key) => keyProblem(key, "all sources"));
  const keys = [...sources.entries.flatMap((entry) => keysOf(entry, sources)), ...shared];
  const refused = [
    ...sources.problems.map(({ message, source }) => `${place(source)}: ${message}`),
    ...config.problems,
  ];
  return {
    expected: "every source signed, every key there",
    actual: `${sources.entries.length} sources`,
    evidence: [
      ...sources.entries.map(({ source }) => source),
      ...weak.map(({ found }) => found.source),
      ...keys.flatMap(({ evidence }) => evidence),
      ...sources.problems.map(({ source }) => source),
    ],
    problems: [
      ...refused.map((reason) => ({ message: `apt refuses to work: ${printable(reason)}` })),
      ...sources.entries.flatMap(insecure),
      ...weak.map(({ name, what, found }) => ({
        message: `${printable(place(found.source))}: ${name} ${what}`,
      })),
      ...keys.flatMap(({ problems }) => problems),
    ],
    unknowns: [...sources.unread, ...config.unread, ...keys.flatMap(({ unknowns }) => unknowns)],
  };
}
