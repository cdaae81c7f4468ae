// A network of sources and ports in which the kernel itself says who gets past a set of rules. Namespaces of its own.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { type Family, parseAddress } from "../../src/core/network.js";
import type { Passage } from "../../src/facts/packet-walk.js";

const script = fileURLToPath(new URL("netfilter-inside.py", import.meta.url));

export const ports = [22, 80, 443, 6000, 10250];
export const worlds: Readonly<
  Record<Family, { readonly sources: readonly string[]; readonly networks: readonly string[] }>
> = {
  4: {
    sources: [
      "10.1.2.3",
      "10.1.9.9",
      "10.200.0.1",
      "192.0.2.7",
      "192.0.2.8",
      "198.51.100.77",
      "8.8.8.8",
      "172.16.5.5",
    ],
    networks: [
      "10.0.0.0/8",
      "10.1.0.0/16",
      "10.1.2.3",
      "192.0.2.0/24",
      "192.0.2.8/29",
      "0.0.0.0/0",
      "128.0.0.0/1",
      "198.51.100.77",
    ],
  },
  6: {
    sources: ["2001:db8::1", "2001:db8::2", "2001:db8:1::1", "fd00::5", "fd00:1::5", "2600::1"],
    networks: ["2001:db8::/32", "2001:db8::/64", "2001:db8::2", "fd00::/8", "::/0", "8000::/1", "2600::1"],
  },
};

/** The interface on which the packets come in. */
export const incoming = "veth0";

/** Why it cannot be asked here; undefined where it can. */
export function worldMissing(...programs: readonly string[]): string | undefined {
  const absent = ["unshare", "ip", "python3", ...programs].filter(
    (program) => spawnSync("which", [program]).status !== 0,
  );
  if (absent.length > 0) return absent.join(", ");
  return spawnSync("unshare", ["-n", "-m", "true"]).status === 0 ? undefined : "root and namespaces";
}

export interface Arrived {
  /** What `nft -j list ruleset` printed. */
  readonly list: string;
  readonly arrived: readonly string[];
}

/** Loads each set of rules into the kernel and sends packets from every source to every port. */
export function askKernel(
  program: "iptables" | "nft",
  family: Family,
  rulesets: readonly string[],
): readonly Arrived[] {
  const { sources } = worlds[family];
  const ran = spawnSync("unshare", ["-n", "-m", "python3", script], {
    input: JSON.stringify({ family, program, rulesets, sources, ports }),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.is(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

export interface Asked {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** Every packet that arrived may pass and surely passes by our reading, and no other. */
export function compareWith(
  family: Family,
  { arrived }: Arrived,
  rules: string,
  ours: (asked: Asked) => Passage,
): void {
  for (const protocol of ["tcp", "udp"] as const)
    for (const port of ports) {
      const { possible, certain } = ours({ protocol, port });
      for (const source of worlds[family].sources) {
        const value = parseAddress(source)?.value ?? 0n;
        const one = { first: value, last: value };
        const came = arrived.includes(`${protocol} ${source} ${port}`);
        const what = `${protocol} ${source} -> ${port}\n${rules}`;
        assert.is(!possible.intersect(one).empty, came, `kernel ${came}, may pass: ${what}`);
        assert.is(!certain.intersect(one).empty, came, `kernel ${came}, surely passes: ${what}`);
      }
    }
}
