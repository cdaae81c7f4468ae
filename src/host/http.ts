// One request without credentials to this node itself, over TCP or TLS. Never leaves the machine: an address that is
// not loopback nor one of its own interfaces is refused. Speaks just enough HTTP/1.1 to read a status.
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { HttpProbe, HttpResult, TlsSeen } from "./host.js";
import { timeLimitMs } from "./limits.js";
import { patience } from "./patience.js";

const bodyLimit = 64 * 1024;

function isOwn(address: string): boolean {
  if (address === "::1" || (isIP(address) === 4 && address.startsWith("127."))) return true;
  return Object.values(networkInterfaces()).some((group) => group?.some((one) => one.address === address));
}

async function connect({ scheme, address, port }: HttpProbe, seen: (tls: TlsSeen) => void): Promise<Socket> {
  if (scheme === "http") return connectTcp({ host: address, port });
  const tls = await import("node:tls");
  // The certificate is what is being looked at, not what is trusted; nothing secret is sent.
  const socket = tls.connect({ host: address, port, rejectUnauthorized: false, servername: "" });
  socket.once("secureConnect", () => {
    const certificate = socket.getPeerCertificate();
    const name = (part: unknown) =>
      typeof part === "object" && part !== null ? Object.values(part).map(String).join(", ") : "";
    const until = new Date(certificate.valid_to);
    seen({
      protocol: socket.getProtocol() ?? "",
      cipher: socket.getCipher().name,
      subject: name(certificate.subject),
      issuer: name(certificate.issuer),
      validTo: Number.isNaN(until.getTime()) ? "" : until.toISOString(),
    });
  });
  return socket;
}

function answer(raw: string, tls: TlsSeen | null, where: string): HttpResult {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(raw)?.[1];
  if (status === undefined) return { state: "failed", reason: `${where} did not answer in HTTP` };
  const split = raw.indexOf("\r\n\r\n");
  return { state: "answered", status: Number(status), body: split < 0 ? "" : raw.slice(split + 4), tls };
}

/** Asks once, for at most 2 s in all in which this process can listen; the body is cut at 64 KiB. */
export async function request(probe: HttpProbe): Promise<HttpResult> {
  const where = `${probe.address}:${probe.port}`;
  if (!isOwn(probe.address))
    return { state: "absent", reason: `${probe.address} is not an address of this node` };
  let tls: TlsSeen | null = null;
  const socket = await connect(probe, (seen) => {
    tls = seen;
  });
  return await new Promise((resolve) => {
    let raw = "";
    const finish = (result: HttpResult) => {
      calledOff();
      socket.destroy();
      resolve(result);
    };
    const calledOff = patience(timeLimitMs, () => {
      finish(
        raw === ""
          ? { state: "failed", reason: `${where} did not answer within 2 s` }
          : answer(raw, tls, where),
      );
    });
    socket.once(probe.scheme === "https" ? "secureConnect" : "connect", () => {
      const host = probe.address.includes(":") ? `[${probe.address}]` : probe.address;
      socket.write(
        `GET ${probe.path} HTTP/1.1\r\nHost: ${host}:${probe.port}\r\nUser-Agent: nodeward\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.on("data", (bytes: Buffer) => {
      raw += bytes.toString("latin1");
      if (raw.length > bodyLimit) finish(answer(raw, tls, where));
    });
    socket.once("end", () => finish(answer(raw, tls, where)));
    // Every time: a second error without anybody listening would end the program.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") finish({ state: "refused", reason: `nothing listens on ${where}` });
      else if (raw !== "") finish(answer(raw, tls, where));
      else finish({ state: "failed", reason: `${where}: ${error.code ?? error.message}` });
    });
  });
}
