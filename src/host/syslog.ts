// Messages to a syslog server: datagrams (RFC 5426), TCP with the octets counted (RFC 6587, 3.4.1), TLS (RFC 5425). Does not
// know what is in a message.
import { createSocket } from "node:dgram";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { patience } from "./patience.js";
import type { Sent } from "./send.js";

export interface SyslogTarget {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  /** PEM of the authorities that the server's certificate is verified by; undefined: the system's. */
  readonly ca: string | undefined;
}

const limitMs = 10_000;
/** The answer that nobody listens (ICMP) arrives after the datagram has gone. */
const refusalMs = 200;

function reasonOf(error: Error): string {
  return "code" in error && typeof error.code === "string" && !error.message.includes(error.code)
    ? `${error.code}: ${error.message}`
    : error.message;
}

function datagrams({ host, port }: SyslogTarget, messages: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isIP(host) === 6 ? "udp6" : "udp4" });
    const finish = (reason: string | undefined) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // A late error has nobody to tell.
      socket.on("error", () => {});
      socket.close();
      resolve(reason);
    };
    let timer = setTimeout(() => finish("the name did not resolve within 10 s"), limitMs);
    socket.once("error", (error) => finish(reasonOf(error)));
    socket.connect(port, host, () => {
      let left = messages.length;
      const done = (error: Error | null) => {
        left -= 1;
        if (error !== null) finish(reasonOf(error));
        else if (left === 0) {
          clearTimeout(timer);
          timer = setTimeout(() => finish(undefined), refusalMs);
        }
      };
      for (const message of messages) socket.send(message, done);
    });
  });
}

async function connect({ host, port, transport, ca }: SyslogTarget): Promise<Socket> {
  if (transport !== "tls") return connectTcp({ host, port });
  const tls = await import("node:tls");
  return tls.connect({
    host,
    port,
    minVersion: "TLSv1.2",
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
}

/**
 * Syslog has no receipt. Our end is closed after the last message, and the server closes its own when it has read up to
 * there: until then nothing counts as told.
 */
async function stream(target: SyslogTarget, messages: readonly string[]): Promise<string | undefined> {
  const socket = await connect(target);
  const frames = messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join("");
  return await new Promise((resolve) => {
    let written = false;
    const finish = (reason: string | undefined) => {
      calledOff();
      socket.destroy();
      resolve(reason);
    };
    const calledOff = patience(limitMs, () => finish("did not take the messages within 10 s"));
    socket.once(target.transport === "tls" ? "secureConnect" : "connect", () =>
      socket.end(frames, () => {
        written = true;
      }),
    );
    // A server has nothing to say; unread, it would keep the end from being seen.
    socket.resume();
    socket.once("end", () =>
      finish(written ? undefined : "closed the connection before it had the messages"),
    );
    socket.on("error", (error) => finish(reasonOf(error)));
  });
}

/** Sends messages (RFC 5424) in this order; told are all or, as far as this end can see, not all. */
export async function sendSyslog(target: SyslogTarget, messages: readonly string[]): Promise<Sent> {
  if (messages.length === 0) return { state: "ok" };
  const reason =
    target.transport === "udp" ? await datagrams(target, messages) : await stream(target, messages);
  if (reason === undefined) return { state: "ok" };
  return { state: "failed", reason: `${target.host}:${target.port}: ${reason}` };
}
