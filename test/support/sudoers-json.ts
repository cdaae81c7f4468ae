// What `cvtsudoers -f json` of sudo 1.9.13 prints of a sudoers file, from our reading of it. For the oracle test alone.
import type { SudoersDialect } from "../../src/formats/sudoers-dialect.js";
import { settingKind } from "../../src/formats/sudoers-settings.js";
import { commandTimeout, generalizedTime } from "../../src/formats/sudoers-time.js";
import type {
  Command,
  CommandSpec,
  Member,
  Setting,
  SudoersEntry,
  TagKind,
} from "../../src/formats/sudoers-tree.js";

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** sudo's reading of the number after `#`: -1 is none, the others wrap to unsigned. */
function id(text: string): number | undefined {
  const number = Number(text);
  if (!/^[+-]?\d+$/.test(text) || number < -(2 ** 31) || number > 2 ** 32 - 1) return undefined;
  const unsigned = number < 0 ? 2 ** 32 + number : number;
  return unsigned === 2 ** 32 - 1 ? undefined : unsigned;
}

function named(kind: string, value: Json, negated: boolean): Json {
  return negated ? { [kind]: value, negated: true } : { [kind]: value };
}

function groupOf(text: string, negated: boolean): Json {
  const plugin = text.startsWith("%:");
  const name = text.slice(plugin ? 2 : 1);
  const number = name.startsWith("#") ? id(name.slice(1)) : undefined;
  if (number !== undefined) return named(plugin ? "nonunixgid" : "usergid", number, negated);
  return named(plugin ? "nonunixgroup" : "usergroup", name, negated);
}

type List = "user" | "runas" | "host" | "group";
const words = { user: "username", runas: "username", host: "hostname", group: "usergroup" } as const;
const aliasWords = {
  user: "useralias",
  runas: "runasalias",
  host: "hostalias",
  group: "runasalias",
} as const;

function memberJson(member: Member, list: List): Json {
  const { text, negated } = member;
  if (member.kind === "group") return groupOf(text, negated);
  if (member.kind === "netgroup") return named("netgroup", text.slice(1), negated);
  if (member.kind === "network") return named("networkaddr", text, negated);
  if (member.kind === "alias") return named(aliasWords[list], text, negated);
  if (member.kind !== "self" && (list === "user" || list === "runas") && text.startsWith("#")) {
    const number = id(text.slice(1));
    if (number !== undefined) return named("userid", number, negated);
  }
  return named(words[list], text, negated);
}

function commandJson(command: Command): Json {
  if (command.kind === "alias") return named("cmndalias", command.text, command.negated);
  const text = command.args === undefined ? command.text : `${command.text} ${command.args}`;
  if (command.digests.length === 0) return named("command", text, command.negated);
  const sums: Record<string, Json> = {};
  for (const { algorithm, text: sum } of command.digests) sums[algorithm] = sum;
  return command.negated ? { command: text, ...sums, negated: true } : { command: text, ...sums };
}

const tagJson: readonly (readonly [TagKind, string])[] = [
  ["nopasswd", "authenticate"],
  ["noexec", "noexec"],
  ["intercept", "intercept"],
  ["mail", "send_mail"],
  ["setenv", "setenv"],
  ["follow", "sudoedit_follow"],
  ["log_input", "log_input"],
  ["log_output", "log_output"],
];

