// A running kernel with its modules, as files: for tests of what modprobe would do with them.
import { moduleRows } from "../../src/checks/kmod/module-rows.js";
import type { MemoryFiles } from "../../src/host/memory.js";

export const kernelRelease = "6.1.0-test";
export const kernelFolder = `/usr/lib/modules/${kernelRelease}`;
const names = [...moduleRows.map(({ module }) => module), "ext4", "overlay"];
/** Every module of the table can be loaded, none is blocked; overlay is loaded and in use. */
export const kernel: MemoryFiles = {
  "/lib": { link: "usr/lib" },
  "/proc/sys/kernel/osrelease": `${kernelRelease}\n`,
  "/proc/cmdline": "root=/dev/sda1 ro\n",
  "/proc/modules": "overlay 200704 3 - Live 0x0000000000000000\n",
  [`${kernelFolder}/kernel`]: { kind: "directory" },
  [`${kernelFolder}/modules.dep`]: names.map((name) => `kernel/some/${name}.ko.zst:\n`).join(""),
  [`${kernelFolder}/modules.builtin`]: "kernel/fs/fuse/fuse.ko\n",
  [`${kernelFolder}/modules.alias`]: names
    .map((name) => `alias some-${name}-* ${name.replaceAll("-", "_")}\n`)
    .join(""),
  "/etc/modprobe.d/empty.conf": "# nothing\n",
};
