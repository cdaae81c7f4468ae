// `nodeward history --scores`: how well the node stood at the looks of the past. Looks at nothing itself.
import { count } from "../report/arrange.js";
import { scoresJson, scoresText } from "../report/scores.js";
import { keptScores } from "../state/scores.js";
import { type Context, type ExitCode, exit } from "./context.js";
import { type HistoryOptions, stateOf } from "./history.js";
import { deliver, viewFor } from "./output.js";

export async function scoresCommand(options: HistoryOptions, context: Context): Promise<ExitCode> {
  const files = await stateOf(context, options.root);
  const { scores, unread } = files === undefined ? { scores: [], unread: 0 } : keptScores(files);
  if (unread > 0)
    context.err.write(`nodeward: ${count(unread, "score")} damaged or of another nodeward, left out\n`);
  const text = options.format === "json" ? scoresJson(scores) : scoresText(scores, viewFor(context, options));
  deliver(context, options.output, text);
  return exit.done;
}
