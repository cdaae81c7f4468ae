// Builds the root file system and disk of an image with debootstrap and keeps them between runs. Boots nothing.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { $ } from "zx";
import { kept } from "./cache.js";
import { type Archive, archivesOf } from "./mirror.js";
import { runProgram } from "./process.js";
import {
  codenames,
  type Image,
  installed,
  kernelOf,
  keyOf,
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

/** Installs a release in a new folder (debootstrap(8)), from where this machine has its packages. */
async function install(root: string, release: string, options: readonly string[]): Promise<void> {
  const archives = await archivesOf(release);
  // A first stage for the boot is made where something boots (initramfs-tools' hook of the kernel).
  const env = { ...process.env, INITRD: "No", ...(await proxy()) };
  await sh({ env })`${apart} debootstrap ${options} ${release} ${root} ${archives[0]?.uri}`;
}

async function build(image: Image, folder: string): Promise<void> {
  const built = describe(folder);
  const release = codenames[image];
  const archives = await archivesOf(release);
  const env = { ...process.env, ...(await proxy()) };
  mkdirSync(folder, { recursive: true });
  await sh`ssh-keygen -q -t ed25519 -N "" -C ${operator.name} -f ${built.key}`;
  await install(built.root, release, ["--variant=minbase", "--include=ca-certificates"]);
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

/** The image, from the cache or built now (minutes). */
export async function imageOf(image: Image): Promise<Built> {
  return describe(await kept(recipeKey(image), (folder) => build(image, folder)));
}

/** A server as Debian's installer leaves it, in a folder that nothing has started. */
export async function installationOf(image: Image): Promise<string> {
  const suite = codenames[image];
  const options = ["--variant=-", `--include=${installed.join(",")}`];
  return await kept(keyOf(`${image}-installed`, [suite, options]), (folder) =>
    install(folder, suite, options),
  );
}
