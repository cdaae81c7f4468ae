// Takes secrets out of text that is about to be shown. A second line: formats never let them in (ARCHITECTURE).

const rules: readonly (readonly [RegExp, string])[] = [
  // crypt(5) hashes: $id$…
  [/\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1)\$[^\s:'"]{6,}/g, "[password hash]"],
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    "[private key]",
  ],
  // JSON Web Tokens (RFC 7519): three base64url parts, the first a JSON object.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, "[token]"],
  // Kubernetes bootstrap tokens.
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, "[bootstrap token]"],
  [/\bBearer\s+[^\s"',;]{8,}/gi, "Bearer [token]"],
  // Not the file /etc/passwd and a line of it.
  [
    /((?:client-key-data|client-certificate-data|password|(?<!\/)passwd|secret|token|api[-_]?key|access[-_]?key)["']?\s*[:=]\s*)("[^"]+"|'[^']+'|[^\s"',;{}]+)/gi,
    "$1[redacted]",
  ],
  [/\b(https?:\/\/[^\s/:@]+):[^\s/@]+@/g, "$1:[redacted]@"],
];

// Options whose values are names of files or plain settings although their names contain a secret-like word.
const harmless =
  /^(?:\/[^\s"']*|true|false|yes|no|on|off|none|null|0|1|required|requisite|sufficient|optional|include|substack|prohibit-password|without-password)$/i;

/** `text` with everything that looks like a secret replaced by what it was. */
export function redact(text: string): string {
  return rules.reduce(
    (current, [pattern, replacement]) =>
      current.replace(pattern, (...groups: readonly unknown[]) => {
        const whole = String(groups[0]);
        const value = typeof groups[2] === "string" ? groups[2].replace(/^["']|["']$/g, "") : undefined;
        if (value !== undefined && harmless.test(value)) return whole;
        return replacement.replace("$1", typeof groups[1] === "string" ? groups[1] : "");
      }),
    text,
  );
}
