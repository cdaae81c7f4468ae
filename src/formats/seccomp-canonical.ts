// What a profile says, as one text: equal for a file and for the container configuration that a runtime made of it, whatever
// the order of keys and the blanks. For recognising, not for reading.
import type { Json } from "./oci-config.js";
import type { SeccompProfile } from "./seccomp-profile.js";

function whole(value: bigint | undefined): number | null {
  // As JSON.parse reads the other side: past 2^53 both lose the same digits.
  return value === undefined ? null : Number(value);
}

export function canonicalProfile(profile: SeccompProfile): string {
  return JSON.stringify([
    profile.defaultAction?.value ?? "",
    whole(profile.defaultErrnoRet?.value),
    profile.architectures.map(({ value }) => value),
    profile.flags.map(({ value }) => value),
    profile.listenerPath?.value ?? "",
    profile.rules.map((rule) => [
      rule.names.map(({ value }) => value),
      rule.action?.value ?? "",
      whole(rule.errnoRet?.value),
      rule.args.map(({ index, value, valueTwo, op }) => [whole(index), whole(value), whole(valueTwo), op]),
    ]),
  ]);
}

function texts(list: Json): readonly string[] {
  return list.items.map(({ text }) => text);
}

/** Of `linux.seccomp` in a container's configuration; empty where there is none. */
export function canonicalConfig(seccomp: Json): string {
  if (!seccomp.isSet) return "";
  return JSON.stringify([
    seccomp.get("defaultAction").text,
    seccomp.get("defaultErrnoRet").number ?? null,
    texts(seccomp.get("architectures")),
    texts(seccomp.get("flags")),
    seccomp.get("listenerPath").text,
    seccomp
      .get("syscalls")
      .items.map((rule) => [
        texts(rule.get("names")),
        rule.get("action").text,
        rule.get("errnoRet").number ?? null,
        rule
          .get("args")
          .items.map((one) => [
            one.get("index").number ?? 0,
            one.get("value").number ?? 0,
            one.get("valueTwo").number ?? 0,
            one.get("op").text,
          ]),
      ]),
  ]);
}
