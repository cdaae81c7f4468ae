// How each kind of channel is told: what is written down for it, and how that is delivered. Keeps nothing of its own but
// when the last mail went.
import { createHash } from "node:crypto";
import type { Sent } from "../host/send.js";
import type { Channel, SyslogServer } from "../policy/drift-channels.js";
import { driftJson, driftText } from "../report/drift.js";
import { driftSummary, journalEntries, loggerInput } from "../report/drift-notes.js";
import { mailMessage } from "../report/mail.js";
import { localSyslogLines, syslogMessages } from "../report/syslog.js";
import type { Spooled } from "../state/spool.js";
import { remember, remembered } from "../state/told.js";
import { kubernetesWay } from "./kubernetes.js";
import { type Doors, oneByOne, type Way } from "./way.js";

const logger = "/usr/bin/logger";
const mailView = { columns: 78, colour: false, verbose: false, quiet: false };
/** Reports in one mail. */
const digestLimit = 50;
const ok: Sent = { state: "ok" };

function each(tell: (one: Spooled, doors: Doors) => Promise<Sent>): Way["deliver"] {
  return (delivery) => oneByOne(delivery, (one) => tell(one, delivery.doors));
}

/** What was written down; nothing of what another nodeward wrote in another form. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function words(body: string): readonly string[] {
  const value = parsed(body);
  return Array.isArray(value) ? value.map(String) : [];
}

const journald: Way = {
  name: "journald",
  body: ({ drift, report }) => JSON.stringify(journalEntries(drift, report.run.id).map(loggerInput)),
  deliver: each(async ({ body }, { send }) => {
    for (const entry of words(body)) {
      const sent = await send.journal(entry);
      if (sent.state !== "ok") return sent;
    }
    return ok;
  }),
};

/** /dev/log is a socket for datagrams, which Node.js has not. */
const localSyslog: Way = {
  name: "syslog",
  body: ({ drift, report }) => localSyslogLines(journalEntries(drift, report.run.id)),
  deliver: each(({ body }, { send }) =>
    send.pipe(
      logger,
      ["--socket", "/dev/log", "--socket-errors=on", "--prio-prefix", "--tag", "nodeward", "--size", "4096"],
      body,
    ),
  ),
};

function syslog({ host, port, transport, caFile }: SyslogServer): Way {
  return {
    name: `syslog ${transport} ${host}:${port}`,
    body: ({ drift, report }) =>
      JSON.stringify(
        syslogMessages(journalEntries(drift, report.run.id), report.host.hostname, report.run.startedAt),
      ),
    deliver: each(async ({ body }, { send, secret }) => {
      const ca = caFile === undefined ? undefined : await secret(caFile);
      if (ca !== undefined && "reason" in ca) return { state: "failed", reason: ca.reason };
      return await send.syslog({ host, port, transport, ca: ca?.text }, words(body));
    }),
  };
}

function webhook({ url, secretFile }: Channel & { readonly kind: "webhook" }): Way {
  return {
    name: `webhook ${url}`,
    body: ({ told }) => driftJson(told),
    deliver: each(async ({ body, name }, { send, secret }) => {
      const key = secretFile === undefined ? undefined : await secret(secretFile);
      if (key !== undefined && "reason" in key) return { state: "failed", reason: key.reason };
      const text = key?.text.trim();
      // Anybody can sign with no key.
      if (text === "") return { state: "failed", reason: `${secretFile} is empty` };
      return await send.post(url, body, text, name.replace(/\.json$/, ""));
    }),
  };
}

function command({ program, args }: Channel & { readonly kind: "command" }): Way {
  return {
    name: `command ${program} ${args.join(" ")}`,
    body: ({ told }) => driftJson(told),
    deliver: each(async ({ body }, { send, distrust }) => {
      const reason = await distrust(program);
      return reason === undefined ? await send.pipe(program, args, body) : { state: "failed", reason };
    }),
  };
}

function mail({ to, from, program, everyMs }: Channel & { readonly kind: "mail" }): Way {
  const name = `mail ${to.join(",")}`;
  const memory = `mail-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
  return {
    name,
    body: ({ drift, report, told }) =>
      JSON.stringify({
        subject: `nodeward: ${report.host.hostname}: ${driftSummary(drift)}`,
        text: driftText({ ...told, drifts: [drift] }, mailView),
      }),
    deliver: async ({ waiting, doors, hostname, nowMs, done }) => {
      const { atMs } = remembered(doors.files, memory);
      // A clock that was put back must not silence it.
      if (typeof atMs === "number" && nowMs >= atMs && nowMs - atMs < everyMs) return ok;
      for (let first = 0; first < waiting.length; first += digestLimit) {
        const part = waiting.slice(first, first + digestLimit);
        const reason = await doors.distrust(program);
        if (reason !== undefined) return { state: "failed", reason };
        const reports = part.map(({ body }) => {
          const { subject = "", text = "" } = Object(parsed(body));
          return { subject: String(subject), text: String(text) };
        });
        const head = { to, from, hostname, atMs: nowMs };
        const message = mailMessage(head, reports, part.map((one) => one.name).join(" "));
        // A line with a dot alone is text (sendmail(1) -i); without -t no header names a recipient.
        const sender = from === undefined ? [] : ["-f", from];
        const sent = await doors.send.pipeOutside(program, ["-i", ...sender, ...to], message);
        if (sent.state !== "ok") return sent;
        for (const one of part) {
          const ticked = done(one);
          if (ticked.state !== "ok") return ticked;
        }
        if (everyMs > 0) remember(doors.files, memory, { atMs: nowMs });
      }
      return ok;
    },
  };
}

/** Undefined for a channel that is shown the state, not told of changes. */
export function wayOf(channel: Channel): Way | undefined {
  if (channel.kind === "prometheus") return undefined;
  if (channel.kind === "journald") return journald;
  if (channel.kind === "webhook") return webhook(channel);
  if (channel.kind === "command") return command(channel);
  if (channel.kind === "mail") return mail(channel);
  if (channel.kind === "kubernetes") return kubernetesWay(channel);
  return channel.server === undefined ? localSyslog : syslog(channel.server);
}
