// Does a text hold a token with which a node joins a cluster? Answers the lines, never the token.

/**
 * Kubernetes bootstrap tokens (`abcdef.0123456789abcdef`), and those of k3s and rke2 (`K10…::server:…`). Drawn letters have
 * a digit among them but once in two hundred; the name of a host seldom does.
 */
const token =
  /(?<![\w.-])[a-z0-9]{6}\.(?=[a-z]*\d)[a-z0-9]{16}(?![\w.-])|(?:token[=:\s"']+)[a-z0-9]{6}\.[a-z0-9]{16}\b|\bK10[0-9a-f]{64}::/;

/** Numbers, from 1, of the lines with a token. */
export function tokenLines(text: string): readonly number[] {
  return text.split("\n").flatMap((line, index) => (token.test(line.slice(0, 65_536)) ? [index + 1] : []));
}
