// A path that was seen made into the pattern of a rule: what differs from run to run (process ids, identifiers of containers,
// temporary names, versions of libraries) becomes a variable or a wildcard; the rest is escaped. Reads no file system.

/** One part of a path as text that stands for itself, or a pattern. */
type Piece = { readonly literal: string } | { readonly pattern: string };

/**
 * Signs of apparmor.d(5) "Globbing", made literal. By a wildcard each: bytes that are no text, controls, and the backslash, which
 * the parser takes to escape the quotation mark behind it even where it is escaped itself.
 */
export function literal(text: string): string {
  return text
    .replace(/[*?[\]{}^"]|\\/g, (sign) => (sign === "\\" ? "?" : `\\${sign}`))
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, "?");
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const uuidPattern = Array.from({ length: 5 }, () => "[0-9a-fA-F]*").join("-");
/** Identifiers of containers, of pods with underscores, digests: twelve signs at least, a digit among them. */
const hexadecimal = /(?<![0-9A-Za-z])(?=[a-f]*\d)[0-9a-f]{12,128}(?![0-9A-Za-z])/g;
const podUuid = /[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}/g;

/** Replaces what `pattern` finds, in what is still literal. */
function cut(pieces: readonly Piece[], pattern: RegExp, by: (found: string) => string): readonly Piece[] {
  return pieces.flatMap((piece) => {
    if (!("literal" in piece)) return [piece];
    const parts: Piece[] = [];
    let at = 0;
    for (const { 0: found, index } of piece.literal.matchAll(pattern)) {
      parts.push({ literal: piece.literal.slice(at, index) }, { pattern: by(found) });
      at = index + found.length;
    }
    return [...parts, { literal: piece.literal.slice(at) }];
  });
}

function written(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ("pattern" in piece ? piece.pattern : literal(piece.literal))).join("");
}

/** mkstemp(3) and its kin: six to ten random signs at the end, or before a short ending. */
const temporary =
  /(?<=[._-]|^[A-Za-z]{2,12}?)([0-9A-Za-z]{6}|[0-9A-Za-z]{8}|[0-9A-Za-z]{10})(?=$|\.[a-z]{1,4}$)/g;

function looksRandom(text: string, isTemporary: boolean): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text)).length;
  return kinds === 3 || (isTemporary && kinds === 2);
}

function temporaryName(part: string, isTemporary: boolean): readonly Piece[] {
  const found = [...part.matchAll(temporary)].find(([text]) => looksRandom(text, isTemporary));
  if (found === undefined) return [{ literal: part }];
  const { 0: text, index } = found;
  return [
    { literal: part.slice(0, index) },
    { pattern: "?".repeat(text.length) },
    { literal: part.slice(index + text.length) },
  ];
}

/** A part of a path whose place says nothing of it. */
function ordinary(part: string, isTemporary: boolean): string {
  if (/^\d{3,20}$/.test(part)) return "[0-9]*";
  const named = cut([{ literal: part }], uuid, () => uuidPattern);
  const pods = cut(named, podUuid, () => uuidPattern.replaceAll("-", "_"));
  const ids = cut(pods, hexadecimal, (found) => (/^\d+$/.test(found) ? "[0-9]*" : "[0-9a-f]*"));
  return written(
    ids.flatMap((piece) => ("literal" in piece ? temporaryName(piece.literal, isTemporary) : [piece])),
  );
}

/** `libssl.so.3` -> `libssl.so*`, `libc-2.31.so` -> `libc-*.so`, `python3.11` -> `python3.[0-9]*`, `5.36.0` -> `[0-9]*`. */
function library(part: string): string | undefined {
  if (/^[a-z0-9_]{2,12}-linux-gnu[a-z0-9]{0,10}$/.test(part)) return "@{multiarch}";
  const shared = /^(.{1,200}?)(-\d[\d.]*)?\.so(?:\.[\d.]{1,40})?$/.exec(part);
  if (shared !== null) return `${literal(shared[1] ?? "")}${shared[2] === undefined ? "" : "-*"}.so*`;
  const interpreter = /^(python|ruby|perl|lua|php)(\d)\.\d{1,2}$/.exec(part);
  if (interpreter !== null) return `${interpreter[1]}${interpreter[2]}.[0-9]*`;
  return /^\d{1,4}\.\d{1,4}(?:\.\d{1,4})?$/.test(part) ? "[0-9]*" : undefined;
}

