// A whole configuration as sshd sees it: what it refuses, what holds for everybody, what holds for one connection.
import type { CommandLine } from "./command-line.js";
import { type InForce, inForce } from "./effective.js";
import type { Loaded } from "./load.js";
import { type Connection, conditionHolds } from "./match.js";
import { Options } from "./options.js";
import { type Entry, type Refusal, readProgram, type Surroundings } from "./program.js";
import { startupRefusals } from "./startup.js";

export interface Resolved {
  readonly around: Surroundings;
  readonly refusals: readonly Refusal[];
  readonly unread: readonly string[];
  readonly entries: readonly Entry[];
  /** Before anybody connects. */
  readonly global: Options;
  forConnection(who: Connection): Options;
  value(name: string, options: Options): InForce;
}

/** Up to 8.6 ChallengeResponseAuthentication switches KbdInteractiveAuthentication on before Match blocks count. */
function settle(options: Options, version: number): void {
  const challenge = options.values.get("challengeresponseauthentication");
  const off = challenge?.texts[0] === "no";
  if (version >= 807 || off) return;
  options.values.set("kbdinteractiveauthentication", { texts: ["yes"], entries: challenge?.entries ?? [] });
}

export function resolve(loaded: Loaded, around: Surroundings, command: CommandLine): Resolved {
  const program = readProgram(loaded, around, command);
  const { build } = around;
  const global = new Options(around).run(program.entries.filter(({ atStart }) => atStart));
  if (build.known) settle(global, build.version);
  const late = program.refusals.length > 0 ? [] : startupRefusals(global, build, loaded.main);
  return {
    around,
    refusals: [...program.refusals, ...late],
    unread: program.unread,
    entries: program.entries,
    global,
    forConnection(who) {
      const active = program.entries.filter(
        ({ conditions, keyword }) =>
          keyword.place === "anywhere" &&
          conditions?.every((condition) => conditionHolds(condition, who, build)) === true,
      );
      return global.overriddenBy(new Options(around).run(active));
    },
    value: (name, options) => inForce(name, options, build),
  };
}
