// The way out to those who are told of drift: a program's standard input, HTTPS, syslog. Nothing else of nodeward leaves the
// machine.
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { type Api, askApi } from "./api.js";
import type { Environment } from "./probes.js";
import { type SyslogTarget, sendSyslog } from "./syslog.js";

export type Sent = { readonly state: "ok" } | { readonly state: "failed"; readonly reason: string };

export interface Send {
  /** Starts a program by its absolute path, without a shell, and gives it `input`; at most 30 s. */
  readonly pipe: (program: string, args: readonly string[], input: string) => Promise<Sent>;
  /** The same, outside of the sandbox that systemd put us in: a mail's queue lies where our unit writes nothing. */
  readonly pipeOutside: Send["pipe"];
  /**
   * Posts JSON, at most 10 s; signed with HMAC-SHA-256 where a key is given. No redirection is followed. `id` is the same
   * where a message is told again because its answer was lost.
   */
  readonly post: (url: string, body: string, key: string | undefined, id: string) => Promise<Sent>;
  /** Sends messages to a syslog server in this order, at most 10 s. */
  readonly syslog: (target: SyslogTarget, messages: readonly string[]) => Promise<Sent>;
  /** Asks the API server of Kubernetes, with credentials. */
  readonly api: Api;
}

const pipeLimitMs = 30_000;
const postLimitMs = 10_000;

/** The header that GitHub and others use: `X-Hub-Signature-256: sha256=…`. */
export function signature(body: string, key: string): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

function failed(reason: string): Sent {
  return { state: "failed", reason };
}

function pipe({ killGroup }: Environment): Send["pipe"] {
  return async (program, args, input) => {
    const { execa } = await import("execa");
    const child = execa(program, [...args], {
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      extendEnv: false,
      input,
      reject: false,
      detached: true,
      maxBuffer: 64 * 1024,
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, pipeLimitMs);
    try {
      const { exitCode, shortMessage, stderr } = await child;
      if (late) return failed(`${program} did not finish within ${pipeLimitMs / 1000} s`);
      if (exitCode === 0) return { state: "ok" };
      return failed(
        exitCode === undefined
          ? (shortMessage ?? program)
          : `${program} ended with ${exitCode}: ${stderr.split("\n", 1)[0] ?? ""}`,
      );
    } finally {
      clearTimeout(timer);
    }
  };
}

/** A unit of its own where systemd runs the machine (systemd-run(1)); there is no sandbox elsewhere. */
function outside(send: Send["pipe"]): Send["pipe"] {
  const run = "/usr/bin/systemd-run";
  return async (program, args, input) => {
    // sd_booted(3).
    if (!existsSync("/run/systemd/system") || !existsSync(run)) return await send(program, args, input);
    const limit = `--property=RuntimeMaxSec=${pipeLimitMs / 1000}`;
    return await send(
      run,
      ["--quiet", "--pipe", "--wait", "--collect", limit, "--", program, ...args],
      input,
    );
  };
}

async function post(url: string, body: string, key: string | undefined, id: string): Promise<Sent> {
  const where = new URL(url).host;
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      redirect: "error",
      signal: AbortSignal.timeout(postLimitMs),
      headers: {
        "content-type": "application/json",
        "user-agent": "nodeward",
        "x-nodeward-delivery": id,
        ...(key === undefined ? {} : { "x-hub-signature-256": signature(body, key) }),
      },
    });
    await response.body?.cancel();
    return response.ok ? { state: "ok" } : failed(`${where} answered ${response.status}`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return failed(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

export function liveSend(environment: Environment): Send {
  const inside = pipe(environment);
  return { pipe: inside, pipeOutside: outside(inside), post, syslog: sendSyslog, api: askApi };
}