function inProc(parts: readonly string[]): readonly string[] {
  return parts.map((part, at) => {
    if (/^(?:[1-9]\d{0,5}|[1-4]\d{6})$/.test(part))
      return at === 0 ? "@{pid}" : parts[at - 1] === "task" ? "@{tid}" : "[0-9]*";
    // Names of interfaces below /proc/sys/net.
    if (
      at === 4 &&
      parts[0] === "sys" &&
      parts[1] === "net" &&
      /^(?:conf|neigh)$/.test(parts[3] ?? "") &&
      !/^(?:all|default)$/.test(part)
    )
      return "*";
    return ordinary(part, false);
  });
}

function inSys(parts: readonly string[]): readonly string[] {
  return parts.map((part, at) => {
    if (/^(?:pci)?[0-9a-f]{4}:[0-9a-f]{2}(?::[0-9a-f]{2}\.[0-9a-f])?$/.test(part))
      return part.startsWith("pci") ? "pci*" : "*";
    if (at === 2 && parts[0] === "class" && parts[1] === "net") return "*";
    const numbered =
      /^(cpu|node|hwmon|memory|index|policy|queue|rx-|tx-|thermal_zone|cooling_device|card|event|input|tty|block|zone)(\d{1,6})$/.exec(
        part,
      );
    return numbered === null ? ordinary(part, false) : `${numbered[1]}[0-9]*`;
  });
}

const temporaryPlaces = /^\/(?:tmp|var\/tmp|dev\/shm|run)\//;
const numberedPlaces =
  /^\/(?:tmp|var\/tmp|dev|run|var\/lib\/(?:containers?d?|docker|kubelet)|var\/log\/pods)\//;
const libraries = /^\/(?:usr\/(?:local\/)?)?(?:lib(?:32|64|x32)?|libexec)\/|^\/usr\/share\/|^\/opt\//;

function elsewhere(path: string): string {
  const parts = path.split("/");
  const inLibraries = libraries.test(path);
  const [isTemporary, isNumbered] = [temporaryPlaces.test(path), numberedPlaces.test(path)];
  return parts
    .map((part, at) => {
      if (isNumbered && /^\d{1,20}$/.test(part))
        return parts[at - 1] === "user" && at === 3 ? "@{uid}" : "[0-9]*";
      if (parts[1] === "lib" || inLibraries) {
        if (parts[at - 1] === "modules") return "*";
        const found = library(part);
        if (found !== undefined) return found;
      }
      return ordinary(part, isTemporary);
    })
    .join("/");
}

/** The pattern of a rule for a path that was seen; a directory keeps the slash at its end. */
export function generalised(path: string): string {
  const home = /^\/(?:home\/[^/]{1,255}|root)\/(.*)$/s.exec(path);
  if (home !== null) return `@{HOME}/${elsewhere(home[1] ?? "")}`;
  if (path.startsWith("/proc/")) return `@{PROC}/${inProc(path.slice(6).split("/")).join("/")}`;
  if (path.startsWith("/sys/")) return `@{sys}/${inSys(path.slice(5).split("/")).join("/")}`;
  return elsewhere(path);
}

/** Abstract sockets and names on a bus: the numbers that are given anew each time. */
export function generalisedName(name: string): string {
  if (/^@[0-9a-f]{5}$/.test(name)) return "@[0-9a-f]*";
  if (/^:\d+\.\d+$/.test(name)) return ":*";
  return name
    .split("/")
    .map((part) => ordinary(part, true))
    .join("/");
}
