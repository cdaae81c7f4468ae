// A stand-in for the API server of Kubernetes over TLS: what it does with Events and a Node's status, by the rules of
// kubernetes.io (API concepts, Node authorization). For tests; holds its objects as values.
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Pair, selfSigned } from "./certificates.js";

export const serverPair = (): Pair =>
  selfSigned({ subject: "/CN=kubernetes", extensions: ["subjectAltName=IP:127.0.0.1,DNS:kubernetes"] });
export const kubeletPair = (): Pair => selfSigned({ subject: "/O=system:nodes/CN=system:node:n1" });
export const token = "a-token-of-a-service-account";

type Json = Readonly<Record<string, unknown>>;

export interface FakeApi {
  readonly url: string;
  readonly events: Map<string, Json>;
  readonly conditions: Map<string, Json>;
  /** `POST events`, `PATCH nodes/status`: answered with 403. */
  readonly forbidden: Set<string>;
  /** What was asked and how it was answered. */
  readonly log: string[];
  /** Takes this many requests and answers none of them. */
  mute: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

function status(code: number, message: string): Answer {
  return { status: code, body: { kind: "Status", status: "Failure", message, code } };
}

function who(request: IncomingMessage): string | undefined {
  if (request.headers.authorization === `Bearer ${token}`) return "service account";
  const socket: Partial<TLSSocket> = Object(request.socket);
  const name = socket.getPeerCertificate?.().subject?.CN;
  return typeof name === "string" && name.startsWith("system:node:") ? name : undefined;
}

class Objects {
  readonly events = new Map<string, Json>();
  readonly conditions = new Map<string, Json>([["Ready", { type: "Ready", status: "True" }]]);

  addEvent(given: Json): Answer {
    const { metadata, involvedObject } = given;
    const { name, namespace } = Object(metadata);
    const about = Object(involvedObject);
    // What is in no namespace has its Events in default (validation of Events).
    if (namespace !== "default" || about.namespace !== undefined)
      return status(422, "involvedObject.namespace: does not match event.namespace");
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(String(name)))
      return status(422, "metadata.name: Invalid value");
    if (this.events.has(String(name))) return status(409, `events "${name}" already exists`);
    this.events.set(String(name), given);
    return { status: 201, body: given };
  }

  changeEvent(name: string, given: Json): Answer {
    const before = this.events.get(name);
    if (before === undefined) return status(404, `events "${name}" not found`);
    this.events.set(name, { ...before, ...given });
    return { status: 200, body: given };
  }

  changeStatus(given: Json): Answer {
    const { conditions } = Object(given.status);
    for (const one of Array.isArray(conditions) ? conditions : []) {
      const type = String(Object(one).type);
      this.conditions.set(type, { ...this.conditions.get(type), ...Object(one) });
    }
    return { status: 200, body: {} };
  }
}

function answer(
  objects: Objects,
  request: IncomingMessage,
  text: string,
  forbidden: ReadonlySet<string>,
): Answer {
  const { method = "", url = "" } = request;
  const user = who(request);
  const kind = url.includes("/events") ? "events" : "nodes/status";
  if (user === undefined) return status(401, "Unauthorized");
  if (forbidden.has(`${method} ${kind}`))
    return status(403, `${kind} is forbidden: User "${user}" cannot ${method}`);
  const type = request.headers["content-type"];
  if (method === "PATCH" && type !== "application/strategic-merge-patch+json") return status(415, `${type}`);
  const body: Json = Object(JSON.parse(text));
  if (method === "POST" && url === "/api/v1/namespaces/default/events") return objects.addEvent(body);
  const event = /^\/api\/v1\/namespaces\/default\/events\/([^/]+)$/.exec(url)?.[1];
  if (method === "PATCH" && event !== undefined) return objects.changeEvent(event, body);
  if (method === "PATCH" && url === "/api/v1/nodes/n1/status") return objects.changeStatus(body);
  return status(404, `the server could not find ${url}`);
}

/** Starts it on loopback. */
export async function fakeApi(): Promise<FakeApi> {
  const { certificate, key } = serverPair();
  const objects = new Objects();
  const forbidden = new Set<string>();
  const log: string[] = [];
  const server = createServer(
    { cert: certificate, key, ca: kubeletPair().certificate, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { status: code, body } = answer(objects, request, Buffer.concat(parts).toString(), forbidden);
        log.push(
          `${request.method} ${request.url?.replace(/^\/api\/v1\/(namespaces\/default\/)?/, "")} ${code}`,
        );
        if (api.mute > 0) {
          api.mute -= 1;
          request.socket.destroy();
        } else response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());
  const api: FakeApi = {
    url: `https://127.0.0.1:${port}`,
    events: objects.events,
    conditions: objects.conditions,
    forbidden,
    log,
    mute: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}
