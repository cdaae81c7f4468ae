// Waiting that is fair to a busy machine: time in which this process could not have taken an answer does not count.

/** Pieces in which the waiting is counted. */
const stepMs = 50;

/**
 * Calls `late` after `ms` in which the event loop turned; what kept it from turning (other work of ours, a machine that gave
 * us no processor) counts as one piece at most. An answer that came in the meantime is taken first. Answers the way to call
 * it off.
 */
export function patience(ms: number, late: () => void): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  let last: NodeJS.Immediate | undefined;
  const count = () => {
    left -= stepMs;
    // Timers come before what was received in an event loop's turn (nodejs.org, The Node.js Event Loop).
    if (left <= 0) last = setImmediate(late);
    else timer = setTimeout(count, Math.min(stepMs, left));
  };
  timer = setTimeout(count, Math.min(stepMs, left));
  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
