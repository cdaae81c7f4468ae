// The command line sshd is started with: options that beat the file, another file, ports (sshd(8)). Not how units run it.
import type { Source } from "../../core/source.js";
import { parseSshdConfig, type SshdLine } from "../../formats/sshd-config.js";

/** One word of the command line and where it was written. */
export interface Word {
  readonly text: string;
  readonly source: Source;
}

/** An option as a line of configuration. */
export interface Argument {
  readonly line: SshdLine;
  readonly text: string;
  readonly source: Source;
}

export interface CommandLine {
  readonly args: readonly Argument[];
  /** `-f`; undefined where the usual file is read. */
  readonly file: Word | undefined;
  /** With `-p` the ports of the file do not count. */
  readonly ports: boolean;
  /** Options that sshd does not take: it ends at once. */
  readonly problems: readonly Word[];
}

/** Options with an argument, and those without (getopt string of sshd.c; `b`, `k`, `Q` are of old versions). */
const valued = "bcCEfghkopu";
const plain = "46DdeiqrRtTGVQ";

const keywords: Readonly<Record<string, string>> = {
  p: "Port",
  g: "LoginGraceTime",
  h: "HostKey",
  c: "HostCertificate",
};
const flags: Readonly<Record<string, string>> = {
  "4": "AddressFamily inet",
  "6": "AddressFamily inet6",
  q: "LogLevel QUIET",
};

function argument(text: string, source: Source): readonly Argument[] {
  return parseSshdConfig(text).lines.map((line) => ({ line, text, source }));
}

interface Option {
  readonly letter: string;
  readonly value: Word | undefined;
  readonly source: Source;
}

/** getopt(3): letters of one word may stand together, a value follows at once or as the next word. */
function optionsOf(words: readonly Word[]): {
  readonly options: readonly Option[];
  readonly bad: readonly Word[];
} {
  const options: Option[] = [];
  const bad: Word[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.text === "--") {
      // "Extra argument": sshd takes no word that is no option (sshd.c).
      bad.push(...words.slice(at + 1, at + 2));
      break;
    }
    if (!word.text.startsWith("-") || word.text === "-") {
      bad.push(word);
      break;
    }
    for (let index = 1; index < word.text.length; index++) {
      const letter = word.text.charAt(index);
      if (plain.includes(letter)) options.push({ letter, value: undefined, source: word.source });
      else if (valued.includes(letter)) {
        const rest = word.text.slice(index + 1);
        const value = rest === "" ? words[++at] : { text: rest, source: word.source };
        if (value === undefined) bad.push(word);
        else options.push({ letter, value, source: value.source });
        break;
      } else bad.push({ text: `-${letter}`, source: word.source });
    }
  }
  return { options, bad };
}

/** Reads the words behind the program. */
export function parseCommandLine(words: readonly Word[]): CommandLine {
  const { options, bad } = optionsOf(words);
  const args = options.flatMap(({ letter, value, source }) => {
    const flag = Object.hasOwn(flags, letter) ? flags[letter] : undefined;
    if (flag !== undefined) return argument(flag, source);
    if (value === undefined) return [];
    const keyword = Object.hasOwn(keywords, letter) ? keywords[letter] : undefined;
    if (keyword !== undefined)
      return argument(`${keyword} "${value.text.replace(/["\\]/g, "\\$&")}"`, source);
    return letter === "o" ? argument(value.text, source) : [];
  });
  return {
    args,
    file: options.findLast(({ letter }) => letter === "f")?.value,
    ports: options.some(({ letter }) => letter === "p"),
    problems: bad,
  };
}
