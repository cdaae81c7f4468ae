// Programs that, run as root, hand over a root shell or any file of the node, and by which way. Knowledge, not judgement.
import { fitsPattern } from "./sudoers-match.js";

/** How a program gives more than its name says. */
export type Escape =
  /** From inside it, whatever arguments it was started with: `!sh` in a pager, `:!sh` in an editor. */
  | "inside"
  /** By its arguments: only where the rule leaves them free. */
  | "arguments"
  /** By its arguments, and where it is given none: what it then reads is a program. */
  | "input"
  /** It writes any file it is told to: only where the rule leaves its arguments free. NOEXEC does not hinder it. */
  | "files"
  /** It writes the file that the rule names: where it names none, or one that makes root. */
  | "named";

export interface ShellProgram {
  readonly kind: string;
  readonly escape: Escape;
  /** Arguments, fixed in the rule, that give as much as free ones. */
  readonly given?: (args: string) => boolean;
}

function rows(
  kind: string,
  way: Escape,
  names: string,
  given?: (args: string) => boolean,
): readonly (readonly [string, ShellProgram])[] {
  const program = { kind, escape: way, ...(given === undefined ? {} : { given }) };
  return names.split(" ").map((name) => [name, program] as const);
}

function hasWord(args: string, ...wanted: readonly string[]): boolean {
  return args.split(/\s+/).some((word) => wanted.includes(word));
}

const programs: ReadonlyMap<string, ShellProgram> = new Map([
  ...rows(
    "a shell",
    "inside",
    "sh bash dash zsh ksh mksh ksh93 csh tcsh fish ash busybox rbash toybox screen tmux byobu",
  ),
  ...rows(
    "a way to run any program",
    "inside",
    "su sudo sudo-rs doas pkexec run0 runuser setpriv sg newgrp login machinectl at batch",
  ),
  ...rows(
    "a way to run any program",
    "arguments",
    "env nice ionice nohup setsid stdbuf timeout time xargs chroot unshare nsenter taskset watch script scriptreplay " +
      "strace ltrace gdb start-stop-daemon systemd-run systemd-nspawn capsh flock parallel expect socat nc ncat netcat " +
      "ssh sshd scp sftp rsync run-parts ip tcpdump dmsetup logrotate cpulimit chrt prlimit softlimit ld.so setarch " +
      "linux32 linux64 choom aa-exec cgexec bwrap firejail perf bpftrace nmap iptables ip6tables openvpn busctl sysctl",
  ),
  ...rows("a way to run any program", "arguments", "crontab", (args) => hasWord(args, "-", "-e")),
  ...rows(
    "an editor",
    "inside",
    "vi vim vim.basic vim.tiny vim.nox vimdiff view rvim rview nvim ex ed nano pico rnano emacs emacs-nox emacs25 joe " +
      "jed jmacs micro mcedit mc ne kak hx helix visudo vipw vigr sensible-editor editor",
  ),
  ...rows(
    "a pager",
    "inside",
    "less more most pg man info sensible-pager pager zless zmore bzless xzless lesspipe",
  ),
  ...rows("a program that opens a pager", "inside", "journalctl loginctl timedatectl"),
  ...rows("a program that opens a pager", "arguments", "dmesg"),
  ...rows("a program with a shell of its own", "inside", "debugfs mail mailx virsh"),
  ...rows("a program that opens a pager or an editor", "arguments", "systemctl git hg svn"),
  ...rows("a database client with a shell", "inside", "mysql mariadb psql sqlite3 redis-cli mongo mongosh"),
  ...rows("a network client with a shell", "inside", "ftp telnet lftp"),
  ...rows(
    "an interpreter",
    "input",
    "python python2 python3 perl ruby irb node nodejs php lua luajit tclsh wish awk gawk mawk nawk jjs jrunscript " +
      "guile gcc cc g++ clang make cmake gmake rake ant octave R julia ghci scala groovy go cargo java pry jshell",
  ),
  ...rows(
    "a package manager",
    "arguments",
    "apt apt-get aptitude dpkg dpkg-reconfigure yum dnf microdnf rpm zypper pacman apk snap flatpak pip pip3 gem npm " +
      "yarn cpan composer easy_install conda brew nix-env alternatives update-alternatives",
  ),
  ...rows(
    "a container or cluster client",
    "arguments",
    "docker podman nerdctl ctr crictl runc crun kubectl k3s lxc lxc-attach lxd incus buildah skopeo helm kubeadm rke2 " +
      "microk8s",
  ),
  ...rows(
    "a service or machine manager",
    "arguments",
    "service systemd-cat insmod modprobe kexec mount umount losetup ansible ansible-playbook puppet salt-call",
  ),
  ...rows("an account tool", "arguments", "passwd chsh chfn", (args) => hasWord(args, "root")),
  ...rows("an account tool", "arguments", "useradd usermod adduser gpasswd groupmod"),
  ...rows("an account tool", "input", "chpasswd newusers"),
  ...rows(
    "a file tool",
    "files",
    "cp mv dd tee install ln chmod chown chgrp setfacl setcap tar cpio ar unzip zip 7z find sed sort shuf split xxd wget " +
      "curl truncate openssl gpg restic borg rclone mkfs mknod",
  ),
  ...rows("a file tool", "input", "patch"),
]);

