// Names under which the keywords of sshd are found in a version: other spellings, names without a meaning left, Include
// and Match themselves.
import { lowerCase } from "../../formats/sshd-config.js";
import type { SshdBuild } from "./build.js";
import { type Keyword, keywordRows, type Place } from "./keywords.js";

interface Alias {
  readonly name: string;
  readonly of: string;
  readonly place?: Place;
  readonly since?: number;
  readonly until?: number;
}

const aliases: readonly Alias[] = [
  { name: "HostDSAKey", of: "HostKey" },
  { name: "DSAAuthentication", of: "PubkeyAuthentication", place: "global" },
  { name: "KeepAlive", of: "TCPKeepAlive" },
  { name: "PubkeyAcceptedKeyTypes", of: "PubkeyAcceptedAlgorithms" },
  { name: "HostbasedAcceptedKeyTypes", of: "HostbasedAcceptedAlgorithms" },
  { name: "ChallengeResponseAuthentication", of: "KbdInteractiveAuthentication", since: 807 },
  { name: "SkeyAuthentication", of: "KbdInteractiveAuthentication", since: 807 },
  { name: "SkeyAuthentication", of: "ChallengeResponseAuthentication", until: 707 },
  { name: "GSSAPICleanupCreds", of: "GSSAPICleanupCredentials" },
];

/** The newer names, before which only the older one was there. */
const renamed: Readonly<Record<string, number>> = {
  pubkeyacceptedalgorithms: 805,
  hostbasedacceptedalgorithms: 805,
};

type Range = Pick<Keyword, "since" | "until" | "vendors" | "gssapi">;

interface Void extends Range {
  readonly names: string;
  readonly place: Place;
}

/** Deprecated, ignored or not built in: sshd says so in its log and goes on. */
const voids: readonly Void[] = [
  {
    names:
      "PAMAuthenticationViaKbdInt ServerKeyBits KeyRegenerationInterval RhostsAuthentication UseLogin CheckMail VerifyReverseMapping ReverseMappingCheck Protocol KerberosTgtPassing AfsTokenPassing KerberosGetAFSToken",
    place: "global",
  },
  { names: "RhostsRSAAuthentication RSAAuthentication AuthorizedKeysFile2", place: "anywhere" },
  { names: "UsePrivilegeSeparation", place: "global" },
  { names: "SkeyAuthentication", place: "global", since: 707, until: 807 },
  {
    names: "GSSUseSessionCCache GSSAPIUseSessionCredCache PermitBlacklistedKeys",
    place: "global",
    vendors: ["debian"],
  },
  {
    names:
      "GSSAPIEnablek5users KerberosUseKuserok KerberosUniqueCCache GSSAPIIndicators RSAMinSize ShowPatchLevel",
    place: "anywhere",
    vendors: ["redhat"],
  },
  // Not built in; found before this where they are.
  { names: "GSSAPIAuthentication KerberosAuthentication", place: "anywhere" },
  {
    names:
      "GSSAPICleanupCredentials GSSAPIStrictAcceptorCheck GSSAPIDelegateCredentials KerberosOrLocalPasswd KerberosTicketCleanup",
    place: "global",
  },
];

export type Found = Keyword | "include" | "match" | undefined;

export type Lookup = (name: string) => Found;

function there(range: Range, { version, vendor, gssapi }: SshdBuild): boolean {
  if (range.gssapi === true && !gssapi) return false;
  if (range.since !== undefined && version < range.since) return false;
  if (range.until !== undefined && version >= range.until) return false;
  return range.vendors === undefined || range.vendors.includes(vendor);
}

function voidRow(name: string, place: Place): Keyword {
  return { name, place, void: true, read: ({ words }) => ({ parts: [], used: words.length }) };
}

/** Every name of a version, in lower case, with the keyword it stands for. */
export function keywordsOf(build: SshdBuild): Lookup {
  const found = new Map<string, Keyword>();
  const rows = keywordRows.filter((keyword) => there(keyword, build));
  for (const keyword of rows) found.set(lowerCase(keyword.name), keyword);
  for (const alias of aliases.filter((one) => there(one, build))) {
    const of = found.get(lowerCase(alias.of));
    if (of !== undefined) found.set(lowerCase(alias.name), { ...of, place: alias.place ?? of.place });
  }
  for (const group of voids.filter((one) => there(one, build)))
    for (const name of group.names.split(" "))
      if (!found.has(lowerCase(name))) found.set(lowerCase(name), voidRow(name, group.place));
  for (const [name, since] of Object.entries(renamed)) if (build.version < since) found.delete(name);
  return (name) => {
    if (name === "match") return "match";
    if (name === "include") return build.version >= 802 ? "include" : undefined;
    return found.get(name);
  };
}
