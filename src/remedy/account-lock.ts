// Changes under the lock of who rewrites the user database, where they are of it. What the lock is: host/account-lock.ts.
import type { NodeWriter, Refused } from "../host/node-writer.js";

/** Not done at all while somebody else has the lock. */
export function withAccountLock<T>(
  writer: NodeWriter,
  realPaths: readonly string[],
  work: () => T,
): T | Refused {
  const locked = writer.lockAccounts(realPaths);
  if (locked.state === "refused") return locked;
  if (locked.state === "held") {
    const path = "/etc/.pwd.lock";
    const reason = `${path}: ${locked.by} is changing accounts, and has not ended in time; try again when it has`;
    return { state: "refused", path, reason };
  }
  try {
    return work();
  } finally {
    locked.release();
  }
}
