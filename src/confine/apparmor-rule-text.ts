// The line of a profile for something that was seen. Decides nothing.
import type { Condition, FileNeed, RuleNeed } from "./apparmor-access.js";
import { generalised, generalisedName, literal } from "./apparmor-path.js";

/** Words that the parser would cut or read otherwise are quoted (apparmor.d(5)). */
export function quoted(pattern: string): string {
  return /^(?:[\w/@:.{}[\]*?^\\~%+&;$-]|[^\u0000-\u007f])+$/.test(pattern) && !pattern.startsWith("^")
    ? pattern
    : `"${pattern}"`;
}

/** Names of profiles: those of paths hold the versions of theirs. */
function label(name: string, profile: string): string {
  return name === profile ? "@{profile_name}" : literal(name);
}

export interface FileLine {
  /** What is the same for all files of one rule. */
  readonly pattern: string;
  readonly permissions: string;
  readonly isOwner: boolean;
  /** The profile that is entered at a start; empty: that of the parent. */
  readonly target: string;
}

function startMode(target: string, profile: string): string {
  if (target === "") return "ix";
  const child = target.startsWith(`${profile}//`) ? target.slice(profile.length + 2) : "";
  return child === "" ? `px -> ${quoted(literal(target))}` : `cx -> ${quoted(literal(child))}`;
}

export function fileText({ pattern, permissions, isOwner, target }: FileLine, profile: string): string {
  const starts = permissions.includes("x");
  // A script is read, and a program mapped, by the confinement that it stays in.
  const others = [..."mrwakl"].filter(
    (one) => permissions.includes(one) || (starts && target === "" && (one === "m" || one === "r")),
  );
  const mode = starts ? startMode(target, profile) : "";
  return `${isOwner && !starts ? "owner " : ""}${quoted(pattern)} ${others.join("")}${mode},`;
}

export function linkText({ path, target, isOwner }: FileNeed): string {
  return `${isOwner ? "owner " : ""}link ${quoted(generalised(path))} -> ${quoted(generalised(target))},`;
}

const isPath = new Set(["source", "target", "oldroot"]);

function value(kind: RuleNeed["kind"], { name, values }: Condition, profile: string): string {
  const list = values.map((text) => {
    if (name === "peer" || name === "label") return quoted(label(text, profile));
    if (kind === "change_profile") return quoted(literal(text));
    if (isPath.has(name)) return quoted(text.startsWith("/") ? generalised(text) : literal(text));
    // An abstract address would be taken for a variable.
    if (name === "addr" && text.startsWith("@")) return `"${generalisedName(text)}"`;
    if (/^(?:addr|path|name)$/.test(name)) return quoted(generalisedName(text));
    return quoted(literal(text));
  });
  const needsList = name === "set" || name === "options" || name === "fstype";
  return needsList ? `(${list.join(", ")})` : list.join(" ");
}

/** Those of a peer stand together: `peer=(name=x, label=y)`. */
function conditionsText({ kind, conditions }: RuleNeed, profile: string): readonly string[] {
  const named = conditions.filter(({ name }) => name !== "source" && name !== "target");
  const texts = (isPeer: boolean) =>
    named.filter((one) => one.isPeer === isPeer).map((one) => `${one.name}=${value(kind, one, profile)}`);
  const peer = texts(true);
  return [...texts(false), ...(peer.length === 0 ? [] : [`peer=(${peer.join(", ")})`])];
}

export function ruleText(need: RuleNeed, profile: string): string {
  const { kind, access, conditions } = need;
  const place = (name: string) => {
    const found = conditions.find((one) => one.name === name);
    return found === undefined ? undefined : value(kind, found, profile);
  };
  if (kind === "rlimit") return `set rlimit ${access[0]} <= ${access[1]},`;
  const isWords = kind === "capability" || kind === "network" || kind === "userns";
  const accessText = access.length === 0 ? [] : isWords ? access : [`(${[...access].sort().join(", ")})`];
  const [source, target] = [place("source"), place("target")];
  const needsArrow = kind === "mount" || kind === "change_profile";
  return `${[
    kind,
    ...accessText,
    ...conditionsText(need, profile),
    ...(source === undefined ? [] : [source]),
    ...(target === undefined ? [] : needsArrow ? ["->", target] : [target]),
  ].join(" ")},`;
}
