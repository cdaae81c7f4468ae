// A machine of which nothing is changed but the state directory: for commands that look and keep what they saw.
import { MemoryState } from "../../src/host/memory-state.js";
import type { NodeWriter } from "../../src/host/node-writer.js";

export function stateOnly(): { readonly state: MemoryState; readonly writer: NodeWriter } {
  const state = new MemoryState(() => undefined);
  const refuse = () => {
    throw new Error("no file of the node is changed");
  };
  const writer: NodeWriter = {
    root: "/",
    locate: refuse,
    open: refuse,
    room: refuse,
    flagged: refuse,
    lockAccounts: refuse,
    commit: refuse,
    sweep: () => ({ removed: [], left: [] }),
    state: () => state,
  };
  return { state, writer };
}
