// From what was seen of a program to a seccomp profile: an allow list of its calls, the runtime's base set, and rules on
// arguments where they are asked for. Reads no recording.
import type { Recording } from "../formats/syscall-recording.js";
import { argumentLimit } from "../formats/syscall-recording.js";
import { type Architecture, type SyscallTable, scmpNames } from "../formats/syscall-table.js";
import { reasonFor } from "./dangerous.js";
import { type Argument, permits, type Rule } from "./filter.js";
import { baseCalls } from "./runtime-base.js";

export interface GenerateOptions {
  /** That of calls whose recorder does not tell it. */
  readonly architecture: Architecture;
  /** Further ones that the profile is to hold for. */
  readonly architectures: readonly Architecture[];
  /** Add what runc and crun need. */
  readonly base: boolean;
  /** Rules on the first argument of socket, socketpair and personality; without them those calls are allowed whole. */
  readonly arguments: boolean;
  /** The error of what is not allowed: 38 (ENOSYS) or 1 (EPERM). */
  readonly errno: number;
  /** Rules that an existing profile has already: those that let calls through are kept. */
  readonly also: readonly Rule[];
}

export interface CallCount {
  readonly name: string;
  readonly count: number;
  readonly architecture: Architecture;
  /** Why it should be looked at before it is allowed; empty for most. */
  readonly danger: string;
}

export interface Generated {
  readonly profile: string;
  readonly counts: readonly CallCount[];
  /** Of the base set, not seen themselves. */
  readonly added: readonly string[];
  readonly gaps: readonly string[];
  readonly ofRuntime: number;
  readonly programs: readonly string[];
}

interface Seen {
  count: number;
  readonly name: string;
  readonly architecture: Architecture;
  readonly lists: Map<string, readonly bigint[]>;
  /** An argument that was not told, or too many. */
  open: boolean;
}

/** All flags that make a namespace (clone(2)): no recording allows them, setns and unshare are calls of their own. */
const namespaceFlags = 0x7e020000n;

class Gathered {
  readonly seen = new Map<string, Seen>();
  readonly gaps = new Set<string>();

  constructor(
    private readonly table: SyscallTable,
    private readonly fallback: Architecture,
  ) {}

  add({ calls, gaps }: Recording): void {
    for (const reason of gaps) this.gaps.add(reason);
    for (const { call, architecture = this.fallback, count, arguments: lists } of calls) {
      const name = typeof call === "string" ? call : this.table.name(call, architecture);
      if (name === undefined || !this.table.has(name)) {
        this.gaps.add(
          `${typeof call === "number" ? `number ${call} of ${architecture}` : call} is no known system call: left out`,
        );
        continue;
      }
      const key = `${architecture} ${name}`;
      const own = this.seen.get(key) ?? { count: 0, name, architecture, lists: new Map(), open: false };
      own.count += count;
      for (const list of lists) own.lists.set(list.join(), list);
      if (lists.length === 0 || lists.length > argumentLimit) own.open = true;
      if (name === "clone" && lists.some(([flags = 0n]) => (flags & namespaceFlags) !== 0n))
        this.gaps.add("clone was called to make a namespace: the profile does not allow that");
      this.seen.set(key, own);
    }
  }
}

interface Made {
  readonly names: readonly string[];
  readonly args: string;
}

function ruleText({ names, args }: Made): string {
  const list =
    names.length === 1
      ? `[${JSON.stringify(names[0])}]`
      : `[\n${names.map((name) => `        ${JSON.stringify(name)}`).join(",\n")}\n      ]`;
  return `    {\n      "names": ${list},\n      "action": "SCMP_ACT_ALLOW"${args === "" ? "" : `,\n      "args": [${args}]`}\n    }`;
}

function equal(value: bigint): string {
  return `{ "index": 0, "value": ${value}, "op": "SCMP_CMP_EQ" }`;
}

