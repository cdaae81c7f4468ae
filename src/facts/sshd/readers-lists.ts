// Readers of keywords that take several words: users, environments, forwardings, methods, subsystems (servconf.c).
import { lowerCase } from "../../formats/sshd-config.js";
import { matchAddresses } from "./patterns.js";
import { seconds } from "./reader-time.js";
import { hostAndPort } from "./readers.js";
import {
  type Convert,
  flag,
  type Input,
  type Keep,
  missing,
  type Part,
  problem,
  type Reader,
  tcpPort,
  tilde,
} from "./reading.js";

/** Since 8.7 an empty word is an error; before, a list ended there and the rest of the line was an error. */
function listed(input: Input): readonly string[] {
  if (input.build.version >= 807) return input.words;
  const empty = input.words.indexOf("");
  return empty < 0 ? input.words : input.words.slice(0, empty);
}

interface ListRules {
  readonly keep: Keep;
  /** The version since which at least one word must stand there. */
  readonly required: number;
  /** `none` must stand alone, since that version. */
  readonly noneAlone?: number;
  /** In the older manner the rest of the line was left unread. */
  readonly swallows?: boolean;
}

function list(convert: Convert, rules: ListRules): Reader {
  return (input) => {
    const words = listed(input);
    if (words.length === 0 && input.build.version >= rules.required) return missing;
    const texts: string[] = [];
    for (const [index, word] of words.entries()) {
      if (word === "") return problem("an empty argument");
      const alone = rules.noneAlone !== undefined && input.build.version >= rules.noneAlone;
      if (alone && lowerCase(word) === "none" && (index > 0 || words.length > 1))
        return problem('"none" must stand alone');
      const text = convert(word, input);
      if (typeof text !== "string") return text;
      texts.push(text);
    }
    const swallowed = rules.swallows === true && input.build.version < 807;
    // In the older manner the empty word that ends a list is taken with it.
    const used = swallowed
      ? input.words.length
      : Math.min(input.words.length, words.length + (input.build.version < 807 ? 1 : 0));
    return { parts: texts.length === 0 ? [] : [{ texts, keep: rules.keep }], used };
  };
}

const userPattern: Convert = (word) => {
  const at = word.indexOf("@");
  const hosts = at < 0 ? undefined : word.slice(at + 1);
  if (hosts !== undefined && matchAddresses(undefined, hosts) === "invalid")
    return problem(`invalid pattern "${word}"`);
  return word;
};

const anyWord: Convert = (word) => word;

export const users: Reader = list(userPattern, { keep: "append", required: 909 });
export const groups: Reader = list(anyWord, { keep: "append", required: 909 });

export const acceptEnv: Reader = list(
  (word) => (word.includes("=") ? problem(`invalid environment name "${word}"`) : word),
  { keep: "append", required: 909 },
);

export const setEnv: Reader = (input) => {
  const reading = list((word) => (word.includes("=") ? word : problem(`invalid environment "${word}"`)), {
    keep: "first",
    required: 909,
  })(input);
  if ("problem" in reading || input.build.version < 902) return reading;
  const names = new Set<string>();
  const firstOfName = (word: string) => {
    const name = word.slice(0, word.indexOf("="));
    return !names.has(name) && names.add(name) !== undefined;
  };
  return {
    ...reading,
    parts: reading.parts.map((part) => ({ ...part, texts: part.texts.filter(firstOfName) })),
  };
};

export const keysFiles: Reader = list((word, input) => tilde(word, input), {
  keep: "first",
  required: 909,
  noneAlone: 1003,
  swallows: true,
});

export const logVerbose: Reader = list(anyWord, { keep: "first", required: 909, noneAlone: 805 });

/** `type=time`. */
const channelTimeout: Convert = (word, input) => {
  if (lowerCase(word) === "none") return word;
  const equals = word.indexOf("=");
  const value = word.slice(equals + 1);
  return equals < 1 || seconds(value, input.build.version) === undefined
    ? problem(`invalid channel timeout "${word}"`)
    : word;
};
export const channelTimeouts: Reader = list(channelTimeout, { keep: "first", required: 909, noneAlone: 902 });

