// Speaks to the QEMU guest agent in an emulated machine: starts programs past sshd and firewall (qemu-ga(8), its QMP reference).
import { connect, type Socket } from "node:net";
import { pause, type Result, type RunOptions, usualLimitMs } from "./process.js";

type Reply = Readonly<Record<string, unknown>>;

/** One question at a time over a unix socket; each connection starts by synchronising. */
async function ask(
  socketPath: string,
  questions: readonly Reply[],
  limitMs: number,
): Promise<readonly Reply[]> {
  const socket: Socket = connect(socketPath);
  const replies: Reply[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the guest agent does not answer")), limitMs);
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      let text = "";
      const send = (question: Reply) => socket.write(`${JSON.stringify(question)}\n`);
      const sync = Math.floor(Math.random() * 2 ** 31);
      let next = -1;
      socket.on("error", fail);
      socket.on("close", () => fail(new Error("the guest agent's line was closed")));
      socket.on("connect", () => send({ execute: "guest-sync", arguments: { id: sync } }));
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("utf8");
        for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
          const reply: Reply = JSON.parse(text.slice(0, at));
          text = text.slice(at + 1);
          // What an earlier, broken conversation left is skipped.
          if (next < 0 && reply.return !== sync) continue;
          if (next >= 0) replies.push(reply);
          next += 1;
          const question = questions[next];
          if (question === undefined) {
            clearTimeout(timer);
            resolve();
            return;
          }
          send(question);
        }
      });
    });
  } finally {
    socket.removeAllListeners("close");
    socket.destroy();
  }
  return replies;
}

async function one(socketPath: string, execute: string, args: Reply, limitMs: number): Promise<Reply> {
  const [reply] = await ask(socketPath, [{ execute, arguments: args }], limitMs);
  const answer = reply?.return;
  if (typeof answer === "object" && answer !== null) return Object.fromEntries(Object.entries(answer));
  throw new Error(`${execute}: ${JSON.stringify(reply?.error ?? reply)}`);
}

/** True once the agent answers. */
export async function agentAnswers(socketPath: string): Promise<boolean> {
  try {
    await ask(socketPath, [{ execute: "guest-ping" }], 2_000);
    return true;
  } catch {
    return false;
  }
}

function decoded(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : "";
}

/** Runs a program in the guest as root, with the agent's environment. */
export async function runInGuest(
  socketPath: string,
  argv: readonly string[],
  options: RunOptions,
): Promise<Result> {
  const limitMs = options.timeoutMs ?? usualLimitMs;
  const stop = Date.now() + limitMs;
  const [path = "", ...arg] = argv;
  const input = Buffer.from(options.input ?? "").toString("base64");
  const order = { path, arg, "capture-output": true, ...(input === "" ? {} : { "input-data": input }) };
  const { pid } = await one(socketPath, "guest-exec", order, limitMs);
  for (let wait = 30; ; wait = Math.min(wait * 2, 500)) {
    const status = await one(socketPath, "guest-exec-status", { pid }, 30_000);
    if (status.exited === true) {
      const stdout = decoded(status["out-data"]);
      const stderr = decoded(status["err-data"]);
      const code = typeof status.exitcode === "number" ? status.exitcode : 137;
      return { code, stdout, stderr, timedOut: false };
    }
    if (Date.now() > stop) {
      await one(socketPath, "guest-exec", { path: "kill", arg: ["-KILL", `${pid}`] }, 30_000);
      return { code: 137, stdout: "", stderr: "", timedOut: true };
    }
    await pause(wait);
  }
}
