// The shipped table of system calls (profiles/data/syscalls.txt): name and number by architecture. Judges no call.

/** Columns of the table, as the kernel calls them; the names of profiles are in `scmpNames`. */
export const architectures = [
  "x86_64",
  "x86",
  "x32",
  "aarch64",
  "arm",
  "riscv64",
  "s390x",
  "ppc64le",
] as const;
export type Architecture = (typeof architectures)[number];

/** As seccomp profiles name them (OCI runtime specification, config-linux.md, `architectures`). */
export const scmpNames: Readonly<Record<Architecture, string>> = {
  x86_64: "SCMP_ARCH_X86_64",
  x86: "SCMP_ARCH_X86",
  x32: "SCMP_ARCH_X32",
  aarch64: "SCMP_ARCH_AARCH64",
  arm: "SCMP_ARCH_ARM",
  riscv64: "SCMP_ARCH_RISCV64",
  s390x: "SCMP_ARCH_S390X",
  ppc64le: "SCMP_ARCH_PPC64LE",
};

/** The architectures whose programs a kernel of this one may run as well (32-bit ones). */
export const secondary: Readonly<Partial<Record<Architecture, readonly Architecture[]>>> = {
  x86_64: ["x86", "x32"],
  aarch64: ["arm"],
};

export interface SyscallTable {
  /** Every name, of any architecture, sorted. */
  readonly names: readonly string[];
  has(name: string): boolean;
  number(name: string, architecture: Architecture): number | undefined;
  name(number: number, architecture: Architecture): string | undefined;
  of(architecture: Architecture): readonly string[];
}

export function architectureOf(scmpName: string): Architecture | undefined {
  return architectures.find((one) => scmpNames[one] === scmpName);
}

/** Reads the table; lines that are none are left out, so that a text from elsewhere yields an empty one. */
export function parseSyscallTable(text: string): SyscallTable {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const columns = (lines[0] ?? "").split(" ").slice(1);
  const rows = new Map<string, ReadonlyMap<string, number>>();
  for (const line of lines.slice(1)) {
    const [name = "", ...cells] = line.split(" ");
    const numbers = columns.flatMap((column, index) => {
      const number = Number(cells[index] ?? "-");
      return Number.isInteger(number) ? [[column, number] as const] : [];
    });
    rows.set(name, new Map(numbers));
  }
  const byNumber = new Map<Architecture, Map<number, string>>(architectures.map((one) => [one, new Map()]));
  for (const [name, row] of rows)
    for (const one of architectures) {
      const number = row.get(one);
      if (number !== undefined) byNumber.get(one)?.set(number, name);
    }
  return {
    names: [...rows.keys()],
    has: (name) => rows.has(name),
    number: (name, architecture) => rows.get(name)?.get(architecture),
    name: (number, architecture) => byNumber.get(architecture)?.get(number),
    of: (architecture) => [...(byNumber.get(architecture)?.values() ?? [])].sort(),
  };
}
