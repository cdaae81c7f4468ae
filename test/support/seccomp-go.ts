// A profile as containerd writes it into the container's configuration: the OCI structs again, Docker's keys gone. What runc
// and crun read is this, never the file itself.
import type { At, SeccompProfile } from "../../src/formats/seccomp-profile.js";

function text(value: string | undefined): string {
  return JSON.stringify(value ?? "");
}

function texts(list: readonly At<string>[]): string {
  return list.length === 0 ? "null" : `[${list.map(({ value }) => text(value)).join(",")}]`;
}

function optional(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`"${name}":${value}`];
}

export function asContainerd(profile: SeccompProfile): string {
  const rules = profile.rules.map((rule) => {
    const args = rule.args.map(
      ({ index, value, valueTwo, op }) =>
        `{"index":${index},"value":${value},"valueTwo":${valueTwo},"op":${text(op)}}`,
    );
    return `{${[
      `"names":${texts(rule.names)}`,
      `"action":${text(rule.action?.value)}`,
      ...optional("errnoRet", rule.errnoRet?.value.toString()),
      ...(args.length === 0 ? [] : [`"args":[${args.join(",")}]`]),
    ].join(",")}}`;
  });
  return `{${[
    `"defaultAction":${text(profile.defaultAction?.value)}`,
    ...optional("defaultErrnoRet", profile.defaultErrnoRet?.value.toString()),
    ...(profile.architectures.length === 0 ? [] : [`"architectures":${texts(profile.architectures)}`]),
    ...(profile.flags.length === 0 ? [] : [`"flags":${texts(profile.flags)}`]),
    ...optional("listenerPath", profile.listenerPath && text(profile.listenerPath.value)),
    ...(rules.length === 0 ? [] : [`"syscalls":[${rules.join(",")}]`]),
  ].join(",")}}`;
}
