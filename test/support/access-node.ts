// A node on which root is had by every way there is, each of them once; and the same node tidied up.
import type { MemoryFiles } from "../../src/host/memory.js";
import { keyText } from "./ssh-key-text.js";
import { main } from "./sshd-node.js";
import { dpkg } from "./sudo-node.js";

const service = (exec: string, more = "") => `[Service]\nExecStart=${exec}\n${more}`;
const status = (name: string, pid: number, euid: number, capabilities: string, spaces = String(pid)) =>
  `Name:\t${name}\nPPid:\t1\nUid:\t${euid}\t${euid}\t${euid}\t${euid}\nGid:\t${euid}\t${euid}\t${euid}\t${euid}\nNSpid:\t${spaces}\nCapEff:\t${capabilities}\nCapBnd:\t0\n`;
const none = "0000000000000000";

export const rootKey = keyText("ssh-ed25519");

export const openNode: MemoryFiles = {
  "/etc/hostname": "node-7\n",
  "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n',
  "/etc/passwd": [
    "root:x:0:0::/root:/bin/bash",
    "toor:x:00:0::/:/usr/sbin/nologin",
    "alice:x:1000:1000::/home/alice:/bin/bash",
    "bob:x:1001:1001::/home/bob:/bin/bash",
    "ci:x:1002:1002::/home/ci:/bin/bash",
    "nobody:x:65534:65534::/:/usr/sbin/nologin",
    "",
  ].join("\n"),
  "/etc/group": "root:x:0:\nsudo:x:27:alice\ndocker:x:999:ci\nstaff:x:50:bob\nlxd:x:998:\n",
  "/etc/shadow": { text: "root:$6$a$b:20000::::::\ntoor:*:::::::\nalice:$y$a$b:20000::::::\n", mode: 0o640 },
  "/etc/sudoers": {
    text: "root ALL=(ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\nbob ALL=(root) NOPASSWD: /usr/bin/vim\ngone ALL=(ALL) ALL\n",
    mode: 0o440,
  },
  "/usr/bin/sudo": { text: "", mode: 0o4755 },
  "/var/lib/dpkg/status": dpkg(
    ["base-files", "12.4"],
    ["sudo", "1.9.13p3-1+deb12u4"],
    ["openssh-server", "1:9.2p1-2+deb12u10"],
  ),
  "/var/lib/dpkg/info/openssh-server.list": "/usr/sbin/sshd\n",
  [main]: { text: "PermitRootLogin prohibit-password\n", mode: 0o600 },
  "/root": { kind: "directory", mode: 0o700 },
  "/root/.ssh/authorized_keys": { text: `${rootKey} laptop\n`, mode: 0o600 },
  "/home/alice/.ssh/authorized_keys": {
    text: `command="/bin/true" ${keyText("ssh-rsa", 3072)} deploy\n`,
    mode: 0o600,
    uid: 1000,
  },
  "/opt": { kind: "directory", mode: 0o775, gid: 50 },
  "/opt/agent": { text: "", mode: 0o755 },
  "/etc/systemd/system/agent.service": service("/opt/agent --run"),
  "/etc/systemd/system/plain.service": service("/opt/other", "User=nobody\n"),
  "/etc/cron.d/job": {
    text: "* * * * * root /srv/job.sh >/dev/null\n* * * * * bob /srv/bobs.sh\n",
    mode: 0o644,
  },
  "/srv/job.sh": { text: "", mode: 0o777 },
  "/etc/kubernetes/manifests": { kind: "directory", uid: 1001 },
  "/run/docker.sock": { kind: "socket", mode: 0o660, gid: 999 },
  "/run/containerd": { kind: "directory", mode: 0o711 },
  "/run/containerd/containerd.sock": { kind: "socket", mode: 0o666 },
  "/run/crio": { kind: "directory", mode: 0o700 },
  "/run/crio/crio.sock": { kind: "socket", mode: 0o666 },
  "/proc/10/status": status("sshd", 10, 0, "000001ffffffffff"),
  "/proc/10/cmdline": "/usr/sbin/sshd\0-D\0",
  "/proc/10/exe": { link: "/usr/sbin/sshd" },
  "/proc/11/status": status("agent", 11, 0, "000001ffffffffff"),
  "/proc/11/cmdline": "/opt/agent\0--run\0",
  "/proc/11/exe": { link: "/opt/agent (deleted)" },
  "/proc/12/status": status("python3", 12, 0, "000001ffffffffff"),
  "/proc/12/cmdline": "python3\0-u\0/srv/tool.py\0",
  "/proc/12/exe": { link: "/usr/bin/python3.11" },
  "/proc/13/status": status("node-probe", 13, 65534, "0000000000080000"),
  "/proc/13/cmdline": "/usr/sbin/sshd\0",
  "/proc/13/exe": { link: "/usr/sbin/sshd" },
  "/proc/14/status": status("app", 14, 0, none, "14\t1"),
  "/proc/14/cmdline": "/app\0",
  "/proc/14/exe": { link: "/app" },
};
