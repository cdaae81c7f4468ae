// Programs that, run as root, hand over a root shell or any file of the node, and by which way. Knowledge, not judgement.

/** How a program gives more than its name says. */
export type Escape =
  /** From inside it, whatever arguments it was started with: `!sh` in a pager, `:!sh` in an editor. */
  | "inside"
  /** By its arguments: only where the rule leaves them free. */
  | "arguments"
  /** It writes any file it is told to: only where the rule leaves its arguments free. */
  | "files";

export interface ShellProgram {
  readonly kind: string;
  readonly escape: Escape;
}

function rows(kind: string, way: Escape, names: string): readonly (readonly [string, ShellProgram])[] {
  return names.split(" ").map((name) => [name, { kind, escape: way }] as const);
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
    "su sudo sudo-rs doas pkexec runuser setpriv sg newgrp login machinectl",
  ),
  ...rows(
    "a way to run any program",
    "arguments",
    "env nice ionice nohup setsid stdbuf timeout time xargs chroot unshare nsenter taskset watch script scriptreplay " +
      "strace ltrace gdb start-stop-daemon systemd-run systemd-nspawn capsh flock parallel expect socat nc ncat netcat " +
      "ssh scp sftp rsync at batch crontab run-parts ip tcpdump dmsetup logrotate cpulimit chrt prlimit softlimit ld.so",
  ),
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
  ...rows("a program that opens a pager or an editor", "arguments", "systemctl git hg svn"),
  ...rows("a database client with a shell", "inside", "mysql mariadb psql sqlite3 redis-cli mongo mongosh"),
  ...rows("a network client with a shell", "inside", "ftp telnet lftp"),
  ...rows(
    "an interpreter",
    "arguments",
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
    "docker podman nerdctl ctr crictl runc crun kubectl k3s lxc lxc-attach lxd incus buildah skopeo helm kubeadm",
  ),
  ...rows(
    "a service or machine manager",
    "arguments",
    "service systemd-cat insmod modprobe kexec mount umount losetup",
  ),
  ...rows(
    "an account tool",
    "arguments",
    "passwd chpasswd useradd usermod adduser gpasswd groupmod chsh chfn newusers",
  ),
  ...rows(
    "a file tool",
    "files",
    "cp mv dd tee install ln chmod chown chgrp setfacl setcap tar cpio ar unzip zip 7z find sed sort shuf split xxd wget " +
      "curl truncate patch openssl gpg restic borg rclone mkfs",
  ),
]);

/** Version numbers at the end of a name do not change what it is: `python3.11`, `php8.2`, `gcc-12`. */
function plainName(name: string): string {
  return name.replace(/[-.]?\d+(?:\.\d+)*$/, "");
}

/** What a program called `path` is known to give away; undefined for one we know nothing of. */
export function shellProgram(path: string): ShellProgram | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return programs.get(name) ?? programs.get(plainName(name));
}
