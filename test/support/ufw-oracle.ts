// The real ufw in namespaces of its own: what it makes of commands and files. Touches nothing of this machine's firewall.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Sequence {
  readonly commands: readonly (readonly string[])[];
  readonly files?: Readonly<Record<string, string>>;
  /** Commands that come after the files were put in place. */
  readonly after?: readonly (readonly string[])[];
  readonly load?: boolean;
}
export interface Answer {
  readonly added?: string;
  readonly numbered?: string;
  readonly error?: string;
  readonly warnings: string;
  readonly refused: readonly (readonly [readonly string[], string])[];
  readonly files: Readonly<Record<string, string>>;
  readonly started?: number;
  readonly said?: string;
  readonly v4?: string;
  readonly v6?: string;
}

const script = fileURLToPath(new URL("ufw-inside.py", import.meta.url));
const python = "/usr/bin/python3";

/** Why it cannot be asked here; undefined where it can. */
export function ufwMissing(): string | undefined {
  const absent = ["unshare", "ip", "ufw", "iptables-save"].filter(
    (program) => spawnSync("which", [program]).status !== 0,
  );
  if (absent.length > 0) return absent.join(", ");
  return spawnSync("unshare", ["-n", "-m", "true"]).status === 0 ? undefined : "root and namespaces";
}

export function askUfw(sequences: readonly Sequence[]): readonly Answer[] {
  const ran = spawnSync("unshare", ["-n", "-m", python, script], {
    input: JSON.stringify({ sequences }),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}
