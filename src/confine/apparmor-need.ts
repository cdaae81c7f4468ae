// What a program was seen to need, from an event of AppArmor: files, or a rule of another kind with its conditions. Not yet a
// line of a profile, and not yet generalised.
import type { AppArmorEvent } from "../formats/apparmor-event.js";
import type { Condition, Drawn, RuleNeed } from "./apparmor-access.js";
import { capabilityNames, families, mountOptions, signals, socketTypes } from "./apparmor-words.js";

type Fields = ReadonlyMap<string, string>;

/** The part of a label before the profiles that the kernel makes up for what a complaining one starts. */
export function withoutNull(label: string): string {
  const at = label.indexOf("//null-");
  return at < 0 ? label : label.slice(0, at);
}

function maskOf(fields: Fields): readonly string[] {
  const mask =
    fields.get("requested_mask") ??
    fields.get("denied_mask") ??
    fields.get("requested") ??
    fields.get("denied") ??
    "";
  return mask.split(/[\s,]+/).filter((word) => word !== "");
}

function condition(name: string, value: string | undefined, isPeer = false): readonly Condition[] {
  return value === undefined || value === "" ? [] : [{ name, values: [value], isPeer }];
}

function rule(kind: RuleNeed["kind"], access: readonly string[], conditions: readonly Condition[]): Drawn {
  return { needs: [{ kind, access, conditions }] };
}

/** Kernel, security/apparmor/file.c (map_mask_to_chr_mask): c and d, making and removing, are w in a profile. */
function permissionsOf(fields: Fields): string {
  const letters = new Set(maskOf(fields).join("").replace(/[cd]/g, "w").replace(/:/g, ""));
  if (letters.has("w")) letters.delete("a");
  return [..."mrwaklx"].filter((one) => letters.has(one)).join("");
}

function file(fields: Fields, path: string): Drawn {
  if (!path.startsWith("/"))
    return path === ""
      ? { gap: "accesses to files without a name" }
      : {
          gap: `files outside the name space (${path}): the profile needs flags=(attach_disconnected), or no such access`,
        };
  const permissions = permissionsOf(fields);
  if (permissions === "") return { gap: "accesses to files whose kind is not told" };
  const user = fields.get("fsuid") ?? fields.get("FSUID");
  const owner = fields.get("ouid") ?? fields.get("OUID");
  return {
    needs: [
      {
        kind: "file",
        path,
        permissions,
        isOwner: user !== undefined && user === owner,
        isRoot: user === "0" || user === "root",
        target: fields.get("target") ?? "",
      },
    ],
  };
}

const localUnix = new Set(["create", "bind", "listen", "shutdown", "getattr", "setattr", "getopt", "setopt"]);

/** Rules on what a socket does alone take no peer; the others do (apparmor.d(5) "Unix socket rules"). */
function unix(fields: Fields): Drawn {
  const access = maskOf(fields);
  const peers = access.filter((word) => !localUnix.has(word));
  const base = condition("type", fields.get("sock_type"));
  const own = [...base, ...condition("addr", fields.get("addr"))];
  const peer = [
    ...condition("label", withoutNull(fields.get("peer") ?? ""), true),
    ...condition("addr", fields.get("peer_addr"), true),
  ];
  const local = access.filter((word) => localUnix.has(word));
  const needs: RuleNeed[] = [];
  if (local.length > 0) needs.push({ kind: "unix", access: local, conditions: own });
  if (peers.length > 0) needs.push({ kind: "unix", access: peers, conditions: [...own, ...peer] });
  return needs.length > 0 ? { needs } : { gap: "sockets whose use is not told" };
}

/** The kernel decides by family and type alone: a protocol would change nothing (security/apparmor/net.c). */
function network(fields: Fields): Drawn {
  const family = fields.get("family") ?? "";
  const type = fields.get("sock_type") ?? "";
  if (family === "unix" && (fields.has("addr") || fields.has("peer_addr"))) return unix(fields);
  if (!families.has(family)) return { gap: `sockets of the family ${family || "(none)"}` };
  if (!socketTypes.has(type)) return rule("network", [family], []);
  return rule("network", [family, type], []);
}

function signal(fields: Fields): Drawn {
  const name = fields.get("signal") ?? "";
  const known = signals.has(name) || /^rtmin\+(?:[0-9]|[12][0-9]|3[0-2])$/.test(name);
  return rule("signal", maskOf(fields), [
    ...condition("set", known ? name : ""),
    ...condition("peer", withoutNull(fields.get("peer") ?? "")),
  ]);
}

