// The tables of a whole tree: packages, processes, sockets, running sysctls, units, modules, as the files that the kernel,
// dpkg and systemd make of them. Not plain files (node-tree.ts).
import { idsOf, type Path, type Planted } from "./node-files.js";
import { moduleFiles, unitFiles } from "./node-units.js";
import { socketFiles } from "./proc-net.js";
import { rpmBlob, sqliteFile } from "./rpm-database.js";

type Rows = Map<string, string>;
type Tables = ReadonlyMap<string, Rows>;

/** All the tables, empty. `brought`: path -> package. */
export function tables(): Tables {
  return new Map(
    ["packages", "rpms", "processes", "sockets", "sysctls", "units", "modules", "brought"].map((name) => [
      name,
      new Map(),
    ]),
  );
}

function rowsOf(all: Tables, name: string): readonly (readonly [string, string])[] {
  return [...(all.get(name) ?? [])];
}

/** `openssh-server 1:9.2p1-2+deb12u7 openssh`: name, version, source package, what is wanted. */
function dpkg(all: Tables): readonly (readonly [Path, Planted])[] {
  const packages = rowsOf(all, "packages");
  if (packages.length === 0) return [];
  const status = packages.map(([name, rest]) => {
    const [version = "", source = name, want = "install"] = rest.split(" ");
    const from = source === name ? "" : `Source: ${source}\n`;
    return `Package: ${name}\nStatus: ${want} ok installed\nArchitecture: amd64\n${from}Version: ${version}\n\n`;
  });
  const lists = new Map<string, string>();
  for (const [path, name] of rowsOf(all, "brought")) lists.set(name, `${lists.get(name) ?? ""}${path}\n`);
  return [
    ["/var/lib/dpkg/status", { text: status.join("") }],
    ...[...lists].map(([name, text]) => [`/var/lib/dpkg/info/${name}.list`, { text }] as const),
  ];
}

/** `sudo 1.9.5p2-10.el9_3 sudo`: name, version with its epoch, source package; in rpm's own database. */
function rpm(all: Tables): readonly (readonly [Path, Planted])[] {
  const packages = rowsOf(all, "rpms");
  if (packages.length === 0) return [];
  const blobs = packages.map(([name, rest]) => {
    const [whole = "", source = name] = rest.split(" ");
    const [, epoch, version = "", release = ""] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(whole) ?? [];
    const files = rowsOf(all, "brought").flatMap(([path, by]) => (by === name ? [[path, ""] as const] : []));
    return rpmBlob({
      name,
      version,
      release,
      source: `${source}-${version}-${release}.src.rpm`,
      files,
      ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
    });
  });
  const text = sqliteFile(blobs).toString("latin1");
  return [["/usr/lib/sysimage/rpm/rpmdb.sqlite", { text, binary: true }]];
}

const everything = "000001ffffffffff";
/** The boot, and the first process after it: 2026-01-01. */
const bootSeconds = Date.UTC(2026, 0, 1) / 1000;

/**
 * `812 root ssh.service /usr/sbin/sshd -D`: process, user, unit or control group, command line. The kernel's name of it is
 * that of the program, or stands before it: `fail2ban-server=/usr/bin/python3`.
 */
function process(pid: string, row: string, uid: number): readonly (readonly [Path, Planted])[] {
  const [, unit = "", named = "", ...args] = row.split(" ");
  const [, own, program = named] = /^([^/=]+)=(\/.*)$/.exec(named) ?? [];
  const name = (own ?? program.slice(program.lastIndexOf("/") + 1)).slice(0, 15);
  const group = unit.includes("/") ? unit : `/system.slice/${unit}`;
  const caps = uid === 0 ? everything : "0000000000000000";
  const at = `/proc/${pid}`;
  const status = [
    `Name:\t${name}`,
    `PPid:\t${pid === "1" ? 0 : 1}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `NSpid:\t${pid}`,
    `CapEff:\t${caps}`,
    `CapBnd:\t${everything}`,
    "NoNewPrivs:\t0",
    "Seccomp:\t0",
  ];
  const ticks = Number(pid) * 10;
  return [
    [`${at}/status`, { text: `${status.join("\n")}\n` }],
    [`${at}/stat`, { text: `${pid} (${name}) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0\n` }],
    [`${at}/cmdline`, { text: [program, ...args].map((word) => `${word}\0`).join("") }],
    [`${at}/cgroup`, { text: `0::${group}\n` }],
    [`${at}/exe`, { link: program }],
    [`${at}/attr/current`, { text: "unconfined\n" }],
    [`${at}/fd`, { folder: true }],
    [`${at}/ns/net`, { link: "net:[4026531840]" }],
  ];
}

/** `tcp/0.0.0.0/22 812`: protocol, address and port, and the process that holds it. */
function sockets(all: Tables): readonly (readonly [Path, Planted])[] {
  const rows = rowsOf(all, "sockets").map(([key, holder]) => {
    const [kind = "", host = "", port = ""] = key.split("/");
    const protocol = kind === "udp" ? ("udp" as const) : ("tcp" as const);
    const running = all.get("processes")?.get(holder)?.split(" ")[2];
    if (running === undefined) throw new Error(`${key}: no process ${holder}`);
    return { protocol, host, port: Number(port), by: { pid: Number(holder), program: running } };
  });
  const made: (readonly [Path, Planted])[] = [["/proc/net", { link: "1/net" }]];
  for (const [path, node] of Object.entries(socketFiles(...rows)))
    if (typeof node === "string") {
      if (path.startsWith("/proc/net/")) made.push([path.replace("/proc/", "/proc/1/"), { text: node }]);
    } else if (node.link !== undefined && path.includes("/fd/")) made.push([path, { link: node.link }]);
  return made;
}

/** The files that the rows of the tables stand for. */
export function tableFiles(
  all: Tables,
  files: ReadonlyMap<Path, Planted>,
): readonly (readonly [Path, Planted])[] {
  const users = idsOf(files, "/etc/passwd");
  const processes = rowsOf(all, "processes");
  const sysctls = rowsOf(all, "sysctls").map(([key, value]): readonly [Path, Planted] => [
    `/proc/sys/${key.replaceAll(".", "/")}`,
    { text: `${value.replace(/^= /, "")}\n` },
  ]);
  const kernel = all.get("sysctls")?.get("kernel.osrelease")?.replace(/^= /, "") ?? "";
  const modules = kernel === "" ? [] : moduleFiles(kernel, rowsOf(all, "modules"));
  const units = rowsOf(all, "units").flatMap(([name, row]) => unitFiles(name, row));
  const still = [...dpkg(all), ...rpm(all), ...units, ...modules, ...sysctls];
  if (processes.length === 0) return still;
  return [
    ...still,
    ["/proc/stat", { text: `cpu  1 2 3 4\nbtime ${bootSeconds}\n` }],
    ...processes.flatMap(([pid, row]) => process(pid, row, users.get(row.split(" ")[0] ?? "") ?? 0)),
    ...sockets(all),
  ];
}
