// ports.docker-api: nobody commands docker over the network without a certificate.
import type { Fact } from "../../core/fact.js";
import type { Problem } from "../../core/outcome.js";
import type { Source } from "../../core/source.js";
import type { Docker } from "../../facts/docker.js";
import type { Listening } from "../../facts/sockets.js";
import { defineCheck } from "../define.js";
import { endpointText, ownerText } from "./expectation.js";
import { onPort } from "./single.js";

interface Found {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly notes: string[];
  readonly evidence: Source[];
}

function plain(socket: Listening, found: Found): void {
  const who = socket.loopback ? "every user and pod of the host's network" : "whoever reaches it";
  found.evidence.push(socket.source);
  found.problems.push({
    message: `${endpointText(socket)} is held by ${ownerText(socket)}: ${who} can become root on the node`,
  });
}

/** The program that answers; undefined where it is another one than docker. */
function isDocker({ owner }: Listening): boolean | undefined {
  if (owner.state === "kernel") return false;
  if (owner.state === "unknown") return undefined;
  return owner.unit === "docker.socket" || owner.holders.some(({ program }) => program === "dockerd");
}

function overTls(socket: Listening, docker: Fact<Docker>, found: Found): void {
  const own = isDocker(socket);
  found.evidence.push(socket.source);
  if (own === false) {
    found.notes.push(`${endpointText(socket)} is not docker's: ${ownerText(socket)}`);
    return;
  }
  if (own === undefined || docker.state !== "known") {
    const why = docker.state === "known" ? "its owner cannot be seen" : docker.reason;
    found.unknowns.push(`whether ${endpointText(socket)} asks for client certificates: ${why}`);
    return;
  }
  const { value, source } = docker.value.boolean("tlsverify", false);
  if (source !== undefined) found.evidence.push(source);
  if (value) return;
  if (docker.value.unread.length > 0) found.unknowns.push(...docker.value.unread);
  else
    found.problems.push({
      message: `${endpointText(socket)} is docker's, and tlsverify is not on: it takes commands without a client certificate`,
    });
}

export default defineCheck({
  id: "ports.docker-api",
  title: "Nobody listens on 2375, and on 2376 only with client certificates",
  why: "Who may talk to docker starts a container with the host's disk in it, and is root. Port 2375 asks for nothing at all, and worms look for it.",
  remedy:
    "Take `tcp://` out of `hosts` and of dockerd's -H; use SSH (`docker -H ssh://…`), or tlsverify with a CA of your own on 2376.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["sockets"],
  optional: ["docker"],
  params: {},
  evaluate({ sockets, docker }) {
    const found: Found = { problems: [], unknowns: [...sockets.unread], notes: [], evidence: [] };
    for (const socket of onPort(sockets, "tcp", 2375)) plain(socket, found);
    for (const socket of onPort(sockets, "tcp", 2376)) overTls(socket, docker, found);
    return {
      expected: "2375 shut; 2376 shut or with tlsverify",
      actual: found.evidence.length === 0 ? "both shut" : "open",
      ...found,
    };
  },
});
