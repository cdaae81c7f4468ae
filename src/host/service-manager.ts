// Speaks to the service manager that started us (sd_notify(3)): through systemd-notify(1), for Node has no datagram sockets.
import { spawn } from "node:child_process";

const program = "/usr/bin/systemd-notify";
const limitMs = 10_000;

export interface ServiceManager {
  /** Fields such as `READY=1`, told in the order of the calls; nothing where no manager asked for it. */
  tell(fields: Readonly<Record<string, string>>): Promise<void>;
  /** Milliseconds after which we are taken for dead unless we said something; undefined: nobody watches. */
  readonly watchdogMs: number | undefined;
}

/** `env` as the manager gave it: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)). */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): ServiceManager {
  const socket = env.NOTIFY_SOCKET;
  const meant = env.WATCHDOG_PID === undefined || env.WATCHDOG_PID === String(pid);
  const watchdogMs = Number(env.WATCHDOG_USEC) / 1000;
  let last = Promise.resolve();
  const tell = (words: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      const child = spawn(program, words, {
        cwd: "/",
        env: { PATH: "/usr/bin:/bin", LC_ALL: "C", NOTIFY_SOCKET: socket },
        stdio: "ignore",
        timeout: limitMs,
        killSignal: "SIGKILL",
      });
      // That it is not told is seen by the manager itself: its watchdog, its time limits.
      child.once("error", () => resolve());
      child.once("close", () => resolve());
    });
  return {
    tell: (fields) => {
      if (socket === undefined) return Promise.resolve();
      const words = Object.entries(fields).map(([name, value]) => `${name}=${value.replace(/\s+/g, " ")}`);
      last = last.then(() => tell(words));
      return last;
    },
    watchdogMs: socket !== undefined && meant && watchdogMs > 0 ? watchdogMs : undefined,
  };
}
