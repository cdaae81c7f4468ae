// The types of containerd's settings that are asked for: a value of another one keeps it from starting. Reads no files.
import { type RuntimeSetting, type SettingKind, type StartProblem, wrongKind } from "./toml-layers.js";

const serverKinds = [
  ["grpc", "address", "text"],
  ["grpc", "tcp_address", "text"],
  ["grpc", "gid", "number"],
  ["debug", "address", "text"],
  ["debug", "uid", "number"],
  ["debug", "gid", "number"],
] as const;
const criKinds = [
  ["disable_apparmor", "boolean"],
  ["disable_proc_mount", "boolean"],
  ["enable_unprivileged_icmp", "boolean"],
  ["enable_unprivileged_ports", "boolean"],
  ["unset_seccomp_profile", "text"],
] as const;
const runtimeKinds = [
  ["base_runtime_spec", "text"],
  ["privileged_without_host_devices", "boolean"],
  ["runtime_type", "text"],
] as const;

interface Read {
  server(table: "grpc" | "debug", key: string): RuntimeSetting | undefined;
  readonly cri: {
    setting(...path: readonly string[]): RuntimeSetting | undefined;
    names(...path: readonly string[]): readonly string[];
  };
  readonly stream: RuntimeSetting | undefined;
}

/** Settings of another type than containerd takes (tried with 1.6.20). */
export function kindProblems({ server, cri, stream }: Read): readonly StartProblem[] {
  const check = (name: string, found: RuntimeSetting | undefined, kind: SettingKind) =>
    found === undefined ? [] : wrongKind(name, found, kind, "containerd");
  const runtimes = ["containerd", "runtimes"];
  return [
    ...serverKinds.flatMap(([table, key, kind]) => check(key, server(table, key), kind)),
    ...criKinds.flatMap(([key, kind]) => check(key, cri.setting(key), kind)),
    ...check("stream_server_address", stream, "text"),
    ...cri
      .names(...runtimes)
      .flatMap((name) =>
        runtimeKinds.flatMap(([key, kind]) => check(key, cri.setting(...runtimes, name, key), kind)),
      ),
  ];
}
