// The faults of an AppArmor policy file that can be told from its text. What only the parser knows (includes, grammar in full) is not
// asked here.
import { addTo } from "../core/add-to.js";
import { attachment } from "../formats/apparmor-pattern.js";
import { headerAttachment } from "../formats/apparmor-profile.js";
import type { PolicyRules, ProfileRules } from "../formats/apparmor-rules.js";
import { grants } from "./apparmor-grants.js";
import { type AppArmorRule, type FileRule, isFile, readRules, ruleWords } from "./apparmor-rule.js";
import { runtimeFindings } from "./apparmor-runtime.js";
import { capabilityNames, families, socketTypes } from "./apparmor-words.js";
import { type Finding, finding } from "./finding.js";

export interface LintedPolicy {
  readonly text: string;
  readonly rules: PolicyRules;
}

export interface LintTarget {
  /** Of the parser, `3.0.8`; undefined where none is known: judged as the newest. */
  readonly parser: string | undefined;
  /** Profiles without programs are entered by a container runtime. */
  readonly containers: boolean;
  /** Attachments of other files of the node: profile and pattern. */
  readonly others: readonly { readonly name: string; readonly attach: string }[];
}

/** Rules that apparmor_parser before 4.0 refuses. */
const sinceFour = /^(?:all|userns|io_uring|mqueue)$/;
/** Set by the parser itself (apparmor.d(5) "Variables"). */
const given = new Set(["profile_name", "attach_path", "exec_path"]);

