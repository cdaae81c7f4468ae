// One request to a server of the site's own, with its credentials: HTTPS alone, the certificate verified, no redirection
// followed, answer and time bounded. Knows no API.
import { request as ask } from "node:https";
import { isIP } from "node:net";
import { patience } from "./patience.js";

export interface ApiLogin {
  /** PEM of the authorities that the server's certificate is verified by; undefined: the system's. */
  readonly ca: string | undefined;
  /** The name in the server's certificate, where it is another than the address's. */
  readonly serverName: string | undefined;
  /** Of the client, PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
}

export interface ApiRequest {
  readonly method: "POST" | "PATCH";
  /** https://… */
  readonly url: string;
  readonly type: string;
  readonly body: string;
  readonly login: ApiLogin;
}

export type ApiAnswer =
  | { readonly state: "answered"; readonly status: number; readonly body: string }
  | { readonly state: "failed"; readonly reason: string };

const limitMs = 10_000;
const bodyLimit = 64 * 1024;

function tlsOptions({ ca, serverName, certificate, key }: ApiLogin, host: string) {
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    rejectUnauthorized: true,
    minVersion: "TLSv1.2" as const,
    ...(ca === undefined ? {} : { ca }),
    ...(name === undefined ? {} : { servername: name }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

/** Asks once, for at most 10 s in all; the answer is cut at 64 KiB. */
export const askApi: Api = async ({ method, url, type, body, login }) => {
  const where = URL.canParse(url) ? new URL(url) : undefined;
  if (where?.protocol !== "https:") return { state: "failed", reason: "credentials go over https alone" };
  const host = where.hostname.replace(/^\[(.*)\]$/, "$1");
  const headers = {
    "content-type": type,
    "content-length": String(Buffer.byteLength(body)),
    accept: "application/json",
    "user-agent": "nodeward",
    ...(login.token === undefined ? {} : { authorization: `Bearer ${login.token}` }),
  };
  return await new Promise((resolve) => {
    const fail = (reason: string) => finish({ state: "failed", reason: `${where.host}: ${reason}` });
    const calledOff = patience(limitMs, () => fail("did not answer within 10 s"));
    const finish = (answer: ApiAnswer) => {
      calledOff();
      resolve(answer);
      asked.destroy();
    };
    const asked = ask(
      {
        method,
        host,
        port: where.port === "" ? 443 : Number(where.port),
        path: `${where.pathname}${where.search}`,
        headers,
        agent: false,
        ...tlsOptions(login, host),
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        const done = () =>
          finish({
            state: "answered",
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts).subarray(0, bodyLimit).toString("utf8"),
          });
        response.on("data", (part: Buffer) => {
          parts.push(part);
          size += part.length;
          if (size > bodyLimit) done();
        });
        response.once("end", done);
        response.on("error", (error) => fail(error.message));
      },
    );
    asked.on("error", (error) => fail(error.message));
    asked.end(body);
  });
};
