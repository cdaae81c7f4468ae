// Is the shipped table of system calls what libseccomp and this kernel's headers say? Every name and number both ways.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { broughtBy } from "../../src/confine/syscall-age.js";
import { type Architecture, architectures, parseSyscallTable } from "../../src/formats/syscall-table.js";

const program = "/usr/bin/scmp_sys_resolver";
const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));

/** libseccomp 2.6 numbers them for x32 too; the kernel has them for 64 bits alone (arch/x86/entry/syscalls/syscall_64.tbl). */
const notX32 = ["map_shadow_stack", "uprobe", "uretprobe"];

/** The answers of scmp_sys_resolver(1) to many questions, in one shell. */
function ask(architecture: Architecture, questions: readonly (string | number)[]): readonly string[] {
  const script = `for one in ${questions.join(" ")}; do ${program} -a ${architecture} "$one" || echo; done`;
  return spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout.split("\n");
}

if (!existsSync(program)) console.log("SKIPPED seccomp-syscalls: scmp_sys_resolver is not installed");
else
  for (const architecture of architectures)
    test(`${architecture}: every call that libseccomp numbers is in the table, by the same number`, () => {
      const names = [...table.names];
      const answers = ask(architecture, names);
      const differ = names.flatMap((name, index) => {
        const told = Number(answers[index]);
        const own = table.number(name, architecture);
        // Negative: libseccomp knows the name, and this architecture has no such call, or only within another.
        const wanted = told < 0 ? undefined : told;
        // One of socketcall(2) or ipc(2) too: libseccomp names the way through those first.
        if (told <= -100 && told > -300) return [];
        if (architecture === "x32" && notX32.includes(name) && own === undefined) return [];
        // A call that this libseccomp has no name for yet; two names of one number are one call.
        if (own === wanted || (told === -1 && broughtBy(name) !== undefined)) return [];
        if (wanted !== undefined && table.name(wanted, architecture) !== undefined && own === undefined)
          return [];
        return [`${name}: ${own} here, ${answers[index]} there`];
      });
      assert.equal(differ, []);
      const numbers = table.of(architecture).map((name) => table.number(name, architecture) ?? -1);
      const back = ask(architecture, numbers);
      const other = numbers.flatMap((number, index) => {
        const name = table.name(number, architecture) ?? "";
        const told = back[index];
        return told === name || (told === "UNKNOWN" && broughtBy(name) !== undefined)
          ? []
          : [`${number}: ${name} here, ${told} there`];
      });
      assert.equal(other, []);
    });

const headers = ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"];
const header = headers.find((path) => existsSync(path));

if (header === undefined) console.log("SKIPPED seccomp-syscalls: no kernel headers (linux-libc-dev)");
else
  test("x86_64: every call of the kernel's header is in the table", () => {
    const text = readFileSync(header, "utf8");
    const differ = [...text.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].flatMap(([, name = "", number]) =>
      table.number(name, "x86_64") === Number(number) ? [] : [`${name} ${number}`],
    );
    assert.equal(differ, []);
  });

test.run();
