// The kinds of change that a repair can make to files, on a small tree of its own: what is planted, what is wanted.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { FileChange, Group, Image, Wanted } from "../../src/core/plan.js";

export interface ChangeKind {
  readonly name: string;
  plant(root: string): void;
  readonly wanted: Readonly<Record<string, Wanted>>;
}

const old = new Date("2020-02-03T04:05:06.789Z");

function file(root: string, path: string, content: string | Uint8Array, mode = 0o644, owner = [0, 0]): void {
  mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, path), content);
  chownSync(join(root, path), owner[0] ?? 0, owner[1] ?? 0);
  chmodSync(join(root, path), mode);
  utimesSync(join(root, path), old, old);
}

const text = (content: string, rest: Partial<Wanted & { readonly state: "file" }> = {}): Wanted => ({
  state: "file",
  content,
  encoding: "utf8",
  ...rest,
});

const large = (letter: string) => `${letter.repeat(999)}\n`.repeat(600);

export const changeKinds: readonly ChangeKind[] = [
  {
    name: "an edited file",
    plant: (root) => file(root, "/etc/ssh/sshd_config", "PermitRootLogin yes\n"),
    wanted: { "/etc/ssh/sshd_config": text("PermitRootLogin no\n") },
  },
  {
    name: "an edited file of another owner and mode",
    plant: (root) => file(root, "/etc/secret.conf", "a\n", 0o640, [0, 42]),
    wanted: { "/etc/secret.conf": text("b\n") },
  },
  {
    name: "a new file",
    plant: (root) => mkdirSync(join(root, "etc/sysctl.d"), { recursive: true }),
    wanted: { "/etc/sysctl.d/99-nodeward.conf": text("kernel.x = 1\n", { mode: 0o600 }) },
  },
  {
    name: "a new file in new directories",
    plant: (root) => mkdirSync(join(root, "etc"), { recursive: true }),
    wanted: { "/etc/systemd/system/x.service.d/10-nodeward.conf": text("[Service]\n") },
  },
  {
    name: "a removed file",
    plant: (root) => file(root, "/etc/hosts.equiv", "+ +\n", 0o600, [0, 3]),
    wanted: { "/etc/hosts.equiv": { state: "absent" } },
  },
  {
    name: "an account",
    plant: (root) => {
      file(root, "/etc/shadow", "root::::::::\n", 0o640, [0, 42]);
      file(root, "/etc/.pwd.lock", "", 0o600);
    },
    wanted: { "/etc/shadow": text("root:!::::::::\n") },
  },
  {
    name: "a mode",
    plant: (root) => {
      file(root, "/etc/shadow", "root:*::::::\n", 0o644);
      file(root, "/etc/.pwd.lock", "", 0o600);
    },
    wanted: { "/etc/shadow": { state: "attributes", mode: 0o600 } },
  },
  {
    name: "an owner and a mode",
    plant: (root) => file(root, "/etc/kubernetes/kubelet.conf", "x\n", 0o4664, [33, 33]),
    wanted: { "/etc/kubernetes/kubelet.conf": { state: "attributes", mode: 0o600, owner: "0:0" } },
  },
  {
    name: "a directory's mode and owner",
    plant: (root) => {
      mkdirSync(join(root, "var/lib/etcd"), { recursive: true });
      chownSync(join(root, "var/lib/etcd"), 5, 6);
      chmodSync(join(root, "var/lib/etcd"), 0o2775);
    },
    wanted: { "/var/lib/etcd": { state: "attributes", mode: 0o700, owner: "0:0" } },
  },
  {
    name: "a new directory",
    plant: (root) => mkdirSync(join(root, "var/log"), { recursive: true }),
    wanted: { "/var/log/kubernetes": { state: "directory", mode: 0o750, owner: "0:4" } },
  },
  {
    name: "a symbolic link in place of a file",
    plant: (root) => file(root, "/etc/systemd/system/x.service", "[Service]\n", 0o644),
    wanted: { "/etc/systemd/system/x.service": { state: "symlink", target: "/dev/null" } },
  },
  {
    name: "a removed symbolic link",
    plant: (root) => {
      mkdirSync(join(root, "etc/systemd/system"), { recursive: true });
      symlinkSync("/dev/null", join(root, "etc/systemd/system/y.service"));
    },
    wanted: { "/etc/systemd/system/y.service": { state: "absent" } },
  },
  {
    name: "several files",
    plant: (root) => {
      for (const name of ["a", "b", "c"])
        file(root, `/etc/many/${name}.conf`, `${name} = 0\n`, 0o640, [0, 7]);
      file(root, "/etc/many/e.conf", "e\n", 0o666);
    },
    wanted: {
      "/etc/many/a.conf": text("a = 1\n"),
      "/etc/many/b.conf": { state: "absent" },
      "/etc/many/c.conf": text("c = 1\n", { mode: 0o600, owner: "0:0" }),
      "/etc/many/d.conf": text("d = 1\n"),
      "/etc/many/e.conf": { state: "attributes", mode: 0o600 },
    },
  },
  {
    name: "a file with an access list",
    plant: (root) => {
      file(root, "/etc/acl.conf", "a\n", 0o640);
      execFileSync("setfacl", ["-m", "u:65534:rw,g:33:r", join(root, "etc/acl.conf")]);
      utimesSync(join(root, "etc/acl.conf"), old, old);
    },
    wanted: { "/etc/acl.conf": text("b\n") },
  },
  {
    name: "a file with a capability, given to root",
    plant: (root) => {
      file(root, "/usr/bin/ping", "\u007fELF", 0o755, [7, 7]);
      execFileSync("setcap", ["cap_net_raw+ep", join(root, "usr/bin/ping")]);
      utimesSync(join(root, "usr/bin/ping"), old, old);
    },
    wanted: { "/usr/bin/ping": { state: "attributes", mode: 0o750, owner: "0:0" } },
  },
  {
    name: "a file with a capability, edited",
    plant: (root) => {
      file(root, "/usr/bin/tool", "#!/bin/sh\n", 0o755);
      execFileSync("setcap", ["cap_net_raw+ep", join(root, "usr/bin/tool")]);
      utimesSync(join(root, "usr/bin/tool"), old, old);
    },
    wanted: { "/usr/bin/tool": text("#!/bin/sh\n:\n", { owner: "7:7" }) },
  },
  {
    name: "a file that is not UTF-8",
    plant: (root) => file(root, "/etc/motd", Buffer.from([0x67, 0xfc, 0x6e, 0x0d, 0x0a, 0x00])),
    wanted: { "/etc/motd": { state: "file", content: "gr\u00fcn\r\n\u0000", encoding: "latin1" } },
  },
  {
    name: "a large file",
    plant: (root) => file(root, "/etc/large.conf", large("a")),
    wanted: { "/etc/large.conf": text(large("b")) },
  },
  {
    name: "an empty file and a name with blanks",
    plant: (root) => file(root, "/etc/pam.d/a b (old)", ""),
    wanted: { "/etc/pam.d/a b (old)": text("x") },
  },
];

function imageAt(root: string, path: string, wanted: Wanted): Image {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined) return { state: "absent" };
  const own = { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
  if (stats.isSymbolicLink())
    return { state: "symlink", target: readlinkSync(join(root, path)), uid: own.uid, gid: own.gid };
  if (stats.isDirectory()) return { state: "directory", ...own };
  const bytes = readFileSync(join(root, path));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { state: "file", sha256: wanted.state === "attributes" ? "" : sha256, size: bytes.length, ...own };
}

/** The plan that makes a kind of change on the tree as it is. */
export function planOf(root: string, kind: ChangeKind): readonly Group[] {
  const files: FileChange[] = Object.entries(kind.wanted).map(([path, wanted]) => ({
    path,
    before: imageAt(root, path, wanted),
    wanted,
    checks: ["a.check"],
    diff: "",
  }));
  return [{ name: "other", risk: "none", files, live: [], checks: ["a.check"] }];
}
