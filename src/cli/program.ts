// The command line: which commands there are and what they take. Each command's work is loaded when it is called.
import { Command, CommanderError } from "commander";
import { parsePending } from "../remedy/switch-record.js";
import { addCommands } from "./commands.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { Values } from "./options.js";

type Run = (values: Values, operands: readonly string[]) => Promise<ExitCode>;

const exitCodes = `
Exit codes of audit:
  0  nothing failed at or above --fail-on
  1  something did
  2  the command line, configuration or profile is wrong; nothing was done
  3  it could not be completed`;

export class Program {
  code: ExitCode = exit.done;
  readonly root: Command;

  constructor(readonly context: Context) {
    const width = context.out.isTerminal ? context.out.columns : 80;
    this.root = new Command("nodeward")
      .description("Audits and hardens a Kubernetes node.")
      .version(versionOf(context.data), "-V, --version", "print the version")
      .helpCommand(true)
      .addHelpText("after", exitCodes)
      .showHelpAfterError("(nodeward --help lists the commands)")
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.out.write(text),
        writeErr: (text) => context.err.write(text),
        getOutHelpWidth: () => width,
        getErrHelpWidth: () => width,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }

  /** A command and the function that runs it with commander's values; of the program, or of one of its groups. */
  add(command: Command, run: Run, parent: Command = this.root): void {
    command.copyInheritedSettings(this.root).action(async () => {
      this.sayWaiting(command.name());
      this.code = await run(command.opts(), command.args);
    });
    parent.addCommand(command);
  }

  /** A command that only holds others. */
  group(command: Command): Command {
    this.root.addCommand(command.copyInheritedSettings(this.root));
    return command;
  }

  /** While a run waits every command says so. */
  private sayWaiting(name: string): void {
    const record = name === "confirm" || name === "daemon" ? undefined : this.context.hands.pending();
    const pending = record === undefined ? undefined : parsePending(record);
    if (pending === undefined) return;
    this.context.err.write(
      `nodeward: run ${pending.run} waits to be confirmed until ${pending.until}: log in anew and run nodeward confirm, else it is put back\n`,
    );
  }
}

/** Runs a command line (without node and script) and answers the exit code. Nothing is thrown, nothing prints a trace. */
export async function run(argv: readonly string[], context: Context): Promise<ExitCode> {
  const program = new Program(context);
  addCommands(program);
  if (argv.length === 0) {
    program.root.outputHelp();
    return exit.done;
  }
  // `nodeward --fix` is short for `nodeward audit --fix` (INTERFACE).
  const short = argv[0]?.startsWith("-") === true && argv.includes("--fix");
  try {
    await program.root.parseAsync(short ? ["audit", ...argv] : [...argv], { from: "user" });
    return program.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    if (error instanceof CommandError) {
      context.err.write(`nodeward: ${error.message}\n`);
      return error.code;
    }
    const detail = error instanceof Error ? error.message : String(error);
    context.err.write(
      `nodeward: internal error: ${detail}\nThis is a bug in nodeward; the node was not changed.\n`,
    );
    return exit.incomplete;
  }
}
