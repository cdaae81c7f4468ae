// One event of AppArmor in every syntax that it comes in, and the variables of its policy.

const body =
  'apparmor="DENIED" operation="open" profile="app" name="/srv/f" pid=7 comm="app" requested_mask="r" denied_mask="r" fsuid=33 ouid=0';
const stamp = "audit(1700000000.001:77)";

/** One event in every syntax that it comes in. */
export const syntaxes: Readonly<Record<string, string>> = {
  "audit.log": `type=AVC msg=${stamp}: ${body}`,
  "audit.log, enriched": `type=AVC msg=${stamp}: ${body}\x1dFSUID="www-data" OUID="root"`,
  "audit.log of a node": `node=n1 type=AVC msg=${stamp}: ${body}`,
  "ausearch -i": `type=AVC msg=audit(11/21/2026 10:00:00.001:77) : ${body.replaceAll('"', "")}`.replace(
    "fsuid=33 ouid=0",
    "fsuid=www-data ouid=root",
  ),
  dmesg: `[   12.345678] audit: type=1400 ${stamp}: ${body}`,
  "kern.log": `Nov 21 10:00:00 node kernel: [   12.345678] audit: type=1400 ${stamp}: ${body}`,
  "kern.log, RFC 3339": `2026-11-21T10:00:00.001+01:00 node kernel: audit: type=1400 ${stamp}: ${body}`,
  "journal, text": `Nov 21 10:00:00 node kernel: audit: type=1400 ${stamp}: ${body}`,
  "journal, of the audit": `Nov 21 10:00:00 node audit[7]: AVC ${body}`,
  "journal, JSON": JSON.stringify({
    __CURSOR: "s=1",
    MESSAGE: `audit: type=1400 ${stamp}: ${body}`,
    _TRANSPORT: "kernel",
  }),
  "journal, JSON of the audit": JSON.stringify({
    _TRANSPORT: "audit",
    _AUDIT_ID: "77",
    __REALTIME_TIMESTAMP: "1700000000001000",
    MESSAGE: `AVC ${body}`,
  }),
  "journal, json-sse": `data: ${JSON.stringify({ MESSAGE: `audit: type=1400 ${stamp}: ${body}` })}`,
  "journal, json-pretty": `{\n\t"_TRANSPORT" : "kernel",\n\t"MESSAGE" : ${JSON.stringify(`audit: type=1400 ${stamp}: ${body}`)}\n}`,
  "journal, export": `__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE=audit: type=1400 ${stamp}: ${body}\n`,
  "with CRLF": `type=AVC msg=${stamp}: ${body}\r\n`,
};

/** Variables as Debian's tunables set them. */
export const tunables = `@{HOME}=@{HOMEDIRS}/*/ /root/
@{HOMEDIRS}=/home/
@{PROC}=/proc/
@{sys}=/sys/
@{pid}={[1-9],[1-9][0-9],[1-9][0-9][0-9],[1-9][0-9][0-9][0-9],[1-9][0-9][0-9][0-9][0-9][0-9]}
@{tid}=@{pid}
@{multiarch}=*-linux-gnu*
@{uid}={[0-9],[1-9][0-9]*}
`;