function date(text: string): string {
  const at = new Date(generalizedTime(text)?.at ?? 0);
  return `${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
}

function optionsJson(spec: CommandSpec): readonly Json[] {
  const value = (name: string) => spec.options.get(name)?.value;
  const [chroot, cwd, timeout] = [value("CHROOT"), value("CWD"), value("TIMEOUT")];
  const [before, after] = [value("NOTBEFORE"), value("NOTAFTER")];
  const seconds = timeout === undefined ? 0 : commandTimeout(timeout);
  const tags = tagJson.flatMap(([kind, name]): readonly Json[] => {
    const tag = spec.tags.get(kind);
    if (tag !== undefined) return [{ [name]: kind === "nopasswd" ? !tag.on : tag.on }];
    return kind === "setenv" && spec.setenvImplied ? [{ setenv: true }] : [];
  });
  return [
    ...(chroot === undefined ? [] : [{ runchroot: chroot }]),
    ...(cwd === undefined ? [] : [{ runcwd: cwd }]),
    ...(typeof seconds === "number" && seconds > 0 ? [{ command_timeout: seconds }] : []),
    ...(before === undefined ? [] : [{ notbefore: date(before) }]),
    ...(after === undefined ? [] : [{ notafter: date(after) }]),
    ...tags,
  ];
}

/** sudo joins commands that it takes to differ in nothing but themselves; it does not look at timeouts and dates. */
function continues(before: CommandSpec, next: CommandSpec): boolean {
  const sameTags = [...next.tags].every(([kind, tag]) => {
    if (kind === "setenv" && before.setenvImplied) return false;
    return before.tags.get(kind)?.on === tag.on;
  });
  const same = (name: string) => before.options.get(name) === next.options.get(name);
  return before.runAs === next.runAs && sameTags && ["ROLE", "TYPE", "CHROOT", "CWD"].every(same);
}

function specJson(spec: CommandSpec, commands: readonly CommandSpec[]): Json {
  const options = optionsJson(spec);
  const { users, groups } = spec.runAs ?? { users: undefined, groups: undefined };
  const [role, type] = [spec.options.get("ROLE")?.value, spec.options.get("TYPE")?.value];
  return {
    ...(users === undefined ? {} : { runasusers: users.map((user) => memberJson(user, "runas")) }),
    ...(groups === undefined ? {} : { runasgroups: groups.map((group) => memberJson(group, "group")) }),
    ...(options.length === 0 ? {} : { Options: options }),
    ...(role === undefined || type === undefined ? {} : { SELinux_Spec: [{ role }, { type }] }),
    Commands: commands.map(({ command }) => commandJson(command)),
  };
}

function specsJson(specs: readonly CommandSpec[]): readonly Json[] {
  const found: Json[] = [];
  for (let from = 0; from < specs.length; ) {
    const first = specs[from];
    if (first === undefined) break;
    let to = from + 1;
    for (; to < specs.length; to++) {
      const [before, next] = [specs[to - 1], specs[to]];
      if (before === undefined || next === undefined || !continues(before, next)) break;
    }
    found.push(specJson(first, specs.slice(from, to)));
    from = to;
  }
  return found;
}

function settingJson(setting: Setting, dialect: SudoersDialect): Json {
  const type = settingKind(setting.name, dialect.version)?.type;
  if (setting.value === undefined) return { [setting.name]: setting.operator !== "off" };
  if (type !== "list") return { [setting.name]: setting.value };
  const operation = { "+=": "list_add", "-=": "list_remove" } as const;
  const done =
    setting.operator === "+=" || setting.operator === "-=" ? operation[setting.operator] : "list_assign";
  return { operation: done, [setting.name]: setting.value.split(/[ \t]+/).filter((word) => word !== "") };
}

function defaultsJson(entry: Extract<SudoersEntry, { kind: "defaults" }>, dialect: SudoersDialect): Json {
  const { scope } = entry;
  const binding =
    scope.kind === "everything"
      ? []
      : scope.kind === "command"
        ? scope.commands.map(commandJson)
        : scope.members.map((member) => memberJson(member, scope.kind));
  const options = entry.settings.map((setting) => settingJson(setting, dialect));
  return binding.length === 0 ? { Options: options } : { Binding: binding, Options: options };
}

const aliasTitles = [
  ["user", "User_Aliases"],
  ["runas", "Runas_Aliases"],
  ["host", "Host_Aliases"],
  ["command", "Command_Aliases"],
] as const;

/** The whole file; entries of files it includes are not there. */
export function sudoersJson(entries: readonly SudoersEntry[], dialect: SudoersDialect): Json {
  const defaults = entries.flatMap((entry) =>
    entry.kind === "defaults" ? [defaultsJson(entry, dialect)] : [],
  );
  const definitions = entries.flatMap((entry) => (entry.kind === "aliases" ? entry.definitions : []));
  const aliases = aliasTitles.flatMap(([kind, title]) => {
    const mine = definitions.filter((one) => one.kind === kind);
    if (mine.length === 0) return [];
    const list = mine.map(({ name, members, commands }): readonly [string, Json] => [
      name,
      kind === "command" ? commands.map(commandJson) : members.map((member) => memberJson(member, kind)),
    ]);
    return [[title, Object.fromEntries(list)] as const];
  });
  const rules = entries.flatMap((entry) =>
    entry.kind === "rule"
      ? entry.privileges.map((privilege) => ({
          User_List: entry.users.map((user) => memberJson(user, "user")),
          Host_List: privilege.hosts.map((host) => memberJson(host, "host")),
          Cmnd_Specs: specsJson(privilege.commands),
        }))
      : [],
  );
  return {
    ...(defaults.length === 0 ? {} : { Defaults: defaults }),
    ...Object.fromEntries(aliases),
    ...(rules.length === 0 ? {} : { User_Specs: rules }),
  };
}

/** 1.9.13 prints some members of lists without braces; they are put round them so that it is JSON. */
export function repairedJson(text: string): string {
  return text.replace(/^(\s*)("(?:runchroot|runcwd|role|type)": "(?:[^"\\]|\\.)*")(,?)$/gm, "$1{$2}$3");
}
