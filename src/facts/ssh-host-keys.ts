// The files of the host keys of sshd: those its configuration names and those that lie in /etc/ssh. Owner and mode only.
import { absent, known } from "../core/fact.js";
import { type FileState, fileStates } from "./file-state.js";
import type { FactSource } from "./source.js";
import { sshd } from "./sshd.js";

export interface SshHostKeys {
  readonly privateKeys: readonly FileState[];
  readonly publicKeys: readonly FileState[];
}

function there(states: readonly FileState[]): readonly FileState[] {
  const seen = new Set<string>();
  return states.filter(({ path, state }) => state !== "absent" && !seen.has(path) && seen.add(path));
}

export const sshHostKeys: FactSource<SshHostKeys> = {
  title: "the host keys of sshd (HostKey, /etc/ssh/ssh_host_*_key): owner and mode, never their content",
  async gather(host, ask) {
    const config = await ask(sshd);
    if (config.state !== "known") return config;
    const named = (config.value.value("HostKey") ?? []).filter((path) => path.startsWith("/"));
    const [privateKeys, publicKeys] = await Promise.all([
      fileStates(host, [...named, "/etc/ssh/ssh_host_*_key"]),
      fileStates(host, [...named.map((path) => `${path}.pub`), "/etc/ssh/ssh_host_*_key.pub"]),
    ]);
    const keys = { privateKeys: there(privateKeys), publicKeys: there(publicKeys) };
    // An image that never ran has none: they are made at the first boot.
    if (keys.privateKeys.length === 0) return absent("there are no SSH host keys yet");
    return known(keys);
  },
};