/** Files by which who writes them is root. */
const rootFiles = [
  ["/etc/sudoers", "/etc/sudoers.d/x", "/etc/shadow", "/etc/passwd", "/etc/group", "/etc/gshadow"],
  ["/etc/crontab", "/etc/cron.d/x", "/etc/cron.daily/x", "/var/spool/cron/crontabs/root"],
  ["/etc/pam.d/sudo", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/profile", "/etc/environment"],
  ["/etc/systemd/system/x.service", "/lib/systemd/system/ssh.service", "/usr/lib/systemd/system/ssh.service"],
  ["/root/.ssh/authorized_keys", "/root/.bashrc", "/root/.profile", "/etc/ssh/sshd_config"],
  ["/etc/kubernetes/manifests/x.yaml", "/bin/ls", "/usr/bin/ls", "/usr/sbin/sshd"],
].flat();
/** A rule may name a file as it is called in the folder somebody is in. */
const rootNames = new Set(rootFiles.flatMap((path) => [path, path.slice(path.lastIndexOf("/") + 1)]));

/** A wildcard pattern with each bracket taken for any character. */
function loosely(pattern: string): string {
  return pattern.replace(/\[[^\]]+\]/g, "?");
}

/** Of a regular expression nothing is said: that one fits too much is a question of its own. */
function meansRootFile(args: string): boolean {
  if (args.startsWith("^")) return false;
  const words = args.split(/\s+/).map(loosely);
  return words.some((word) => [...rootNames].some((name) => fitsPattern(word, name, true) === true));
}

const sudoedit: ShellProgram = {
  kind: "an editor of files that make root",
  escape: "named",
  given: meansRootFile,
};

/** Where programs lie that are on every node. */
const folders = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"];
const everywhere = ["bash", "sh", "vi", "vim.tiny", "less", "env", "python3", "perl"];

/**
 * Version numbers and what it was built for do not change what a program is: `python3.11`, `php8.2`,
 * `x86_64-linux-gnu-gcc-12`, `perl5.36-x86_64-linux-gnu`, `ld-linux-x86-64.so.2`.
 */
function plainName(name: string): string {
  if (/^ld(?:-linux|-musl)?[\w-]*\.so(?:\.\d+)*$/.test(name)) return "ld.so";
  return name
    .replace(/^[a-z0-9_]+-linux-gnu-/, "")
    .replace(/-[a-z0-9_]+-linux-gnu$/, "")
    .replace(/[-.]?\d+(?:\.\d+)*$/, "");
}

function byName(name: string): ShellProgram | undefined {
  return programs.get(name) ?? programs.get(plainName(name));
}

/** One of the programs that lie on every node, where a folder or a wildcard means it. */
function amongMany(path: string): ShellProgram | undefined {
  const folder = path.endsWith("/") && !/[*?[]/.test(path);
  const name = everywhere.find((one) =>
    folders.some((each) => (folder ? each === path : fitsPattern(loosely(path), each + one, true) === true)),
  );
  return name === undefined ? undefined : byName(name);
}

/**
 * What a command of sudoers is known to give away; undefined for one we know nothing of. Of a regular expression the
 * words in it are looked at: no pattern of the node is compiled.
 */
export function shellProgram(path: string): ShellProgram | undefined {
  if (path === "sudoedit") return sudoedit;
  if (path.startsWith("^"))
    return path
      .split(/[^\w.+-]+/)
      .map(byName)
      .find((found) => found !== undefined);
  return (
    byName(path.slice(path.lastIndexOf("/") + 1)) ?? (/[*?[]|\/$/.test(path) ? amongMany(path) : undefined)
  );
}