/** One rule a value that was seen; the call whole where one was not told. */
function argumentRules(name: string, all: readonly Seen[]): readonly Made[] {
  if (all.some(({ open }) => open)) return [{ names: [name], args: "" }];
  const values = [...new Set(all.flatMap(({ lists }) => [...lists.values()].map(([value]) => value)))];
  return values
    .filter((value) => value !== undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((value) => ({ names: [name], args: equal(value) }));
}

/** clone(2) hides its flags from nobody: never with a namespace. The mask is on the second argument on s390x. */
function cloneRule(architecture: Architecture): Made {
  const index = architecture === "s390x" ? 1 : 0;
  return {
    names: ["clone"],
    args: `{ "index": ${index}, "value": ${namespaceFlags}, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" }`,
  };
}

function argumentsText(args: readonly Argument[]): string {
  return args
    .map(({ index, op, value, valueTwo }) => {
      const second = op === "MASKED_EQ" ? ` "valueTwo": ${valueTwo},` : "";
      return `{ "index": ${index}, "value": ${value},${second} "op": "SCMP_CMP_${op}" }`;
    })
    .join(", ");
}

/** Of the existing profile: calls it allows whole, and those it allows on conditions. */
function kept(also: readonly Rule[]): {
  readonly whole: ReadonlySet<string>;
  readonly rules: readonly Made[];
} {
  const open = also.filter(({ action }) => permits(action));
  const whole = new Set(open.filter(({ args }) => args.length === 0).flatMap(({ names }) => names));
  const rules = open
    .filter(({ args }) => args.length > 0)
    .map(({ names, args }) => ({
      names: names.filter((name) => !whole.has(name)),
      args: argumentsText(args),
    }))
    .filter(({ names }) => names.length > 0);
  return { whole, rules };
}

function rulesOf(names: readonly string[], seen: readonly Seen[], options: GenerateOptions): readonly Made[] {
  const before = kept(options.also);
  const ruled = options.arguments ? ["socket", "socketpair", "personality"] : [];
  const apart = new Set(
    [...ruled, "clone"].filter((name) => names.includes(name) && !before.whole.has(name)),
  );
  const plain = names.filter((name) => !apart.has(name));
  const conditional = [...apart].flatMap((name) => {
    const own = seen.filter((one) => one.name === name);
    if (name === "clone") return [cloneRule(options.architecture)];
    return own.length === 0 ? [] : argumentRules(name, own);
  });
  const texts = new Set(conditional.map(ruleText));
  const open = new Set(plain);
  const old = before.rules
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !open.has(name)) }))
    .filter((rule) => rule.names.length > 0 && !texts.has(ruleText(rule)));
  return [...(plain.length === 0 ? [] : [{ names: plain, args: "" }]), ...conditional, ...old];
}

const enosys = 38;

/** Its flags lie in memory, where no filter sees them. C libraries fall back to clone on ENOSYS, and on nothing else. */
const cloneThree = `    {
      "names": ["clone3"],
      "action": "SCMP_ACT_ERRNO",
      "errnoRet": ${enosys}
    }`;

function profileText(rules: readonly Made[], architectures: readonly Architecture[], errno: number): string {
  const list = architectures.map((one) => `    ${JSON.stringify(scmpNames[one])}`).join(",\n");
  return `{
  "defaultAction": "SCMP_ACT_ERRNO",
  "defaultErrnoRet": ${errno},
  "architectures": [
${list}
  ],
  "syscalls": [
${[...rules.map(ruleText), ...(errno === enosys ? [] : [cloneThree])].join(",\n")}
  ]
}
`;
}

/** Merges recordings into one profile. The same recordings give the same bytes. */
export function generate(
  recordings: readonly Recording[],
  options: GenerateOptions,
  table: SyscallTable,
): Generated {
  const gathered = new Gathered(table, options.architecture);
  for (const recording of recordings) gathered.add(recording);
  const seen = [...gathered.seen.values()];
  const names = new Set(seen.map(({ name }) => (name === "clone3" ? "clone" : name)));
  const base = options.base ? baseCalls.filter((name) => !names.has(name)) : [];
  const all = [...new Set([...names, ...base, ...kept(options.also).whole])].sort();
  const architectures = [
    ...new Set([options.architecture, ...options.architectures, ...seen.map((one) => one.architecture)]),
  ];
  const counts = seen
    .map(({ name, count, architecture }) => ({
      name,
      count,
      architecture,
      danger: reasonFor.get(name) ?? "",
    }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return {
    profile: profileText(rulesOf(all, seen, options), architectures, options.errno),
    counts,
    added: base,
    gaps: [...gathered.gaps],
    ofRuntime: recordings.reduce((sum, { ofRuntime }) => sum + ofRuntime, 0),
    programs: [...new Set(recordings.flatMap(({ programs }) => programs))].sort(),
  };
}
