// The AppArmor profiles that are to be on this node, those that nodeward ships and the site's own: how each lies on disk, how the
// kernel has it, who runs under it. Judges none; the rest of the policy is facts/apparmor-files.ts.
import { createHash } from "node:crypto";
import { absent, type Fact, failed, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { parsePolicyFile } from "../formats/apparmor-profile.js";
import { type PolicyRules, parsePolicyRules } from "../formats/apparmor-rules.js";
import type { Host, Read } from "../host/host.js";
import { type AppArmor, apparmor, type LoadedProfile } from "./apparmor.js";
import { type AppArmorFiles, apparmorFiles } from "./apparmor-files.js";
import { apparmorUsage } from "./apparmor-usage.js";
import { shippedPolicies, siteOwn, sizeLimit, type WantedPolicy } from "./apparmor-wanted.js";
import type { FactSource } from "./source.js";

export interface KernelProfile {
  readonly name: string;
  /** The mode its flags ask for. */
  readonly wants: string;
  readonly loaded: LoadedProfile | undefined;
}

export interface PolicyState extends WantedPolicy {
  readonly path: string;
  readonly stored: Read;
  /** What it is to say, and what the stored text says. */
  readonly rules: PolicyRules;
  readonly storedRules: PolicyRules;
  /** Those of its profiles that complain on purpose. */
  readonly complaining: readonly string[];
  /** The entries that keep boot from loading it, or have it complain whatever its flags. */
  readonly marks: readonly Source[];
  /** Its profiles in the kernel; a failure where the kernel cannot be asked, absent where it is not seen. */
  readonly profiles: Fact<readonly KernelProfile[]>;
  /** Is what the kernel has what the file says? Absent where that is not compared, with the reason where there is one to tell. */
  readonly current: Fact<boolean>;
  /** Containers and processes under it. */
  readonly usedBy: readonly string[];
}

export interface AppArmorProfiles {
  readonly policies: readonly PolicyState[];
  /** The kernel is seen: loaded profiles count, not only files. */
  readonly live: boolean;
  readonly parser: boolean;
  /** What could not be read: profiles of the site, or their users, may be missed. */
  readonly unread: readonly string[];
  /** The steps that put a policy in place and into the kernel. */
  install(policy: PolicyState): readonly Step[];
}

export const policyFolder = "/etc/apparmor.d";
const modes = ["complain", "kill", "unconfined", "prompt"];

/** Names with variables are known to the parser alone. */
async function kernelNames(
  host: Host,
  path: string,
  headers: readonly string[],
): Promise<readonly string[] | string> {
  if (!headers.some((name) => name.includes("@{"))) return headers;
  const result = await host.run("apparmor-names", path);
  if (result.state !== "ok") return result.reason;
  if (result.code !== 0) return `${path}: apparmor_parser does not tell its profiles`;
  return result.stdout.split("\n").filter((name) => name !== "");
}

async function inKernel(
  host: Host,
  { text, path }: { readonly text: string; readonly path: string },
  kernel: Fact<AppArmor>,
): Promise<PolicyState["profiles"]> {
  if (kernel.state !== "known") return kernel;
  const { profiles } = parsePolicyFile(text);
  const flags = new Map(profiles.map((one) => [one.name, one.flags]));
  const names = await kernelNames(
    host,
    path,
    profiles.map(({ name }) => name),
  );
  if (typeof names === "string") return failed(names);
  const byName = new Map(kernel.value.loaded.map((one) => [one.name, one]));
  return known(
    [...new Set(names)].map((name) => ({
      name,
      wants: modes.find((mode) => flags.get(name)?.includes(mode)) ?? "enforce",
      loaded: byName.get(name),
    })),
  );
}

const notAsked: Fact<never> = absent("");

/** Since Linux 6.8 the kernel takes SHA-256 of what it was given, before SHA-1 (apparmorfs.c, raw_sha256 and raw_sha1). */
async function digestOf(host: Host, folder: string) {
  for (const algorithm of ["sha256", "sha1"] as const) {
    const read = await host.read(`${folder}/raw_${algorithm}`);
    if (read.state === "ok") return { algorithm, hex: read.text.trim() };
    if (read.state !== "absent") return read.reason;
  }
  return undefined;
}

async function isCurrent(
  host: Host,
  path: string,
  profiles: PolicyState["profiles"],
): Promise<Fact<boolean>> {
  const [first, second] = profiles.state === "known" ? profiles.value : [];
  if (first?.loaded === undefined) return notAsked;
  if (second !== undefined)
    return absent(`${path} holds several profiles: their text in the kernel is not compared`);
  const { folder } = first.loaded;
  if (folder === undefined)
    return absent(`what the kernel holds of ${path} cannot be compared: it does not show it`);
  const digest = await digestOf(host, folder);
  // CONFIG_SECURITY_APPARMOR_HASH
  if (digest === undefined)
    return absent(`what the kernel holds of ${path} cannot be compared: it keeps no hash of it`);
  if (typeof digest === "string") return failed(digest);
  const compiled = await host.run("apparmor-compiled", path);
  if (compiled.state === "absent")
    return absent(`what the kernel holds of ${path} is not compared: ${compiled.reason}`);
  if (compiled.state !== "ok") return failed(compiled.reason);
  if (compiled.code !== 0)
    return failed(`${path}: apparmor_parser does not compile it: ${said(compiled.stderr)}`);
  const hex = createHash(digest.algorithm).update(Buffer.from(compiled.stdout, "latin1")).digest("hex");
  return known(hex === digest.hex);
}

function said(text: string): string {
  return printable(text.trim().split("\n", 1)[0] ?? "", 200);
}

/** Whoever loads it reads what lies there then: the file is written first. */
function steps({ path, text, marks }: PolicyState): readonly Step[] {
  return [
    ...marks.map(({ file }) => ({ kind: "remove", file }) as const),
    { kind: "write", file: path, content: text, mode: 0o644 },
    { kind: "action", action: "load-apparmor-profile", args: [path] },
  ];
}

async function hasParser(host: Host): Promise<boolean> {
  const found = await Promise.all(
    ["/usr/sbin", "/sbin"].map((folder) => host.stat(`${folder}/apparmor_parser`)),
  );
  return found.some(({ state }) => state === "ok");
}

function rulesOf(text: string, stored: Read): Pick<PolicyState, "rules" | "storedRules"> {
  const rules = parsePolicyRules(text);
  const isOther = stored.state === "ok" && stored.text !== text;
  return { rules, storedRules: isOther ? parsePolicyRules(stored.text) : rules };
}

function complainingIn(text: string): readonly string[] {
  return parsePolicyFile(text).profiles.flatMap(({ name, flags }) =>
    flags.includes("complain") ? [name] : [],
  );
}

function marksOf(files: Fact<AppArmorFiles>, name: string): readonly Source[] {
  if (files.state !== "known") return [];
  const one = files.value.files.find((file) => file.name === name);
  const idle = files.value.idle.filter(({ file }) => file.endsWith(`/${name}`));
  return [one?.disabled, one?.forced, ...idle].filter((source) => source !== undefined);
}

export const apparmorProfiles: FactSource<AppArmorProfiles> = {
  title: "AppArmor profiles that are to be here (/etc/apparmor.d, /etc/nodeward/apparmor, those shipped)",
  async gather(host, ask) {
    const [kernel, files] = await Promise.all([ask(apparmor), ask(apparmorFiles)]);
    // An image has no kernel: its files count alone.
    const isImage = !host.live && (await host.stat("/sys/module")).state === "absent";
    if (kernel.state === "absent" && (!isImage || files.state === "absent")) return absent(kernel.reason);
    const unread: string[] = [];
    const site = await siteOwn(host, unread);
    const named = new Set(site.map(({ name }) => name));
    const users = await apparmorUsage(ask, kernel);
    unread.push(...users.unread);
    const wanted = [...shippedPolicies().filter(({ name }) => !named.has(name)), ...site];
    const policies = await Promise.all(
      wanted.map(async (one) => {
        const path = `${policyFolder}/${one.name}`;
        const stored = await host.read(path, { limit: sizeLimit });
        const profiles = await inKernel(host, { ...one, path }, kernel);
        const current = stored.state === "ok" ? await isCurrent(host, path, profiles) : notAsked;
        const names = profiles.state === "known" ? profiles.value.map(({ name }) => name) : [one.name];
        return {
          ...one,
          path,
          stored,
          ...rulesOf(one.text, stored),
          complaining: complainingIn(one.text),
          marks: marksOf(files, one.name),
          profiles,
          current,
          usedBy: users.by(names),
        };
      }),
    );
    const parser = await hasParser(host);
    return known({
      policies,
      live: kernel.state !== "absent",
      parser,
      unread: [
        ...(files.state === "error" ? [files.reason] : []),
        ...(files.state === "known" ? files.value.unlisted : []),
        ...unread,
      ],
      install: (policy) => (parser ? steps(policy) : []),
    });
  },
};
