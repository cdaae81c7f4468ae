// Is what we take for RuntimeDefault what the runtimes give? CRI-O's is the file of containers-common, read as CRI-O reads it;
// known differences are listed with their reasons, and one that vanishes fails.
import { existsSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compare } from "../../src/confine/compare.js";
import { readingOf } from "../../src/confine/reading.js";
import { ordinaryCapabilities, runtimeDefault } from "../../src/confine/runtime-default.js";
import { parseSeccomp } from "../../src/formats/seccomp.js";
import { parseSyscallTable } from "../../src/formats/syscall-table.js";

const file = "/usr/share/containers/seccomp.json";
const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));

/** Allowed by later releases of the file than 0.50, whose kernels know the calls. */
const later = [
  "cachestat",
  "fchmodat2",
  "futex_requeue",
  "futex_wait",
  "futex_waitv",
  "futex_wake",
  "map_shadow_stack",
  "mseal",
];
/** CRI-O takes these out of the file (cri-o, internal/config/seccomp). */
const byCrio = ["clone", "clone3", "unshare"];
const wide = new Set([...ordinaryCapabilities, "CAP_SYS_ADMIN", "CAP_SYS_TIME", "CAP_BPF", "CAP_SYS_PTRACE"]);

const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;

if (text === undefined)
  console.log(`SKIPPED seccomp-default: ${file} (golang-github-containers-common) is missing`);
// CRI-O 1.33 and later have that file in themselves.
else if (text.includes("riscv_flush_icache"))
  console.log(`SKIPPED seccomp-default: ${file} is of a release after 0.57, which CRI-O 1.26 does not have`);
else
  for (const architecture of ["x86_64", "aarch64", "riscv64", "s390x", "ppc64le"] as const)
    for (const capabilities of [ordinaryCapabilities, wide, new Set<string>()])
      test(`${architecture}, ${capabilities.size} capabilities: as containers-common has it`, () => {
        const parsed = parseSeccomp(text);
        if (parsed.state !== "ok") throw new Error(parsed.message);
        const container = { architecture, kernel: "6.1", capabilities };
        const theirs = readingOf(parsed.profile, { honours: "no-kernel", ...container });
        if (theirs === undefined) throw new Error("no filter");
        const ours = runtimeDefault({ engine: "cri-o", version: "1.26" }, container);
        const { gained, lost, changed } = compare(theirs, ours, table, architecture);
        const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
        const admin = capabilities.has("CAP_SYS_ADMIN");
        assert.equal(
          names(gained).filter((name) => name !== "quotactl_fd"),
          later,
        );
        assert.equal(names(gained).includes("quotactl_fd"), admin);
        assert.equal(names(lost), admin ? [] : byCrio);
        assert.equal(changed, []);
      });

test.run();