function headerFindings({ text, rules }: LintedPolicy): readonly Finding[] {
  const all = [...rules.profiles.flatMap(({ includes }) => includes), ...rules.includes];
  const hasTunables = all.some((path) => path.startsWith("tunables/") || path.startsWith("/"));
  const used = [...text.replace(/^\s*#(?!include).*$/gm, "").matchAll(/@\{(\^?[A-Za-z_]\w{0,100})\}/g)];
  const unknown = [...new Set(used.map(([, name = ""]) => name))].filter(
    (name) => !given.has(name) && !rules.variables.has(name),
  );
  return [
    ...(/^\s*abi\s/m.test(text)
      ? []
      : [
          finding(
            "no-abi",
            "warning",
            "names no abi: what the kernel mediates follows the parser's settings and changes with them",
            0,
          ),
        ]),
    ...(unknown.length === 0 || hasTunables
      ? []
      : [
          finding(
            "no-tunables",
            "error",
            `uses @{${unknown.join("}, @{")}} without include <tunables/global>: the parser refuses it`,
            0,
          ),
        ]),
  ];
}

function modeFindings({ name, flags, line }: ProfileRules): readonly Finding[] {
  if (flags.includes("complain"))
    return [finding("complain", "warning", `${name} only complains: it stops nothing`, line)];
  if (flags.includes("unconfined"))
    return [finding("unconfined", "warning", `${name} has the mode unconfined: it stops nothing`, line)];
  return [];
}

function wordFindings(rule: AppArmorRule, { parser }: LintTarget): readonly Finding[] {
  if (isFile(rule)) return [];
  const { kind, words, line } = rule;
  const old = parser !== undefined && Number.parseInt(parser, 10) < 4;
  if (sinceFour.test(kind) && old)
    return [finding("parser-too-old", "error", `apparmor_parser ${parser} knows no rule ${kind}`, line)];
  if (kind === "capability")
    return words
      .filter((word) => !capabilityNames.has(word.toLowerCase()))
      .map((word) => finding("unknown-capability", "error", `${word} is no capability`, line));
  if (kind !== "network") return [];
  // TCP and UDP are protocols that the parser takes; what it does not know it refuses.
  const protocols = new Set(["tcp", "udp", "icmp"]);
  return words
    .filter(
      (word) => !/[=(]/.test(word) && !families.has(word) && !socketTypes.has(word) && !protocols.has(word),
    )
    .filter(
      (word) =>
        /^[a-z0-9_]+$/.test(word) &&
        !/^(?:create|bind|listen|accept|connect|send|receive|rw|r|w|getattr|setattr|getopt|setopt|shutdown)$/.test(
          word,
        ),
    )
    .map((word) =>
      finding("unknown-network", "error", `${word} is neither a family nor a type of sockets`, line),
    );
}

interface Denial {
  readonly rule: FileRule;
  /** Its pattern up to the first wildcard: most paths fail at it. */
  readonly start: string;
  readonly fits: ((path: string) => boolean) | undefined;
}

/** Everything that the other pattern takes is taken by the denied one, as far as that is sure. */
function covers({ rule: { pattern }, start, fits }: Denial, other: string): boolean {
  if (pattern === other) return true;
  if (!other.startsWith(start) || /[[{]/.test(other)) return false;
  return (!other.includes("**") || pattern.includes("**")) && fits?.(other) === true;
}

function hiddenFindings(rules: readonly AppArmorRule[]): readonly Finding[] {
  const files = rules.filter(isFile);
  const denials = files
    .filter(({ isDeny, isOwner, pattern }) => isDeny && !isOwner && pattern !== "")
    .map((rule) => ({
      rule,
      start: /^[^*?[\]{}\\]*/.exec(rule.pattern)?.[0] ?? "",
      fits: attachment(rule.pattern),
    }));
  return files
    .filter(({ isDeny, pattern }) => !isDeny && pattern !== "")
    .flatMap((rule) => {
      const over = denials.filter((denial) => covers(denial, rule.pattern)).map((denial) => denial.rule);
      const lost = [...rule.access].filter((letter) =>
        over.some(({ access }) => access.includes(letter) || (letter === "a" && access.includes("w"))),
      );
      const isStartLost = rule.start !== "" && over.some(({ start }) => start !== "");
      const letters = `${lost.join("")}${isStartLost ? "x" : ""}`;
      return letters === ""
        ? []
        : [
            finding(
              "denied",
              "warning",
              `${ruleWords(rule)}: a deny rule takes ${letters} away again`,
              rule.line,
            ),
          ];
    });
}

function duplicateFindings(profiles: readonly ProfileRules[]): readonly Finding[] {
  const seen = new Set<string>();
  return profiles.flatMap(({ name, line }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [finding("duplicate", "error", `${name} is there twice: the later one replaces the other`, line)];
  });
}

/** The programs of a profile, by its header. */
function attachOf(lines: readonly string[], { name, line }: ProfileRules): string {
  if (name.includes("//")) return "";
  const header = lines[line - 1] ?? "";
  return headerAttachment(header.replace(/\s*flags\s*=.*|\s*\{\s*$/g, ""));
}

interface Attached {
  readonly name: string;
  readonly attach: string;
}

function byProgram<A extends Attached>(all: readonly A[]): ReadonlyMap<string, readonly A[]> {
  const found = new Map<string, A[]>();
  for (const one of all) addTo(found, one.attach, one);
  return found;
}

function overlapFindings(
  profiles: readonly (Attached & { readonly line: number })[],
  { others }: LintTarget,
): readonly Finding[] {
  const [own, elsewhere] = [byProgram(profiles), byProgram(others)];
  return profiles.flatMap((one) => {
    if (one.attach === "") return [];
    // The kernel takes the longer match; with two of the same it takes none (apparmor.d(5)).
    const [first] = own.get(one.attach) ?? [];
    const same = first === one ? elsewhere.get(one.attach)?.find(({ name }) => name !== one.name) : first;
    return same === undefined
      ? []
      : [
          finding(
            "overlap",
            "warning",
            `${one.name} and ${same.name} are both for ${one.attach}: the kernel takes neither, and the program runs unconfined`,
            one.line,
          ),
        ];
  });
}

export function lintPolicy(policy: LintedPolicy, target: LintTarget): readonly Finding[] {
  const { rules } = policy;
  if (rules.problem !== undefined) return [finding("syntax", "error", rules.problem, 0)];
  if (rules.profiles.length === 0)
    return [finding("no-profile", "error", "holds no profile: nothing is loaded", 0)];
  const lines = policy.text.split("\n");
  const attached = rules.profiles.map((profile) => ({
    name: profile.name,
    line: profile.line,
    attach: attachOf(lines, profile),
  }));
  const found = rules.profiles.flatMap((profile, index) => {
    const own = readRules(profile.rules);
    const isForContainers =
      target.containers && !profile.name.includes("//") && attached[index]?.attach === "";
    return [
      ...modeFindings(profile),
      ...own.flatMap((rule) => wordFindings(rule, target)),
      ...grants(profile.name, own),
      ...hiddenFindings(own),
      ...(isForContainers ? runtimeFindings(profile, own) : []),
    ];
  });
  const all = [
    ...headerFindings(policy),
    ...duplicateFindings(rules.profiles),
    ...overlapFindings(attached, target),
    ...found,
  ];
  return [...all].sort((a, b) => a.line - b.line);
}
