// Makes profiles/data/syscalls.txt anew: names and numbers of system calls by architecture, as libseccomp knows them, and
// those that are newer. Needs scmp_sys_resolver (Debian: seccomp). Usage: npx tsx packaging/syscalls.ts > profiles/data/syscalls.txt
import { spawnSync } from "node:child_process";

/** Column of the table -> what scmp_sys_resolver(1) calls the architecture, and the first number of its calls. */
const architectures: readonly (readonly [string, string, number])[] = [
  ["x86_64", "x86_64", 0],
  ["x86", "x86", 0],
  ["x32", "x32", 0x40000000],
  ["aarch64", "aarch64", 0],
  ["arm", "arm", 0],
  ["riscv64", "riscv64", 0],
  ["s390x", "s390x", 0],
  ["ppc64le", "ppc64le", 0],
];

/** Numbers that are looked at: no architecture has one above 550 (x32) but arm, whose own begin at 0x0f0000. */
const most = 560;
const armOwn = Array.from({ length: 8 }, (_, index) => 0x0f0000 + index);

/**
 * Since Linux 5.1 a new call has one number on every architecture (Documentation/process/adding-syscalls.rst). These came
 * after the release that libseccomp 2.5.4 knows (scripts/syscall.tbl).
 */
const newer: readonly (readonly [number, string])[] = [
  [451, "cachestat"],
  [452, "fchmodat2"],
  [453, "map_shadow_stack"],
  [454, "futex_wake"],
  [455, "futex_wait"],
  [456, "futex_requeue"],
  [457, "statmount"],
  [458, "listmount"],
  [459, "lsm_get_self_attr"],
  [460, "lsm_set_self_attr"],
  [461, "lsm_list_modules"],
  [462, "mseal"],
  [463, "setxattrat"],
  [464, "getxattrat"],
  [465, "listxattrat"],
  [466, "removexattrat"],
  [467, "open_tree_attr"],
  [468, "file_getattr"],
  [469, "file_setattr"],
  [470, "listns"],
  [471, "rseq_slice_yield"],
];

/** Newer calls of one architecture alone (arch/x86/entry/syscalls/syscall_64.tbl, arch/riscv/include/uapi/asm/unistd.h). */
const own: readonly (readonly [string, number, string])[] = [
  ["x86_64", 335, "uretprobe"],
  ["x86_64", 336, "uprobe"],
  ["riscv64", 258, "riscv_hwprobe"],
  ["riscv64", 259, "riscv_flush_icache"],
];

/** Not of the x32 table (arch/x86/entry/syscalls/syscall_64.tbl, column 2). */
const notX32 = "map_shadow_stack";

/** The names of some numbers, in one shell: a process for each would take minutes. */
function resolve(architecture: string, numbers: readonly number[]): ReadonlyMap<number, string> {
  const script = `for number in ${numbers.join(" ")}; do scmp_sys_resolver -a ${architecture} "$number" || echo; done`;
  const { stdout, status, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  if (status !== 0) throw new Error(`scmp_sys_resolver: ${stderr}`);
  const names = stdout.split("\n");
  return new Map(
    numbers.flatMap((number, index) => {
      const name = names[index]?.trim() ?? "";
      return name === "" || name === "UNKNOWN" ? [] : [[number, name] as const];
    }),
  );
}

const table = new Map<string, Map<string, number>>();

function put(architecture: string, name: string, number: number): void {
  const row = table.get(name) ?? new Map<string, number>();
  if (!row.has(architecture)) row.set(architecture, number);
  table.set(name, row);
}

for (const [column, architecture, base] of architectures) {
  const plain = Array.from({ length: most }, (_, index) => base + index);
  const found = resolve(architecture, column === "arm" ? [...plain, ...armOwn] : plain);
  for (const [number, name] of found) put(column, name, number);
  for (const [number, name] of newer) put(column, name, base + number);
  for (const [where, number, name] of own) if (where === column) put(column, name, number);
  if (column === "x32") table.get(notX32)?.delete(column);
}

const columns = architectures.map(([column]) => column);
const lines = [...table]
  .filter(([, row]) => row.size > 0)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, row]) => [name, ...columns.map((column) => String(row.get(column) ?? "-"))].join(" "));
process.stdout.write(
  [
    "# System calls by architecture. Made by packaging/syscalls.ts; not edited by hand.",
    ["name", ...columns].join(" "),
    ...lines,
    "",
  ].join("\n"),
);
