// The first line that a server of this machine sends to who connects: whether sshd still answers. Sends nothing.
import { createConnection } from "node:net";

/** More than the version string of SSH, which is at most 255 bytes (RFC 4253, 4.2). */
const most = 1024;

export type Greeting =
  | { readonly state: "ok"; readonly line: string }
  | { readonly state: "failed"; readonly reason: string };

export function greeting(address: string, port: number, limitMs: number): Promise<Greeting> {
  const where = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    let text = "";
    const end = (result: Greeting) => {
      socket.destroy();
      resolve(result);
    };
    const failed = (reason: string) => end({ state: "failed", reason: `${where}: ${reason}` });
    socket.setTimeout(limitMs, () => failed(`no greeting within ${limitMs / 1000} s`));
    socket.on("error", (error) => failed(error.message));
    socket.on("end", () => failed("closed without a greeting"));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const line = text.indexOf("\n");
      if (line >= 0) end({ state: "ok", line: text.slice(0, line).trimEnd() });
      else if (text.length > most) failed("sends something that is no greeting");
    });
  });
}
