// `nodeward completion`: a script that completes commands, options and names in a shell, made from what there is.
import type { Command } from "commander";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";

export const shells = ["bash", "zsh", "fish"] as const;

/** Ids of checks, and domains, which stand for all checks in them; profiles; benchmarks. */
async function namesOf(context: Context) {
  const { checks } = await import("../checks/index.js");
  const folder = (name: string) =>
    context.data
      .list(name)
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => file.replace(/\.yaml$/, ""));
  return {
    checks: [...new Set(checks.flatMap(({ domain, id }) => [domain, id]))],
    profiles: folder("profiles"),
    frameworks: folder("profiles/references"),
  };
}

export async function completionCommand(shell: string, root: Command, context: Context): Promise<ExitCode> {
  const { completed } = await import("./completion-model.js");
  const commands = completed(root);
  const names = await namesOf(context);
  const scripts: Readonly<Record<(typeof shells)[number], () => Promise<string>>> = {
    bash: async () => (await import("./completion-bash.js")).bashScript(commands, names),
    zsh: async () => (await import("./completion-zsh.js")).zshScript(commands, names),
    fish: async () => (await import("./completion-fish.js")).fishScript(commands, names),
  };
  const known = shells.find((one) => one === shell);
  if (known === undefined)
    throw new CommandError(exit.usage, `no completion for ${shell}: ${shells.join(", ")}`);
  context.out.write(await scripts[known]());
  return exit.done;
}
