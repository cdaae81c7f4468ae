// The repositories of dnf and how their packages are verified (dnf.conf(5)). Not what they offer.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type DnfSection, dnfBoolean, parseDnfConf } from "../formats/dnf-conf.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, ReadOk } from "../host/host.js";

export interface DnfSwitch {
  readonly on: boolean;
  /** Undefined where nothing sets it. */
  readonly source: Source | undefined;
  /** Sets it to yes in place; undefined where nothing sets it. */
  readonly fix: Step | undefined;
}

export interface DnfRepository {
  readonly id: string;
  readonly source: Source;
  readonly urls: readonly string[];
  /** Signatures of packages are checked; the main section's value where the repository has none. */
  readonly gpgcheck: DnfSwitch;
  readonly sslverify: DnfSwitch;
  /** Local files named by gpgkey, and whether they are there. */
  readonly keys: readonly { readonly path: string; readonly there: boolean | undefined }[];
}

export interface DnfRepositories {
  readonly manager: "dnf";
  /** Those that are enabled. */
  readonly repositories: readonly DnfRepository[];
  readonly unread: readonly string[];
}

const mains = ["/etc/dnf/dnf.conf", "/etc/yum.conf"];
const folders = ["/etc/yum.repos.d", "/etc/distro.repos.d", "/usr/share/dnf5/repos.d"];

interface Section {
  readonly section: DnfSection;
  readonly lines: LineIndex;
  readonly file: string;
}

function sectionsOf({ path, text }: ReadOk): readonly Section[] {
  const lines = new LineIndex(text);
  return parseDnfConf(text).sections.map((section) => ({ section, lines, file: path }));
}

/** The repository's own value, else the main section's, else the default. */
function switchOf(key: string, fallback: boolean, ...sections: readonly (Section | undefined)[]): DnfSwitch {
  for (const one of sections) {
    const option = one?.section.get(key);
    if (one === undefined || option === undefined) continue;
    const fix: Step = { kind: "edit", file: one.file, edits: [{ span: option.valueSpan, text: "1" }] };
    // What libdnf cannot read as a truth value it refuses: nothing is verified by it.
    return { on: dnfBoolean(option.value) ?? false, source: one.lines.source(one.file, option.span), fix };
  }
  return { on: fallback, source: undefined, fix: undefined };
}

async function repositoryOf(host: Host, one: Section, main: Section | undefined): Promise<DnfRepository> {
  const value = (key: string) => one.section.get(key)?.value ?? "";
  const split = (text: string) => text.split(/[\s,]+/).filter((word) => word !== "");
  const paths = split(value("gpgkey")).flatMap((url) => /^file:\/\/(\/.*)$/.exec(url)?.[1] ?? []);
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return {
    id: one.section.name,
    source: { ...wholeFile(one.file, `[${one.section.name}]`), line: one.section.line },
    urls: ["baseurl", "mirrorlist", "metalink"].flatMap((key) => split(value(key))),
    gpgcheck: switchOf("gpgcheck", false, one, main),
    sslverify: switchOf("sslverify", true, one, main),
    keys: stats.map((stat) => ({
      path: stat.path,
      // Variables in the name ($releasever) are not substituted.
      there: stat.path.includes("$") ? undefined : stat.state === "ok",
    })),
  };
}

export async function dnfRepositories(host: Host): Promise<Fact<DnfRepositories>> {
  const listings = await Promise.all(folders.map((path) => host.list(path)));
  const files = listings.flatMap((listing) =>
    listing.state === "ok"
      ? listing.entries
          .filter(({ name }) => name.endsWith(".repo"))
          .map(({ name }) => `${listing.path}/${name}`)
      : [],
  );
  const reads = await Promise.all([...mains, ...files].map((path) => host.read(path)));
  const unread = [...listings, ...reads].flatMap((one) =>
    one.state === "denied" || one.state === "failed" ? [one.reason] : [],
  );
  if (files.length === 0 && unread.length === 0) return absent("no repository of dnf or apt is configured");
  if (files.length === 0) return failed(unread.join("; "));
  const sections = reads.flatMap((read) => (read.state === "ok" ? sectionsOf(read) : []));
  const main = sections.find(({ section }) => section.name === "main");
  const enabled = sections.filter(
    ({ section, file }) =>
      !mains.includes(file) && dnfBoolean(section.get("enabled")?.value ?? "1") !== false,
  );
  return known({
    manager: "dnf",
    repositories: await Promise.all(enabled.map((one) => repositoryOf(host, one, main))),
    unread,
  });
}
