// Login records (wtmp(5)): who was logged in from where, from when until when. Not where the file lies.

export interface LoginSession {
  readonly user: string;
  /** `pts/0`. */
  readonly line: string;
  /** Name or address of the other machine; empty for a local login. */
  readonly host: string;
  readonly fromMs: number;
  /** Undefined: not ended, as far as the records tell. */
  readonly untilMs: number | undefined;
}

/** The records of utmp.h: their size, and where the seconds stand, by the width of time in the C library. */
const layouts = [
  // x86_64, arm, i386: 32-bit time (__WORDSIZE_TIME64_COMPAT32).
  { size: 384, seconds: 340, wide: false },
  // arm64, riscv64, ppc64le, s390x.
  { size: 400, seconds: 344, wide: true },
] as const;
type Layout = (typeof layouts)[number];

const [bootTime, userProcess, deadProcess, runLevel] = [2, 7, 8, 1];
const year2000 = 946_684_800;
const year2100 = 4_102_444_800;

function secondsOf(bytes: Buffer, at: number, { seconds, wide }: Layout): number {
  return wide ? Number(bytes.readBigInt64LE(at + seconds)) : bytes.readUInt32LE(at + seconds);
}

function plausible(bytes: Buffer, layout: Layout): boolean {
  if (bytes.length % layout.size !== 0) return false;
  const first = secondsOf(bytes, 0, layout);
  return first > year2000 && first < year2100;
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString("utf8", start, end < 0 ? start + length : Math.min(end, start + length));
}

/** Sessions in the order of their begin. Undefined: not a file of login records of this kind of machine. */
export function parseWtmp(bytes: Buffer): readonly LoginSession[] | undefined {
  if (bytes.length === 0) return [];
  const layout = layouts.find((one) => plausible(bytes, one));
  if (layout === undefined) return undefined;
  const sessions: LoginSession[] = [];
  const open = new Map<string, number>();
  const close = (line: string, untilMs: number) => {
    const index = open.get(line);
    const session = index === undefined ? undefined : sessions[index];
    if (index === undefined || session === undefined) return;
    sessions[index] = { ...session, untilMs };
    open.delete(line);
  };
  for (let at = 0; at < bytes.length; at += layout.size) {
    const type = bytes.readInt16LE(at);
    const timeMs = secondsOf(bytes, at, layout) * 1000;
    const line = text(bytes, at + 8, 32);
    const user = text(bytes, at + 44, 32);
    if (type === bootTime || (type === runLevel && user === "shutdown"))
      for (const one of [...open.keys()]) close(one, timeMs);
    else if (type === deadProcess) close(line, timeMs);
    else if (type === userProcess && user !== "") {
      close(line, timeMs);
      open.set(line, sessions.length);
      sessions.push({ user, line, host: text(bytes, at + 76, 256), fromMs: timeMs, untilMs: undefined });
    }
  }
  return sessions;
}
