// Builds the root file system and disk of an image with debootstrap and keeps them between runs. Boots nothing.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { $ } from "zx";
import { type Archive, archivesOf } from "./mirror.js";
import { runProgram, until } from "./process.js";
import {
  codenames,
  type Image,
  kernelOf,
  needless,
  needlessFolder,
  nodePath,
  operator,
  packages,
  recipeKey,
  script,
} from "./recipe.js";

export interface Built {
  /** The root file system as files: the lower layer of containers. */
  readonly root: string;
  /** The same as an ext4 disk without partitions. */
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
  /** Opens the operator's account. */
  readonly key: string;
}

/** Survives between runs where the machine keeps it; everything in it can be built anew. */
export const cacheFolder = process.env.NODEWARD_CACHE ?? join(homedir(), ".cache", "nodeward-test");

/** Namespaces of its own: what debootstrap mounts and starts goes with it. */
const apart = [
  "unshare",
  "--mount",
  "--propagation=private",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];
const diskSize = "4G";
const keptMs = 14 * 24 * 3_600_000;

const sh = $({ quiet: true, timeout: "20m", killSignal: "SIGKILL" });

function describe(folder: string): Built {
  const root = join(folder, "root");
  const boot = existsSync(join(root, "boot")) ? readdirSync(join(root, "boot")).sort() : [];
  const newest = (prefix: string) =>
    join(root, "boot", boot.findLast((name) => name.startsWith(prefix)) ?? prefix);
  return {
    root,
    disk: join(folder, "disk.ext4"),
    kernel: newest("vmlinuz-"),
    initrd: newest("initrd.img-"),
    key: join(folder, "key"),
  };
}

async function proxy(): Promise<Readonly<Record<string, string>>> {
  const asked = await runProgram(["apt-config", "shell", "proxy", "Acquire::http::Proxy"]);
  const value = /^proxy='([^']*)'$/m.exec(asked.stdout)?.[1];
  return value === undefined || value === "DIRECT" ? {} : { http_proxy: value };
}

async function build(image: Image, folder: string): Promise<void> {
  const built = describe(folder);
  const release = codenames[image];
  const archives = await archivesOf(release);
  const env = { ...process.env, ...(await proxy()) };
  mkdirSync(folder, { recursive: true });
  await sh`ssh-keygen -q -t ed25519 -N "" -C ${operator.name} -f ${built.key}`;
  const smallest = ["debootstrap", "--variant=minbase", "--include=ca-certificates", release, built.root];
  await sh({ env })`${apart} ${smallest} ${archives[0]?.uri}`;
  const signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
  const sources = (all: readonly Archive[]) =>
    all.map(({ uri, suite }) => `deb ${signed} ${uri} ${suite} main\n`).join("");
  writeFileSync(join(built.root, "etc/apt/sources.list"), sources(archives));
  await sh`install -m 0755 ${process.execPath} ${join(built.root, nodePath)}`;
  const KEY = (await sh`cat ${`${built.key}.pub`}`).stdout.trim();
  const given = {
    OPERATOR: operator.name,
    PASSWORD: operator.password,
    KEY,
    KERNEL_SOURCES: kernelOf[image] === release ? "" : sources(await archivesOf(kernelOf[image])),
    PACKAGES: packages.join(" "),
    NEEDLESS: needless.join(" "),
    FOLDER: needlessFolder,
  };
  const inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -eu';
  await sh({ env: { ...env, ...given }, input: script })`${apart} sh -c ${inside} ${built.root}`;
  await sh`truncate -s ${diskSize} ${built.disk}`;
  await sh`mke2fs -q -t ext4 -L root -d ${built.root} ${built.disk}`;
}

/** One builder at a time, also among processes; a lock whose holder has died is nobody's. */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  await until(`another build of ${file}`, 30 * 60_000, async () => {
    try {
      writeFileSync(file, `${process.pid}`, { flag: "wx" });
      return true;
    } catch {
      const holder = (await runProgram(["cat", file])).stdout;
      if (holder !== "" && !existsSync(`/proc/${holder}`)) rmSync(file, { force: true });
      return undefined;
    }
  });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes away what no run has used for two weeks. */
function sweepImages(): void {
  for (const name of readdirSync(cacheFolder)) {
    const age = Date.now() - statSync(join(cacheFolder, name)).mtimeMs;
    if (age > keptMs) rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

function used(folder: string): Built {
  utimesSync(folder, new Date(), new Date());
  return describe(folder);
}

/** The image, from the cache or built now (minutes). */
export async function imageOf(image: Image): Promise<Built> {
  const key = recipeKey(image);
  const folder = join(cacheFolder, key);
  if (existsSync(folder)) return used(folder);
  mkdirSync(cacheFolder, { recursive: true });
  return await locked(join(cacheFolder, `${image}.lock`), async () => {
    if (existsSync(folder)) return used(folder);
    sweepImages();
    const started = Date.now();
    const unfinished = join(cacheFolder, `building-${image}`);
    rmSync(unfinished, { recursive: true, force: true });
    await build(image, unfinished);
    renameSync(unfinished, folder);
    console.log(`built ${key} in ${Math.round((Date.now() - started) / 1000)} s`);
    return describe(folder);
  });
}
