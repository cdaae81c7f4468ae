// `nodeward seccomp try`: can the node's runc or crun start a container under a profile? One is started, in a folder of its own.
import { basename, resolve } from "node:path";
import type { Target } from "../confine/finding.js";
import { lint, stopsRuntime } from "../confine/lint.js";
import { type LowRuntime, lowRuntimes } from "../confine/runtime-base.js";
import { trialConfig } from "../confine/trial-config.js";
import { isTrialMachine, trialProgram, trialWord } from "../confine/trial-program.js";
import { printable } from "../core/printable.js";
import { shippedSyscalls } from "../facts/seccomp-profiles.js";
import { parseSeccomp } from "../formats/seccomp.js";
import type { TrialResult } from "../host/trial.js";
import { type Tried, triedJson, triedText } from "../report/seccomp-tried.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";
import { profileText, targetOf } from "./seccomp-source.js";

/** Exit code of a program that a filter killed (SIGSYS), as the runtimes pass it on. */
const killed = 128 + 31;

interface Subject {
  readonly name: string;
  readonly text: string;
  readonly target: Target;
  readonly stops: (runtime: LowRuntime) => boolean;
  /** Undefined: only that of our own. */
  readonly program: readonly string[] | undefined;
  readonly limitMs: number;
}

type Ended = Extract<TrialResult, { state: "ended" }>;

/** The last line that a runtime wrote, without its clothing (runc writes logfmt). */
function last(text: string): string {
  const line = text.trim().split("\n").at(-1) ?? "";
  return printable(/msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line, 300);
}

function unstarted({ code, stderr }: Ended): string {
  const said = last(stderr);
  if (said !== "") return said;
  if (code === killed) return "a call was answered with a kill (SIGSYS)";
  return `the program could not even write a word (exit code ${code})`;
}

class Trial {
  constructor(
    private readonly runtime: LowRuntime,
    private readonly subject: Subject,
    private readonly context: Context,
  ) {}

  /** Undefined where the runtime is not installed. */
  private async start(
    profile: string | undefined,
    words: readonly string[],
    label: string,
  ): Promise<TrialResult> {
    const { target, limitMs } = this.subject;
    const { architecture, noNewPrivileges } = target;
    const id = `nodeward-trial-${this.context.clock().toString(36)}-${this.runtime}-${label}`;
    const [file, ...rest] = words;
    const own = file === undefined && isTrialMachine(architecture);
    const name = file === undefined ? "trial" : basename(file);
    const args = [`/${name}`, ...rest];
    const config = trialConfig({
      profile,
      args,
      noNewPrivileges,
      mounts: [],
      cgroup: `/${id}`,
      ownNetwork: true,
    });
    const program = own ? trialProgram(architecture) : resolve(file ?? "");
    return await this.context.hands.trial({ runtime: this.runtime, config, program, name, id, limitMs });
  }

  /** Why the smallest program does not start under the profile; empty where it does. */
  private async refusal(): Promise<string | undefined> {
    const result = await this.start(this.subject.text, [], "own");
    if (result.state === "absent") return undefined;
    if (result.state === "failed") throw new CommandError(exit.incomplete, result.reason);
    if (result.state === "ended" && result.stdout === trialWord) return "";
    // A runtime that starts nothing without a filter either says nothing of the profile.
    const bare = await this.start(undefined, [], "bare");
    if (bare.state !== "ended" || bare.stdout !== trialWord) {
      const why = bare.state === "ended" ? unstarted(bare) : bare.reason;
      throw new CommandError(
        exit.incomplete,
        `${this.runtime} starts no container here, with a filter or without: ${why}`,
      );
    }
    return result.state === "ended" ? unstarted(result) : result.reason;
  }

  async run(): Promise<Tried | undefined> {
    const { target, program, stops } = this.subject;
    const own = isTrialMachine(target.architecture);
    const why = own ? await this.refusal() : "";
    if (why === undefined) return undefined;
    const tried = {
      runtime: this.runtime,
      starts: why === "",
      why,
      foreseen: !own || stops(this.runtime) === (why !== ""),
    };
    if (program === undefined || why !== "") return { ...tried, program: null };
    const result = await this.start(this.subject.text, program, "program");
    if (result.state === "absent") return undefined;
    if (result.state === "failed") throw new CommandError(exit.incomplete, result.reason);
    if (result.state === "late")
      return { ...tried, program: { code: null, output: "", error: result.reason } };
    const { code, stdout, stderr } = result;
    return { ...tried, program: { code, output: stdout.slice(0, 4096), error: last(stderr) } };
  }
}

async function subjectOf(name: string, values: Values, context: Context): Promise<Subject> {
  const target = await targetOf(context, values);
  const machine = open(context, "/");
  const profile = await profileText(context, machine, name).finally(() => machine.close());
  const parsed = parseSeccomp(profile.text);
  // It would be put into a larger text, and break that instead.
  if (parsed.state === "error")
    throw new CommandError(exit.usage, `${profile.name}:${parsed.line}: ${parsed.message}`);
  const program = Array.isArray(values.program) ? values.program.map(String) : undefined;
  if (program === undefined && !isTrialMachine(target.architecture))
    throw new CommandError(
      exit.incomplete,
      `no program of its own for ${target.architecture}: name a static one with --program`,
    );
  const seconds = Number(values.timeout ?? 10);
  if (!(seconds >= 1 && seconds <= 600))
    throw new CommandError(exit.usage, "--timeout: takes 1 to 600 seconds");
  const judged = lint(parsed, target, shippedSyscalls());
  return {
    ...profile,
    target,
    program,
    limitMs: seconds * 1000,
    stops: (runtime) => stopsRuntime(judged, runtime),
  };
}

/** 1 when a runtime, or the program under it, does not do its work; 3 when no trial could be made. */
export async function tryCommand(
  [name = ""]: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  if (context.uid !== 0)
    throw new CommandError(exit.incomplete, "a trial starts a container, and needs root");
  const subject = await subjectOf(name, values, context);
  const wanted = lowRuntimes.filter((one) => values.runtime === undefined || one === values.runtime);
  const tried: Tried[] = [];
  for (const runtime of wanted) {
    try {
      const one = await new Trial(runtime, subject, context).run();
      if (one !== undefined) tried.push(one);
    } catch (error) {
      // A runtime that starts nothing at all does not keep the other one from being asked.
      if (!(error instanceof CommandError) || values.runtime !== undefined) throw error;
      context.err.write(`nodeward: ${error.message}\n`);
    }
  }
  if (tried.length === 0)
    throw new CommandError(exit.incomplete, `nothing could be tried with ${wanted.join(" or ")}`);
  const options = readOptions(values);
  const { columns } = viewFor(context, options);
  deliver(
    context,
    options.output,
    values.format === "json" ? triedJson(subject.name, tried) : triedText(subject.name, tried, columns),
  );
  return tried.every(({ starts, program }) => starts && (program === null || program.code === 0))
    ? exit.done
    : exit.failed;
}
