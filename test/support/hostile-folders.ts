// Folders full of files that a program reads line by line: as many lines as are kept of one folder, all of them valid,
// short, and different where that is worse. Not what stands in place of one file (hostile.test.ts).

export interface HostileFolder {
  readonly name: string;
  /** Path of the file with this number, below the root. */
  path(file: number): string;
  /** The line with this number; what comes before the first and behind the last line of a file. */
  line(number: number): string;
  readonly before?: string;
  readonly after?: string;
}

const folder = (name: string, path: (file: number) => string, line: (number: number) => string) => ({
  name,
  path,
  line,
});

export const hostileFolders: readonly HostileFolder[] = [
  folder(
    "settings of the kernel",
    (n) => `etc/sysctl.d/${n}.conf`,
    (n) => `a.b${n}=1`,
  ),
  folder(
    "modules",
    (n) => `etc/modprobe.d/${n}.conf`,
    (n) => `blacklist m${n}`,
  ),
  folder(
    "rules of sudo",
    (n) => `etc/sudoers.d/a${n}`,
    (n) => `u${n} ALL=(root) /a`,
  ),
  folder(
    "lines of sshd",
    (n) => `etc/ssh/sshd_config.d/${n}.conf`,
    (n) => `Match user u${n}`,
  ),
  folder(
    "package sources",
    (n) => `etc/apt/sources.list.d/${n}.list`,
    (n) => `deb http://h/${n} a b`,
  ),
  folder(
    "files that rsyslog writes",
    (n) => `etc/rsyslog.d/${n}.conf`,
    (n) => `*.* /a/${n}`,
  ),
  folder(
    "rules of audit",
    (n) => `etc/audit/rules.d/${n}.rules`,
    (n) => `-w /a/${n} -p wa`,
  ),
  folder(
    "profiles of AppArmor",
    (n) => `etc/apparmor.d/a${n}`,
    (n) => `profile p${n} /bin/p${n} {}`,
  ),
  {
    ...folder(
      "containers of a pod",
      (n) => `etc/kubernetes/manifests/${n}.yaml`,
      (n) => `  - {name: c${n}, image: b}`,
    ),
    before: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers:\n",
  },
  {
    ...folder(
      "words of a command",
      (n) => `etc/systemd/system/kubelet.service.d/${n}.conf`,
      (n) => `--a${n} \\`,
    ),
    before: "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet \\\n",
    after: "\n",
  },
];

/** The files of a folder: `lines` in all, so many in each. */
export function filesOf(
  { path, line, before = "", after = "" }: HostileFolder,
  lines: number,
  each: number,
): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (let file = 0; file * each < lines; file++) {
    const numbers = Array.from({ length: each }, (_, index) => file * each + index);
    files[path(file)] = `${before}${numbers.map((number) => `${line(number)}\n`).join("")}${after}`;
  }
  return files;
}