export const pubkeyOptions: Reader = (input) => {
  const words = listed(input).map(lowerCase);
  const most = words.find((word) => input.build.version >= 1006 && /^max-pk-ok:\d+$/.test(word));
  const known = ["none", "touch-required", ...(input.build.version >= 804 ? ["verify-required"] : [])];
  const bad = words.find((word) => !known.includes(word) && word !== most);
  if (bad !== undefined) return problem(`unsupported option "${bad}"`);
  const set = ["touch-required", "verify-required"].filter((word) => words.includes(word));
  const texts = [set.length === 0 ? "none" : set.join(" ")];
  return { parts: [{ texts, keep: "first" }], used: words.length };
};

/** Methods that a distribution's sshd knows (auth2.c); what follows a colon is looked at by the method itself. */
const methods = [
  "none",
  "publickey",
  "gssapi-keyex",
  "gssapi-with-mic",
  "password",
  "keyboard-interactive",
  "hostbased",
];

export const authenticationMethods: Reader = (input) => {
  const words = listed(input);
  const before = input.has("authenticationmethods");
  // The older manner read the line only where none was set yet.
  if (input.build.version < 807 && before) return { parts: [], used: input.words.length };
  if (words.length === 0) return missing;
  const any = words.indexOf("any");
  const setBefore = before && input.build.version < 909;
  if (any >= 0 && (words.length > 1 || setBefore)) return problem('"any" must stand alone');
  const names = words.flatMap((word) => (word === "any" ? [] : word.split(",")));
  const bad = names.find((name) => !methods.includes(name.split(":", 1)[0] ?? ""));
  if (bad !== undefined) return problem(`unknown authentication method "${bad}"`);
  return { parts: [{ texts: words, keep: "first" }], used: input.words.length };
};

/** `any` or `none` first: up to 9.8 alone; since then what follows is read as well. */
function permitted(listens: boolean): Reader {
  return (input) => {
    const words = listed(input);
    const first = words[0];
    const modern = input.build.version >= 909;
    if (first === undefined || first === "") return missing;
    if (!modern && (first === "any" || first === "none"))
      return { parts: [{ texts: [first], keep: "first" }], used: 1 };
    const texts: string[] = [];
    for (const word of words) {
      if (modern && texts.length === 0 && (word === "any" || word === "none")) {
        texts.push(word);
        continue;
      }
      // An empty word ends the list, and is taken.
      if (word === "" && !modern) return { parts: [{ texts, keep: "first" }], used: texts.length + 1 };
      const bare = listens && !word.includes(":");
      const found = bare ? { host: "*", port: word } : hostAndPort(word);
      const port = found?.port;
      const number = port === "*" ? 1 : port === undefined ? undefined : tcpPort(port, input);
      if (number === undefined || number <= 0) return problem(`bad host or port "${word}"`);
      texts.push(bare ? `*:${word}` : word);
    }
    return { parts: [{ texts, keep: "first" }], used: texts.length };
  };
}
export const permitOpen: Reader = permitted(false);
export const permitListen: Reader = permitted(true);

/** A word so that argv_split reads it again as it is. */
function quoted(word: string): string {
  const escaped = word.replace(/[\\'"]/g, "\\$&");
  return /[ \t]/.test(word) ? `"${escaped}"` : escaped;
}

/** Each subsystem is a value of its own, named by its slot. */
export const subsystem: Reader = (input) => {
  const [name, command, ...args] = listed(input);
  if (name === undefined || name === "") return missing;
  const { version } = input.build;
  const used = input.words.length;
  if (input.has(`subsystem:${name}`)) {
    if (version < 905) return problem(`Subsystem "${name}" is defined already`);
    return { parts: [], used };
  }
  if (command === undefined || command === "") return problem("the command of the subsystem is missing");
  const text = version < 905 ? [command, ...args].join(" ") : [command, ...args].map(quoted).join(" ");
  // 9.5 to 9.8 print a space behind a command without arguments.
  const tail = version >= 905 && version < 909 && args.length === 0 ? " " : "";
  const part: Part = { slot: name, texts: [`${name} ${text}${tail}`], keep: "first" };
  return { parts: [part], used };
};

/** Yes, no, or since 7.8 the names that a user may set; `YES` is such a name. */
export const userEnvironment: Reader = (input) => {
  const word = input.words[0];
  if (word === undefined || word === "") return missing;
  if (input.build.version >= 708) return { parts: [{ texts: [word], keep: "first" }], used: 1 };
  return flag(input);
};
