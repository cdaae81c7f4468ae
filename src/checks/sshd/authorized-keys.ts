// sshd.authorized-keys: keys that log in are strong, in files their owner alone can change, and none of them is root's.
import type { Problem } from "../../core/outcome.js";
import { choice, integer } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import type { KeyFile } from "../../facts/authorized-keys.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";

interface Finding extends Problem {
  readonly source: Source;
}

/** Could anybody but the account and root change the file, or put another in its place? */
function ownership({ path, user, state, folder }: KeyFile): readonly Finding[] {
  return [state, folder].flatMap((one) => {
    if (one.state !== "ok") return [];
    const found: string[] = [];
    if (one.uid !== 0 && one.uid !== user.uid) found.push(`belongs to the user with the number ${one.uid}`);
    if ((one.mode & 0o022) !== 0) found.push(`can be written by others (${octal(one.mode)})`);
    const shown = printable(one.path);
    const source = wholeFile(one.path, octal(one.mode));
    const whose = `keys of ${printable(user.name)} (${printable(path)})`;
    return found.map((what) => ({ source, message: `${shown} ${what}, and with it the ${whose}` }));
  });
}

function weakness({ keys, user, source }: KeyFile, least: number): readonly Finding[] {
  return keys.flatMap((key) => {
    const { kind, bits } = key.key;
    const at = source(key);
    const whose = `a key of ${printable(user.name)} (${place(at)})`;
    if (kind === "dsa")
      return [{ source: at, message: `${whose} is DSA, which is forged with little effort` }];
    if (kind === "rsa" && bits < least)
      return [{ source: at, message: `${whose} is RSA with ${bits} bits, less than ${least}` }];
    return [];
  });
}

function ofRoot({ keys, user, source }: KeyFile): readonly Finding[] {
  if (user.uid !== 0) return [];
  return keys
    .filter(({ unusable }) => unusable === undefined)
    .map((key) => {
      const at = source(key);
      const forced = key.options.some(({ name }) => name === "command") ? ", for a forced command" : "";
      return { source: at, message: `a key logs in as ${printable(user.name)}${forced} (${place(at)})` };
    });
}

function unknownsOf({ state, folder, unread }: KeyFile): readonly string[] {
  const states = [state, folder].flatMap((one) => (one.state === "ok" ? [] : [one.reason]));
  return [...(unread === undefined ? [] : [unread]), ...states];
}

export default defineCheck({
  id: "sshd.authorized-keys",
  title: "Keys that log in are strong and safe from others, and none logs in as root",
  why: "An authorized key is a password that never expires; who can write the file adds one of their own.",
  remedy:
    "Remove weak keys and keys of root; `chown` authorized_keys and .ssh to their account and take write access from group and others.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["authorizedKeys"],
  params: {
    root: choice(["none", "allowed"], "none"),
    "rsa-bits": integer(2048, { min: 1024, max: 16_384 }),
  },
  evaluate({ authorizedKeys }, { root, "rsa-bits": least }) {
    const { files, commands } = authorizedKeys;
    const findings = files.flatMap((file) => [
      ...(root === "none" ? ofRoot(file) : []),
      ...weakness(file, least),
      ...ownership(file),
    ]);
    const count = files.reduce((sum, { keys }) => sum + keys.length, 0);
    const broken = files.flatMap((file) => file.broken);
    return {
      expected: `no key of root${root === "none" ? "" : " is asked for"}, no DSA, RSA of ${least} bits or more, files of their owner alone`,
      actual: `${count} keys in ${files.length} files`,
      evidence: findings.map(({ source }) => source),
      problems: findings.map(({ message }) => ({ message })),
      unknowns: [...new Set(files.flatMap(unknownsOf))],
      notes: [
        ...commands.map((source) => `keys that the program of ${place(source)} gives cannot be seen`),
        ...broken.map((source) => `${place(source)} is neither a key nor a comment: sshd passes it over`),
      ],
    };
  },
});
