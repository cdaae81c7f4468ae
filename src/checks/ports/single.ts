// What the checks of single ports share: the sockets on them, and what was not seen. No check.
import type { Outcome, Problem } from "../../core/outcome.js";
import type { Listening, SocketProtocol, Sockets } from "../../facts/sockets.js";

export function onPort(
  { listening }: Sockets,
  protocol: SocketProtocol,
  ...ports: readonly number[]
): readonly Listening[] {
  return listening.filter((socket) => socket.protocol === protocol && ports.includes(socket.port));
}

/** The outcome for sockets that should not be there, each with what is wrong about it. */
export function nobodyOn(
  expected: string,
  sockets: Sockets,
  found: readonly { readonly socket: Listening; readonly message: string }[],
  notes: readonly string[] = [],
): Outcome {
  const problems: readonly Problem[] = found.map(({ message }) => ({ message }));
  return {
    expected,
    actual: found.length === 0 ? "nobody listens" : `${found.length} sockets`,
    evidence: found.map(({ socket }) => socket.source),
    problems,
    // A table that was not read may hold the socket.
    unknowns: sockets.unread,
    notes,
  };
}
