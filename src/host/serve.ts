// A text for who asks on this machine: HTTP on an address of loopback or on a Unix socket of root's. GET and HEAD of one
// path, bounded in number, size and time. Does not know what it serves.
import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { isLoopback } from "../core/network.js";

export type ServePlace =
  | { readonly host: string; readonly port: number }
  | { readonly socket: string; readonly mode: number };

export interface Serving {
  /** `127.0.0.1:9911`, or the path of the socket. */
  readonly where: string;
  readonly close: () => Promise<void>;
}
export type Served =
  | { readonly state: "ok"; readonly serving: Serving }
  | { readonly state: "failed"; readonly reason: string };

/** `path` is answered with what `text` gives then; every other path with 404. */
export type Serve = (
  place: ServePlace,
  path: string,
  type: string,
  text: () => string | undefined,
) => Promise<Served>;

const connectionLimit = 16;
const requestsPerConnection = 100;
const timeLimitMs = 5000;
const headerLimit = 8 * 1024;

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  type: string,
  text: () => string | undefined,
): void {
  const end = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) => {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, { "content-type": "text/plain", "content-length": length, ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  // A page in a browser on this machine may ask here under a name of its own (DNS rebinding).
  const named = (request.headers.host ?? "").replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  if (named !== "" && named !== "localhost" && !isLoopback(named)) end(421, "not the host of this name\n");
  else if (request.method !== "GET" && request.method !== "HEAD")
    end(405, "GET only\n", { allow: "GET, HEAD", connection: "close" });
  else if ((request.url ?? "").split("?", 1)[0] !== path) end(404, `there is only ${path}\n`);
  else {
    const body = text();
    if (body === undefined) end(503, "not looked yet\n", { "retry-after": "10" });
    else end(200, body, { "content-type": type });
  }
}

/** Nobody listens at the socket any more (connect(2)). */
function isLeft(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (left: boolean) => {
      socket.destroy();
      resolve(left);
    };
    const socket = connect({ path });
    socket.once("connect", () => end(false));
    socket.once("error", (error) => end("code" in error && error.code === "ECONNREFUSED"));
  });
}

/** A socket that a process left which is gone; anything else stays and is in the way. */
async function clear(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isSocket() === true && (await isLeft(path))) unlinkSync(path);
}

function listen(server: Server, place: ServePlace): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(error.message));
    const done = () => resolve(undefined);
    if ("socket" in place) server.listen({ path: place.socket }, done);
    else server.listen({ host: place.host, port: place.port }, done);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export const liveServe: Serve = async (place, path, type, text) => {
  if ("host" in place && !isLoopback(place.host))
    return { state: "failed", reason: `${place.host} is no address of loopback: nothing is served there` };
  const server = createServer(
    {
      maxHeaderSize: headerLimit,
      headersTimeout: timeLimitMs,
      requestTimeout: timeLimitMs,
      keepAliveTimeout: timeLimitMs,
    },
    (request, response) => {
      // What comes after the header is not read.
      request.resume();
      answer(request, response, path, type, text);
    },
  );
  server.maxConnections = connectionLimit;
  server.maxRequestsPerSocket = requestsPerConnection;
  server.setTimeout(timeLimitMs, (socket) => socket.destroy());
  try {
    if ("socket" in place) await clear(place.socket);
    const reason = await listen(server, place);
    if (reason !== undefined) return { state: "failed", reason };
    server.on("error", () => {});
    if ("socket" in place) chmodSync(place.socket, place.mode);
  } catch (error) {
    await close(server);
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const where = "socket" in place ? place.socket : `${place.host}:${port}`;
  return { state: "ok", serving: { where, close: () => close(server) } };
};
