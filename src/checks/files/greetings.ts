// files.greetings: what is shown to whoever comes to the door does not say which system is behind it.
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import type { Greeting } from "../../facts/greetings.js";
import type { Platform } from "../../facts/platform.js";
import { defineCheck } from "../define.js";

/** Machine, release, system, version; and os-release (agetty(8)). */
const shownByAgetty = /\\(?:[mrsv]|S(?:\{[^}]*\})?)/;

const families = [
  "debian",
  "ubuntu",
  "red hat",
  "rocky",
  "almalinux",
  "centos",
  "fedora",
  "suse",
  "amazon linux",
  "oracle linux",
];

/** What of a line tells the system; undefined where nothing does. */
function tells(line: string, hasEscapes: boolean, names: readonly string[]): string | undefined {
  const text = line.toLowerCase();
  const found = hasEscapes ? shownByAgetty.exec(line)?.[0] : undefined;
  return found ?? names.find((name) => text.includes(name));
}

function namesOf(platform: Platform | undefined): readonly string[] {
  return [...families, ...(platform === undefined || platform.id === "" ? [] : [platform.id.toLowerCase()])];
}

function told({ lines, hasEscapes }: Greeting, names: readonly string[]) {
  return lines.flatMap((source: Source) => {
    const what = tells(source.text, hasEscapes, names);
    return what === undefined ? [] : [{ source, what }];
  });
}

export default defineCheck({
  id: "files.greetings",
  title: "Texts before and after a login do not tell the system and its version",
  why: "They are read by whoever connects, and spare a search for the fault that fits.",
  remedy:
    "Put your own words into /etc/issue, /etc/issue.net and /etc/motd: who may enter, and that it is watched.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["greetings"],
  optional: ["platform"],
  params: { allow: words([], "a list of files that may tell it") },
  evaluate({ greetings, platform }, { allow }) {
    const names = namesOf(platform.state === "known" ? platform.value : undefined);
    const judged = greetings.texts.filter(({ file }) => !allow.includes(file));
    const found = judged.flatMap((greeting) => told(greeting, names));
    return {
      expected: "no name, release or version of the system",
      actual: found.length === 0 ? "nothing told" : `${found.length} lines tell it`,
      evidence: found.map(({ source }) => source),
      problems: found.map(({ source, what }) => ({
        message: `${printable(place(source))} tells the system (${printable(what)})`,
      })),
      unknowns: greetings.unread,
    };
  },
});
