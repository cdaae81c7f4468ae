// The kernel's audit log (audit.log, ausearch --raw): which login changed which path with which program. Reads no rules.

export interface AuditedPath {
  readonly atMs: number;
  readonly path: string;
  /** The login uid; undefined where nobody had logged in (a daemon, cron before a session). */
  readonly loginUid: number | undefined;
  readonly uid: number;
  readonly exe: string;
}

interface Event {
  atMs: number;
  loginUid: number | undefined;
  uid: number;
  exe: string;
  cwd: string;
  success: boolean;
  readonly paths: { readonly name: string; readonly kind: string }[];
}

const head = /^(?:node=\S+ )?type=(SYSCALL|PATH|CWD) msg=audit\((\d{1,12})\.(\d{3}):(\d{1,20})\): ?/;
const unset = 4_294_967_295;
/** Events kept while their records come in; the records of one stand close together. */
const openLimit = 2000;

/** The value of a field; names that hold odd bytes are written in hexadecimal (audit_log_untrustedstring). */
function field(line: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|(\\S+))`).exec(line);
  if (found === null) return "";
  const [, quoted, plain = ""] = found;
  if (quoted !== undefined) return quoted;
  if (/^(?:[0-9A-F]{2})+$/.test(plain) && ["name", "exe", "cwd"].includes(name))
    return Buffer.from(plain, "hex").toString("utf8");
  return plain;
}

function absolute(cwd: string, name: string): string {
  const parts: string[] = [];
  for (const part of (name.startsWith("/") ? name : `${cwd}/${name}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Every path that a successful system call named, in the order of the log. */
export function parseAuditPaths(text: string): readonly AuditedPath[] {
  const open = new Map<string, Event>();
  const found: AuditedPath[] = [];
  const finish = (key: string, event: Event) => {
    open.delete(key);
    if (!event.success) return;
    const { atMs, loginUid, uid, exe, cwd } = event;
    for (const { name, kind } of event.paths)
      if (kind !== "PARENT" && name !== "" && name !== "(null)")
        found.push({ atMs, loginUid, uid, exe, path: absolute(cwd, name) });
  };
  for (const line of text.split("\n")) {
    const start = head.exec(line);
    if (start === null || line.length > 16_384) continue;
    const [whole, type, seconds, milliseconds, key = ""] = start;
    const rest = line.slice(whole.length);
    let event = open.get(key);
    if (event === undefined) {
      event = {
        atMs: Number(seconds) * 1000 + Number(milliseconds),
        loginUid: undefined,
        uid: 0,
        exe: "",
        cwd: "/",
        success: false,
        paths: [],
      };
      open.set(key, event);
      const [oldest] = open;
      if (open.size > openLimit && oldest !== undefined) finish(...oldest);
    }
    if (type === "SYSCALL") {
      const auid = Number(field(rest, "auid"));
      event.loginUid = auid === unset || Number.isNaN(auid) ? undefined : auid;
      event.uid = Number(field(rest, "uid"));
      event.exe = field(rest, "exe");
      event.success = field(rest, "success") === "yes";
    } else if (type === "CWD") event.cwd = field(rest, "cwd");
    else event.paths.push({ name: field(rest, "name"), kind: field(rest, "nametype") });
  }
  for (const [key, event] of [...open]) finish(key, event);
  return found;
}