function mount(fields: Fields): Drawn {
  const words = (fields.get("flags") ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const unknown = words.find((word) => !mountOptions.has(word));
  if (unknown !== undefined) return { gap: `mounts with the option ${unknown}, which no rule can name` };
  const at = fields.get("name") ?? "";
  if (at === "") return { gap: "mounts whose place is not told" };
  const isRemount = words.includes("remount");
  const changes = words.some((word) => /^r?(?:private|slave|shared|unbindable)$/.test(word));
  const options = words.filter((word) => word !== "remount");
  const from = isRemount || changes ? "" : (fields.get("srcname") ?? "");
  const moves = words.some((word) => /^(?:r?bind|move)$/.test(word)) || changes || isRemount;
  return rule(
    isRemount ? "remount" : "mount",
    [],
    [
      ...condition("fstype", moves ? "" : fields.get("fstype")),
      ...(options.length > 0 ? [{ name: "options", values: options, isPeer: false }] : []),
      ...condition("source", from),
      ...condition("target", at),
    ],
  );
}

function dbus(fields: Fields): Drawn {
  const access = (fields.get("mask") ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const bus = condition("bus", fields.get("bus"));
  if (access.includes("eavesdrop")) return rule("dbus", access, bus);
  if (access.includes("bind"))
    return rule("dbus", access, [...bus, ...condition("name", fields.get("name"))]);
  return rule("dbus", access, [
    ...bus,
    ...condition("path", fields.get("path")),
    ...condition("interface", fields.get("interface")),
    ...condition("member", fields.get("member")),
    // Only what is sent is sent to a name; what is received comes from a number that changes.
    ...condition("name", access.includes("receive") ? "" : fields.get("name"), true),
    ...condition("label", withoutNull(fields.get("peer_label") ?? fields.get("peer_profile") ?? ""), true),
  ]);
}

function capability(fields: Fields): Drawn {
  const name = fields.get("capname") ?? "";
  return capabilityNames.has(name)
    ? rule("capability", [name], [])
    : { gap: `capabilities that are not known (${name || fields.get("capability") || "none named"})` };
}

function rlimit(fields: Fields): Drawn {
  const [name = "", value = ""] = [fields.get("rlimit"), fields.get("value")];
  if (!/^(?:fsize|data|stack|core|rss|nofile|as|nproc|memlock|locks|sigpending|msgqueue|rtprio)$/.test(name))
    return { gap: `limits of the kind ${name || "(none)"}: write the rule by hand` };
  const high = /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 62n ? value : "infinity";
  return rule("rlimit", [name, high], []);
}

function changeProfile(fields: Fields): Drawn {
  const to = fields.get("target") ?? fields.get("name") ?? "";
  return to === ""
    ? { gap: "changes of profile whose goal is not told" }
    : rule("change_profile", [], condition("target", to));
}

function peered(kind: "ptrace" | "io_uring", fields: Fields): Drawn {
  if (kind === "ptrace")
    return rule(kind, maskOf(fields), condition("peer", withoutNull(fields.get("peer") ?? "")));
  const access = maskOf(fields);
  const label = access.includes("sqpoll") ? "" : withoutNull(fields.get("tcontext") ?? "");
  return rule(kind, access, condition("label", label));
}

const networkOperations =
  /^(?:create|post_create|bind|connect|listen|accept|sendmsg|recvmsg|send|recv|getsockname|getpeername|getsockopt|setsockopt|socket_shutdown|sock_shutdown|socket_[a-z]{1,20}|file_perm|file_receive|file_inherit)$/;

const byOperation: ReadonlyMap<string, (fields: Fields) => Drawn> = new Map<
  string,
  (fields: Fields) => Drawn
>([
  ["capable", capability],
  ["signal", signal],
  ["ptrace", (fields) => peered("ptrace", fields)],
  ["mount", mount],
  ["umount", (fields) => rule("umount", [], condition("target", fields.get("name")))],
  [
    "pivotroot",
    (fields) =>
      rule(
        "pivot_root",
        [],
        [...condition("oldroot", fields.get("srcname")), ...condition("target", fields.get("name"))],
      ),
  ],
  ["change_profile", changeProfile],
  ["change_onexec", changeProfile],
  ["userns_create", () => rule("userns", ["create"], [])],
  ["uring_sqpoll", (fields) => peered("io_uring", fields)],
  ["uring_override", (fields) => peered("io_uring", fields)],
  ["setrlimit", rlimit],
]);

/** What `event` says that its profile has to allow. */
export function needsOf({ operation, fields }: AppArmorEvent): Drawn {
  const own = byOperation.get(operation);
  if (own !== undefined) return own(fields);
  if (operation.startsWith("dbus_")) return dbus(fields);
  if (operation.startsWith("mqueue_") || fields.get("class") === "posix_mqueue")
    return rule("mqueue", maskOf(fields), condition("target", fields.get("name")));
  if (fields.has("family") && networkOperations.test(operation)) return network(fields);
  if (operation === "change_hat" || operation.startsWith("profile_") || operation.startsWith("stack"))
    return { gap: `${operation}: write the rule by hand` };
  const name = fields.get("name");
  return name === undefined ? { gap: `the operation ${operation}, which is not known` } : file(fields, name);
}
