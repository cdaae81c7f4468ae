// The shape of checks on what a port answers to strangers: who was asked, what counts as open, shut or not known.
import { notApplicable, type Verdict } from "../core/outcome.js";
import type { PortAnswer } from "../facts/port-probes.js";

export interface Said {
  readonly problem?: string;
  readonly unknown?: string;
  readonly note?: string;
}

export function inWords({ scheme, where, path, result }: PortAnswer): string {
  return `${scheme}://${where}${path}: ${result.state === "answered" ? `answered ${result.status}` : result.reason}`;
}

/** Go's server refuses plain HTTP on a TLS port in these words (net/http, server.go). */
export function wantsTls({ result }: PortAnswer): boolean {
  return result.state === "answered" && result.status === 400 && /HTTPS server/i.test(result.body);
}

/** The alerts of TLS servers that ask for a certificate and got none (RFC 8446, 6.2). */
export function wantsCertificate({ result }: PortAnswer): boolean {
  return (
    result.state === "failed" &&
    /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)/.test(result.reason)
  );
}

export interface PortQuestion {
  readonly expected: string;
  /** Said where nothing listens. */
  readonly shut: string;
  readonly judge: (answer: PortAnswer) => Said;
}

/** Answers that were refused say that nothing listens there. */
export function judgePort(
  answers: readonly PortAnswer[],
  unsure: readonly string[],
  { expected, shut, judge }: PortQuestion,
): Verdict {
  const heard = answers.filter(({ result }) => result.state !== "refused" && result.state !== "absent");
  const away = answers.filter(({ result }) => result.state === "absent").map(inWords);
  if (heard.length === 0 && unsure.length === 0 && away.length === 0) return notApplicable(shut);
  const said = heard.map(judge);
  const all = (key: keyof Said) => said.flatMap((one) => one[key] ?? []);
  return {
    expected,
    actual: heard.length === 0 ? shut : heard.map(inWords).join("; "),
    evidence: heard.map(({ source }) => source),
    problems: all("problem").map((message) => ({ message })),
    unknowns: [...all("unknown"), ...unsure, ...away],
    notes: all("note"),
  };
}
