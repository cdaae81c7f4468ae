// The way out to those who are told of drift: a program's standard input, HTTPS, syslog. Nothing else of nodeward leaves the
// machine.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { printable } from "../core/printable.js";
import { type Api, askApi } from "./api.js";
import type { Environment } from "./probes.js";
import { type SyslogTarget, sendSyslog } from "./syslog.js";

export type Sent =
  | { readonly state: "ok" }
  /** `alone`: it is this message that is not taken, and another may be. */
  | { readonly state: "failed"; readonly reason: string; readonly alone?: true };

export interface Send {
  /** Starts a program by its absolute path, without a shell, and gives it `input`; at most 30 s. */
  readonly pipe: (program: string, args: readonly string[], input: string) => Promise<Sent>;
  /** The same, outside of the sandbox that systemd put us in: a mail's queue lies where our unit writes nothing. */
  readonly pipeOutside: Send["pipe"];
  /** Writes one entry of the journal, as `NAME=value` lines (logger(1) --journald). */
  readonly journal: (entry: string) => Promise<Sent>;
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
/** Bad Request, Content Too Large, Unsupported Media Type, Unprocessable Content (RFC 9110, 15.5). */
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const sayingLimit = 500;
const lastWordsMs = 100;

/** The header that GitHub and others use: `X-Hub-Signature-256: sha256=…`. */
export function signature(body: string, key: string): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

function failed(reason: string): Sent & { readonly state: "failed" } {
  return { state: "failed", reason };
}

/** The first line that a program says of what went wrong; the rest is read and let go, so that it never waits for us. */
function firstLine(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    if (text.length < sayingLimit) text += part.slice(0, sayingLimit);
  });
  stream.on("error", () => {});
  return () => printable(text.split("\n", 1)[0] ?? "", sayingLimit);
}

function pipe({ killGroup }: Environment): Send["pipe"] {
  return (program, args, input) =>
    new Promise((resolve) => {
      const child = spawn(program, [...args], {
        cwd: "/",
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
        stdio: ["pipe", "ignore", "pipe"],
        detached: true,
      });
      const said = firstLine(child.stderr);
      const finish = (sent: Sent) => {
        clearTimeout(timer);
        // What it left behind may hold them open for as long as it likes.
        child.stdin.destroy();
        child.stderr.destroy();
        child.unref();
        resolve(sent);
      };
      const timer = setTimeout(() => {
        if (child.pid !== undefined) killGroup(child.pid);
        finish(failed(`${program} did not finish within ${pipeLimitMs / 1000} s`));
      }, pipeLimitMs);
      child.once("error", (error) => finish(failed(error.message)));
      child.once("exit", (code, signal) => {
        if (code === 0) finish({ state: "ok" });
        // What it said last may still be on its way.
        else
          setTimeout(() => {
            const words = said();
            finish(failed(`${program} ended with ${code ?? signal}${words === "" ? "" : `: ${words}`}`));
          }, lastWordsMs);
      });
      // A program need not read what it is given.
      child.stdin.on("error", () => {});
      child.stdin.end(input);
    });
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

const journalSocket = "/run/systemd/journal/socket";

/** Without a journal logger succeeds all the same, and what it was given is gone (sd_journal_send(3)). */
function journal(send: Send["pipe"]): Send["journal"] {
  return async (entry) =>
    existsSync(journalSocket)
      ? await send("/usr/bin/logger", ["--journald"], entry)
      : failed(`no journal takes entries here (${journalSocket})`);
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
    if (response.ok) return { state: "ok" };
    const sent = failed(`${where} answered ${response.status}`);
    return refusals.has(response.status) ? { ...sent, alone: true } : sent;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return failed(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

export function liveSend(environment: Environment): Send {
  const inside = pipe(environment);
  return {
    pipe: inside,
    pipeOutside: outside(inside),
    journal: journal(inside),
    post,
    syslog: sendSyslog,
    api: askApi,
  };
}
