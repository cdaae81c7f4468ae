import { test } from "uvu";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { allows, group, loginNode, shadowText, stops } from "../../../support/guard-node.js";
import { processFiles } from "../../../support/proc-net.js";

const shells = (text: string) =>
  group("accounts", ["accounts.nologin-shells"], { files: { "/etc/shells": text } });
const listed: MemoryFiles = { ...loginNode, "/etc/shells": "/bin/sh\n/bin/bash\n/usr/sbin/nologin\n" };

test("nologin may go from the list of shells", async () => {
  await allows(listed, shells("/bin/sh\n/bin/bash\n"));
});

test("a shell that somebody has stays in the list", async () => {
  await stops(
    listed,
    /^refuse accounts.nologin-shells: the shell of .*alice \(\/bin\/bash\)/,
    shells("/bin/sh\n"),
  );
});

const tty = (text: string) => group("other", ["site.securetty"], { files: { "/etc/securetty": text } });
const rooted: MemoryFiles = { ...loginNode, "/etc/shadow": shadowText.replace("root:*", "root:$y$j9T$s$h") };

test("root's terminals are kept where root's password opens them", async () => {
  await allows(rooted, tty("tty1\n"));
  await allows(loginNode, tty("# none\n"));
  await stops(rooted, /^defer site.securetty: root could log in on no console/, tty("# console\n"));
});

const hide = (option: string): ReturnType<typeof group> =>
  group("mounts", ["files.hidepid"], {
    files: { "/etc/fstab": `proc /proc proc ${option} 0 0\n` },
    live: [["remount", "/proc", option]],
    risk: "reboot",
  });
const watched: MemoryFiles = {
  ...loginNode,
  ...processFiles({ pid: 70, program: "/usr/lib/polkit-1/polkitd", uid: 101 }),
};

test("processes are hidden where nobody but root looks at them, or its group is named", async () => {
  await allows(loginNode, hide("hidepid=2"));
  await allows(
    { ...loginNode, ...processFiles({ pid: 70, program: "/usr/bin/node_exporter" }) },
    hide("hidepid=2"),
  );
  await allows(watched, hide("hidepid=2,gid=101"));
});

test("processes are not hidden from a program that looks at them as another user", async () => {
  await stops(watched, /^defer files.hidepid: polkitd \(user 101\)/, hide("hidepid=2"));
});

test.run();
