// What a repository of RPM packages says of itself (repomd.xml) and of its security notices (updateinfo.xml), as createrepo_c
// writes them. Not the packages themselves.
import type { Evr } from "./rpm-version.js";
import { xmlTags } from "./xml-tags.js";

export interface RepoPart {
  /** `primary`, `updateinfo`, … */
  readonly type: string;
  /** `repodata/…-updateinfo.xml.gz`. */
  readonly location: string;
}

export interface Repomd {
  readonly parts: readonly RepoPart[];
  /** When its newest part was made, in milliseconds; undefined where it does not say. */
  readonly date: number | undefined;
}

/** Undefined where the text is no repomd.xml. */
export function parseRepomd(text: string): Repomd | undefined {
  const parts: RepoPart[] = [];
  const times: number[] = [];
  let type = "";
  let isRepomd = false;
  const whole = xmlTags(text, (tag) => {
    if (tag.kind === "close") return;
    if (tag.name === "repomd") isRepomd = true;
    if (tag.name === "data") type = tag.attribute("type") ?? "";
    if (tag.name === "location") parts.push({ type, location: tag.attribute("href") ?? "" });
    if (tag.name === "timestamp" && /^\d{1,11}(?:\.\d+)?$/.test(tag.text())) times.push(Number(tag.text()));
  });
  if (!whole || !isRepomd) return undefined;
  return { parts, date: times.length === 0 ? undefined : Math.max(...times) * 1000 };
}

export interface NoticedPackage extends Evr {
  readonly name: string;
  readonly architecture: string;
  /** `RLSA-2026:0001`. */
  readonly notice: string;
  /** Of a module's stream: only for nodes that have that stream. */
  readonly module: { readonly name: string; readonly stream: string } | undefined;
}

export interface Updateinfo {
  /** Packages of security notices whose names were wanted. */
  readonly packages: readonly NoticedPackage[];
  /** Security notices in all. */
  readonly notices: number;
}

/** Undefined where the text is no updateinfo.xml, or ends before its end. */
export function parseUpdateinfo(text: string, wanted: (name: string) => boolean): Updateinfo | undefined {
  const packages: NoticedPackage[] = [];
  let [notices, isSecurity, isUpdates, isClosed, notice] = [0, false, false, false, ""];
  let module: NoticedPackage["module"];
  const whole = xmlTags(text, (tag) => {
    if (tag.name === "updates") {
      isUpdates = true;
      isClosed = tag.kind !== "open";
    }
    if (tag.kind === "close") return;
    if (tag.name === "update") {
      isSecurity = tag.attribute("type") === "security";
      notice = "";
      if (isSecurity) notices++;
    }
    if (tag.name === "id" && notice === "") notice = tag.text();
    if (tag.name === "collection") module = undefined;
    if (tag.name === "module")
      module = { name: tag.attribute("name") ?? "", stream: tag.attribute("stream") ?? "" };
    if (tag.name !== "package" || !isSecurity) return;
    const name = tag.attribute("name") ?? "";
    if (!wanted(name)) return;
    packages.push({
      name,
      epoch: tag.attribute("epoch") ?? "0",
      version: tag.attribute("version") ?? "",
      release: tag.attribute("release") ?? "",
      architecture: tag.attribute("arch") ?? "",
      notice,
      module,
    });
  });
  return whole && isUpdates && isClosed ? { packages, notices } : undefined;
}
