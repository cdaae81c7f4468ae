// kmod.<module>, every row: kept out, loaded, half blocked, compiled in, unreadable.
import { test } from "uvu";
import { modules } from "../../../../src/checks/kmod/modules.js";
import { testCheck } from "../../../support/check.js";
import { kernel, kernelFolder, kernelRelease } from "../../../support/kernel-tree.js";

for (const check of modules) {
  const name = check.id.slice("kmod.".length);
  const module = name.replaceAll("-", "_");
  const conf = `/etc/modprobe.d/${name}.conf`;
  const own = `/etc/modprobe.d/nodeward-${name}.conf`;
  const both = `install ${name} /bin/false\nblacklist ${module}\n`;
  const blocked = { ...kernel, [conf]: both };
  const written = `# Written by nodeward (kmod.${name}): modprobe refuses this module.\n`;
  testCheck(check, {
    passes: [
      { name: "refused and blacklisted", files: blocked },
      { name: "in a file of the vendor's", files: { ...kernel, "/usr/lib/modprobe.d/x.conf": both } },
      {
        name: "no installed kernel has it",
        files: { ...kernel, [`${kernelFolder}/modules.dep`]: "kernel/fs/ext4.ko:\n" },
      },
      {
        name: "/bin/true, which pretends",
        files: { ...kernel, [conf]: `install ${module} /bin/true\nblacklist ${name}\n` },
      },
      { name: "another root, where nothing runs", files: { [conf]: both } },
    ],
    fails: [
      {
        name: "nothing keeps it out",
        files: kernel,
        at: ["/etc/modprobe.d"],
        says: `nothing keeps ${name} from being loaded; the kernel asks for it as some-${name}-*`,
        fixed: { [own]: `${written}install ${name} /bin/false\nblacklist ${name}\n` },
      },
      {
        name: "the kernel's name for it leads nowhere",
        files: { ...kernel, [conf]: `alias some-${name}-* off\n` },
        at: ["/etc/modprobe.d"],
        says: `nothing keeps ${name} from being loaded`,
        fixed: { [own]: `${written}install ${name} /bin/false\nblacklist ${name}\n` },
      },
      {
        name: "only blacklisted",
        files: { ...kernel, [conf]: `# x\nblacklist ${module}\n` },
        at: [`${conf}:2`],
        says: `only blacklisted (${conf}:2): \`modprobe ${name}\` and modules that depend on it still load it`,
        fixed: { [own]: `${written}install ${name} /bin/false\n` },
      },
      {
        name: "only an install line",
        files: { ...kernel, [conf]: `install ${module} /bin/false` },
        at: [`${conf}:1`],
        says: "but not blacklisted",
        fixed: { [own]: `${written}blacklist ${name}\n` },
      },
      {
        name: "a line of its own loads it",
        files: {
          ...kernel,
          [conf]: `blacklist ${name}\ninstall ${name}   /sbin/modprobe -i ${name} # why\n`,
        },
        at: [`${conf}:2`, `${conf}:1`],
        says: "which may load it",
        fixed: { [conf]: `blacklist ${name}\ninstall ${name}   /bin/false\n`, [own]: undefined },
      },
      {
        name: "loaded, used by nobody",
        files: { ...blocked, "/proc/modules": `${module} 16384 0 - Live 0x0\n` },
        at: ["/proc/modules:1", `${conf}:1`, `${conf}:2`],
        says: `${name} is loaded`,
      },
    ],
    errors: [
      {
        name: "a file of modprobe.d may not be read",
        files: { ...blocked, "/etc/modprobe.d/a.conf": { error: "denied" } },
        says: "permission denied: /etc/modprobe.d/a.conf",
      },
      {
        name: "the loaded modules are not to be told",
        files: { ...blocked, "/proc/modules": "this is no module\n" },
        says: "/proc/modules:1: is not a line of a module",
      },
    ],
    notApplicable: [
      {
        name: "compiled into the kernel",
        files: { ...kernel, [`${kernelFolder}/modules.builtin`]: `kernel/x/${name}.ko\n` },
        says: `compiled into the kernel (/lib/modules/${kernelRelease}/modules.builtin:1)`,
      },
      {
        name: "a kernel without modules",
        files: { "/proc/sys/kernel/osrelease": "6.1.0\n", "/etc/modprobe.d/a.conf": "" },
        host: { live: true },
        says: "without loadable modules",
      },
    ],
  });
}

test.run();
