// Starts a program that outlives this one and its terminal: a session of its own (setsid(2)), no streams, a fixed
// environment. Nobody waits for it.
import { spawn } from "node:child_process";

export type Detached =
  | { readonly state: "ok"; readonly pid: number }
  | { readonly state: "failed"; readonly reason: string };

export function startDetached([program = "", ...args]: readonly string[]): Promise<Detached> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      detached: true,
      stdio: "ignore",
    });
    child.once("error", (error) => resolve({ state: "failed", reason: `${program}: ${error.message}` }));
    child.once("spawn", () => {
      child.unref();
      resolve({ state: "ok", pid: child.pid ?? 0 });
    });
  });
}
