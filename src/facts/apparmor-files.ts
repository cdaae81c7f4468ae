// The AppArmor policy on disk: the files boot loads, the profiles in them, and those disabled or forced to complain.
// Not what is in the kernel (facts/apparmor.ts).
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { headerAttachment, type PolicyFile, parsePolicyFile } from "../formats/apparmor-profile.js";
import { type PolicyRules, parsePolicyRules } from "../formats/apparmor-rules.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface DiskProfile {
  readonly name: string;
  readonly flags: readonly string[];
  readonly source: Source;
}

export interface DiskPolicy {
  readonly name: string;
  readonly path: string;
  /** Empty where it could not be read. */
  readonly text: string;
  readonly isRead: boolean;
  readonly profiles: readonly DiskProfile[];
  /** The programs that its profiles are for. */
  readonly attachments: readonly { readonly name: string; readonly attach: string }[];
  /** Its rules, taken apart when first asked for. */
  rules(): PolicyRules;
  /** The entry that keeps boot from loading it. */
  readonly disabled: Source | undefined;
  /** The entry that has it loaded in complain mode whatever its flags. */
  readonly forced: Source | undefined;
}

export interface AppArmorFiles {
  readonly files: readonly DiskPolicy[];
  /** Entries of disable/ and force-complain/ that name no file of the policy. */
  readonly idle: readonly Source[];
  /** Names that could not be listed: of files, or of what is disabled and forced. */
  readonly unlisted: readonly string[];
  /** Files that could not be read or followed. */
  readonly unread: readonly string[];
}

const folder = "/etc/apparmor.d";
/** What boot passes over (aa-functions, skip_profile; private.c of the parser, is_blacklisted). */
export const passedOver =
  /^(?:\.|README)|~$|\.(?:dpkg-(?:new|old|dist|bak|remove)|pacsave|pacnew|rpmnew|rpmsave|orig|rej)$/;

interface Marks {
  readonly of: ReadonlyMap<string, Source>;
  readonly unread: readonly string[];
}

async function marksIn(host: Host, path: string): Promise<Marks> {
  const listing = await host.list(path);
  if (listing.state !== "ok")
    return { of: new Map(), unread: listing.state === "absent" ? [] : [listing.reason] };
  return {
    of: new Map(listing.entries.map(({ name }) => [name, wholeFile(`${path}/${name}`)])),
    unread: listing.undecodable.map((name) => `${path}: the name ${name} is not valid UTF-8`),
  };
}

interface Opened extends PolicyFile {
  readonly text: string;
}

async function policyIn(host: Host, path: string): Promise<Opened | string | undefined> {
  const read = await host.read(path);
  // A dangling link is nothing that boot could load.
  if (read.state === "absent") return undefined;
  return read.state === "ok" ? { ...parsePolicyFile(read.text), text: read.text } : read.reason;
}

function parsedOnce(text: string): () => PolicyRules {
  let rules: PolicyRules | undefined;
  return () => {
    rules ??= parsePolicyRules(text);
    return rules;
  };
}

export const apparmorFiles: FactSource<AppArmorFiles> = {
  title: "the AppArmor policy on disk (/etc/apparmor.d)",
  async gather(host) {
    const [listing, disabled, forced] = await Promise.all([
      host.list(folder),
      marksIn(host, `${folder}/disable`),
      marksIn(host, `${folder}/force-complain`),
    ]);
    if (listing.state === "absent") return absent(`no AppArmor policy is installed: no ${folder}`);
    if (listing.state !== "ok") return failed(listing.reason);
    const unlisted = [
      ...listing.undecodable.map((name) => `${folder}: the name ${name} is not valid UTF-8`),
      ...disabled.unread,
      ...forced.unread,
    ];
    const names = listing.entries
      .filter(({ name, kind }) => kind !== "directory" && !passedOver.test(name))
      .map(({ name }) => name);
    const unread: string[] = [];
    const files: DiskPolicy[] = [];
    for (const name of names) {
      const path = `${folder}/${name}`;
      const policy = await policyIn(host, path);
      if (policy === undefined) continue;
      if (typeof policy === "string") unread.push(policy);
      else if (policy.problem !== undefined) unread.push(`${path}: ${policy.problem}`);
      const profiles = typeof policy === "string" ? [] : policy.profiles;
      const content = typeof policy === "string" ? "" : policy.text;
      files.push({
        name,
        path,
        text: content,
        isRead: typeof policy !== "string",
        rules: parsedOnce(content),
        attachments: profiles.flatMap((one) => {
          const attach = one.name.includes("//") ? "" : headerAttachment(one.text);
          return attach === "" ? [] : [{ name: one.name, attach }];
        }),
        profiles: profiles.map(({ line, text, ...profile }) => ({
          ...profile,
          source: { ...wholeFile(path, text), line },
        })),
        disabled: disabled.of.get(name),
        forced: forced.of.get(name),
      });
    }
    const present = new Set(files.map(({ name }) => name));
    const idle = [...disabled.of, ...forced.of].flatMap(([name, source]) =>
      present.has(name) ? [] : [source],
    );
    return known({ files, idle, unlisted, unread });
  },
};
