// Which listening sockets are sshd's, by who holds them. Not where it is told to listen (facts/sshd.ts).
import type { Listening } from "./sockets.js";

const sshUnits = new Set(["ssh.socket", "sshd.socket"]);

/** Does sshd listen there, or systemd for it, beyond the loopback? */
export function isSshd({ protocol, loopback, owner }: Listening): boolean {
  if (protocol !== "tcp" || loopback || owner.state !== "known") return false;
  return owner.holders.some(({ program }) => program === "sshd") || sshUnits.has(owner.unit ?? "");
}
