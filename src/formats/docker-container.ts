// A container as Docker keeps it (config.v2.json beside hostconfig.json), in the terms of an OCI configuration. Its
// environment and arguments are never taken out.
import { usualCapabilities } from "../core/pod-capabilities.js";
import { type ContainerConfig, Json, type Parsed } from "./oci-config.js";

export interface DockerContainer {
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  readonly pid: number;
  readonly config: ContainerConfig;
}

function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, "");
}

function capabilitiesOf(host: Json): readonly string[] {
  if (host.get("Privileged").isTrue) return ["ALL"];
  const dropped = new Set(host.get("CapDrop").texts.map(plain));
  const kept = dropped.has("ALL") ? [] : usualCapabilities.filter((name) => !dropped.has(name));
  return [...new Set([...kept, ...host.get("CapAdd").texts.map(plain)])];
}

/** `host` shares the node's; `container:ID` joins another's and is no more the node's than that one's. */
function namespacesOf(host: Json): ContainerConfig["namespaces"] {
  const modes = [
    ["network", "NetworkMode"],
    ["pid", "PidMode"],
    ["ipc", "IpcMode"],
  ] as const;
  return modes.flatMap(([type, key]) => {
    const mode = host.get(key).text;
    // Under `container:` the one it joins is looked at by itself.
    return mode === "host" ? [] : [{ type, path: "" }];
  });
}

/** A name is looked up in the image, where this does not look. */
function uidOf(user: string): number | undefined {
  const name = user.split(":", 1)[0] ?? "";
  if (name === "" || name === "root") return 0;
  return /^\d{1,10}$/.test(name) ? Number(name) : undefined;
}

function seccompOf(host: Json): ContainerConfig["seccomp"] {
  if (host.get("Privileged").isTrue) return "none";
  return host.get("SecurityOpt").texts.some((one) => /^seccomp[=:]unconfined$/.test(one)) ? "none" : "filter";
}

function mountsOf(config: Json): ContainerConfig["mounts"] {
  return config.get("MountPoints").entries.flatMap(([destination, mount]) => {
    const source = mount.get("Source").text;
    return source.startsWith("/") ? [{ source, destination, writable: mount.get("RW").isTrue }] : [];
  });
}

/** Reads both files of /var/lib/docker/containers/ID (moby/container/container.go, api/types/container). */
export function parseDockerContainer(configText: string, hostText: string): Parsed<DockerContainer> {
  const [config, host] = [Json.parse(configText), Json.parse(hostText)];
  if (config.state === "error") return config;
  if (host.state === "error") return { state: "error", message: `hostconfig.json ${host.message}` };
  const [own, given] = [config.value, host.value];
  const masked = given.get("MaskedPaths");
  const privileged = given.get("Privileged").isTrue;
  const paths = (list: Json) => (privileged ? 0 : list.isSet ? list.texts.length : 1);
  return {
    state: "ok",
    value: {
      name: own.get("Name").text.replace(/^\//, ""),
      image: own.get("Config", "Image").text,
      running: own.get("State", "Running").isTrue,
      pid: own.get("State", "Pid").number ?? 0,
      config: {
        // Labels may be the image's own words.
        annotations: new Map(),
        uid: uidOf(own.get("Config", "User").text),
        noNewPrivileges: given.get("SecurityOpt").texts.some((one) => /^no-new-privileges/.test(one)),
        capabilities: capabilitiesOf(given),
        appArmorProfile: privileged ? "" : own.get("AppArmorProfile").text,
        seccomp: seccompOf(given),
        seccompText: "",
        readOnlyRoot: given.get("ReadonlyRootfs").isTrue,
        namespaces: namespacesOf(given),
        mounts: mountsOf(own),
        maskedPaths: paths(masked),
        readOnlyPaths: paths(given.get("ReadonlyPaths")),
        allDevices: privileged,
        cgroupsPath: "",
      },
    },
  };
}
