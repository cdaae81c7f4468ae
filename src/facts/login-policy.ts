// What PAM's modules for locking, password quality and former passwords are told beside their own lines: faillock.conf,
// pwquality.conf, pwhistory.conf, and which modules there are. The stacks themselves are another fact (pam.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { compareDebianVersions } from "../formats/debian-version.js";
import { type KeyValue, parseKeyValue, setKeyValue } from "../formats/key-value.js";
import type { Host, Read } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";
import { packages } from "./packages.js";
import type { Ask, FactSource } from "./source.js";

export interface PolicyFile {
  readonly file: string;
  /** Of a key that is set twice the last line counts; a bare key has an empty value. */
  get(key: string): { readonly value: string; readonly source: Source } | undefined;
  /** A step that sets a key; a bare key for an empty value. */
  set(key: string, value: string): Step;
}

export interface LoginPolicy {
  /** Without a file the module's defaults hold. */
  readonly faillock: Fact<PolicyFile>;
  /** pwquality.conf after pwquality.conf.d, as libpwquality reads them: the main file last. */
  readonly pwquality: Fact<PolicyFile>;
  /** Absent where the installed pam_pwhistory is too old to read one. */
  readonly pwhistory: Fact<PolicyFile>;
  /** File names of the installed modules, such as `pam_faillock.so`; unknown where no folder could be listed. */
  readonly modules: Fact<ReadonlySet<string>>;
}

const faillockFile = "/etc/security/faillock.conf";
const pwqualityFile = "/etc/security/pwquality.conf";

const pwhistoryFile = "/etc/security/pwhistory.conf";
/** The release of Linux-PAM that brought the file; Red Hat's older ones have it as well, and bring the file along. */
const pwhistorySince = "1.5.3";

const moduleFolders = [
  "/usr/lib/x86_64-linux-gnu/security",
  "/usr/lib/aarch64-linux-gnu/security",
  "/lib/x86_64-linux-gnu/security",
  "/lib/aarch64-linux-gnu/security",
  "/usr/lib64/security",
  "/usr/lib/security",
];

function policyFile(read: Read, before: readonly KeyValue[]): Fact<PolicyFile> {
  if (read.state !== "ok" && read.state !== "absent") return failed(read.reason);
  const { path: file } = read;
  const text = read.state === "ok" ? read.text : "";
  const own = parseKeyValue(file, text);
  const last = (settings: readonly KeyValue[], key: string) =>
    settings.findLast((setting) => setting.key === key);
  return known({
    file,
    get: (key) => last(own, key) ?? last(before, key),
    set: (key, value) => ({
      kind: "edit",
      file,
      edits: [setKeyValue(text, last(own, key), key, value, { equals: " = " })],
    }),
  });
}

async function pwquality(host: Host): Promise<Fact<PolicyFile>> {
  const [read, parts] = await Promise.all([
    host.read(pwqualityFile),
    dropIns(host, {
      directories: [`${pwqualityFile}.d`],
      accepts: (name) => name.endsWith(".conf"),
      directoriesHide: false,
    }),
  ]);
  if (parts.unread[0] !== undefined) return failed(parts.unread.join("; "));
  const before = parts.files.flatMap(({ path, read: part }) =>
    part === undefined ? [] : parseKeyValue(path, part.text),
  );
  return policyFile(read, before);
}

async function pwhistory(host: Host, ask: Ask): Promise<Fact<PolicyFile>> {
  const [read, installed] = await Promise.all([host.read(pwhistoryFile), ask(packages)]);
  const version =
    installed.state === "known" && installed.value.manager === "dpkg"
      ? installed.value.get("libpam-modules")?.version
      : undefined;
  if (version !== undefined && compareDebianVersions(version, pwhistorySince) < 0)
    return absent(`pam_pwhistory ${version} reads no ${pwhistoryFile}`);
  return policyFile(read, []);
}

async function modules(host: Host): Promise<LoginPolicy["modules"]> {
  const listings = await Promise.all(moduleFolders.map((folder) => host.list(folder)));
  const broken = listings.find(({ state }) => state === "denied" || state === "failed");
  if (broken !== undefined && broken.state !== "ok") return failed(broken.reason);
  const names = listings.flatMap((listing) =>
    listing.state === "ok" ? listing.entries.map(({ name }) => name) : [],
  );
  return names.length === 0 ? absent("no folder of PAM modules on this node") : known(new Set(names));
}

export const loginPolicy: FactSource<LoginPolicy> = {
  title:
    "the settings of PAM's modules (/etc/security/faillock.conf, pwquality.conf, pwhistory.conf), and which modules there are",
  async gather(host, ask) {
    const [faillock, quality, history, there] = await Promise.all([
      host.read(faillockFile),
      pwquality(host),
      pwhistory(host, ask),
      modules(host),
    ]);
    return known({
      faillock: policyFile(faillock, []),
      pwquality: quality,
      pwhistory: history,
      modules: there,
    });
  },
};
