// logs.remote, logs.remote-tls: what is logged is kept on another machine too, and nobody reads it on the way there.
import { notApplicable } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { LogForward, LogForwards } from "../../facts/log-forwards.js";
import type { Services } from "../../facts/services.js";
import { type Check, defineCheck } from "../define.js";
import { serves } from "../services/required.js";

/** Of services that run: a configuration nobody reads sends nothing. */
function inForce({ forwards }: LogForwards, services: Services): readonly LogForward[] {
  return forwards.filter(({ by }) => serves(services.of(by), services));
}

function blind({ unread }: LogForwards, services: Services): readonly string[] {
  return unread.filter(({ by }) => serves(services.of(by), services)).map(({ reason }) => reason);
}

const remote = defineCheck({
  id: "logs.remote",
  title: "Logs are kept on another machine too",
  why: "Who becomes root deletes what is on this machine; what has left it stays.",
  remedy:
    'Send them on with rsyslog (`action(type="omfwd" target="…" protocol="tcp" streamdriver="gtls" streamdrivermode="1" …)`), with systemd-journal-upload, or name the collector that does it in the parameter `collectors`.',
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["logForwards", "services"],
  params: { collectors: words([], "a list of programs known to send logs on, such as fluent-bit") },
  evaluate({ logForwards, services }, { collectors }) {
    const forwards = inForce(logForwards, services);
    const trusted = logForwards.collectors.filter(({ name }) => collectors.includes(name));
    const isSent = forwards.length > 0 || trusted.length > 0;
    const unknowns = isSent
      ? []
      : [
          ...blind(logForwards, services),
          ...logForwards.collectors.map(
            ({ name }) => `${name} runs and may send logs on: what it is told is not read`,
          ),
        ];
    return {
      expected: "sent to another machine",
      actual: isSent
        ? listing([
            ...forwards.map(({ by, target }) => `${by} to ${target}`),
            ...trusted.map(({ name }) => name),
          ])
        : "not sent by rsyslog or systemd-journal-upload",
      evidence: [...forwards, ...(isSent ? trusted : logForwards.collectors)].map(({ source }) => source),
      problems:
        isSent || unknowns.length > 0
          ? []
          : [{ message: "no log service that runs sends logs to another machine" }],
      unknowns,
    };
  },
});

function flaws({ by, target, encrypted, verified, source }: LogForward): readonly string[] {
  const what = `${printable(place(source))}: ${by} sends logs to ${printable(target)}`;
  return [
    ...(encrypted === false ? [`${what} in the clear`] : []),
    ...(verified ? [] : [`${what} without asking who takes them`]),
  ];
}

const remoteTls = defineCheck({
  id: "logs.remote-tls",
  title: "Logs that leave the node are encrypted",
  why: "Logs name users, addresses and paths, and what is sent by UDP anybody on the way can read, drop and invent.",
  remedy:
    'Install rsyslog-gnutls or rsyslog-openssl and give the action `protocol="tcp" streamdriver="gtls" streamdrivermode="1" streamdriverauthmode="x509/name"`; give systemd-journal-upload an https URL and a TrustedCertificateFile=.',
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["logForwards", "services"],
  params: {},
  evaluate({ logForwards, services }) {
    const forwards = inForce(logForwards, services);
    const unknowns = [
      ...blind(logForwards, services),
      ...forwards
        .filter(({ encrypted }) => encrypted === undefined)
        .map(({ by, target }) => `whether ${by} encrypts what it sends to ${target} cannot be told`),
    ];
    if (forwards.length === 0 && unknowns.length === 0)
      return notApplicable("neither rsyslog nor systemd-journal-upload sends logs to another machine");
    return {
      expected: "TLS",
      actual: listing(
        forwards.map(
          ({ target, encrypted }) => `${target}: ${encrypted === true ? "TLS" : "not known to be TLS"}`,
        ),
      ),
      evidence: forwards.map(({ source }) => source),
      problems: forwards.flatMap(flaws).map((message) => ({ message })),
      unknowns,
    };
  },
});

export const remoteChecks: readonly Check[] = [remote, remoteTls];
