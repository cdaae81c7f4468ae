// Would the reader of a new file take it? For files that no program judges before they are in force: by our own reading.
import { parseKeyValue } from "../formats/key-value.js";
import { parseKubeletConfig } from "../formats/kubelet-config.js";
import { parseLoginDefs } from "../formats/login-defs.js";
import { parsePam } from "../formats/pam.js";
import { parsePods } from "../formats/pod-manifest.js";
import { parseSysctl } from "../formats/sysctl-conf.js";

/** The kubelet only exits over a configuration that it cannot use; then the node is gone. */
export function kubeletReads(path: string, text: string): string | undefined {
  if (!/\bKubeletConfiguration\b/.test(text)) return undefined;
  const [stop] = parseKubeletConfig(text, { dropIn: path.endsWith(".conf") }).stops;
  return stop === undefined
    ? undefined
    : `${path}:${stop.line}: the kubelet would not start: ${stop.message}`;
}

export function manifestReads(path: string, text: string): string | undefined {
  const parsed = parsePods(path, text);
  if (parsed.state === "error") return `${path}:${parsed.line}: no manifest: ${parsed.message}`;
  return parsed.pods.length === 1 ? undefined : `${path}: holds ${parsed.pods.length} pods instead of one`;
}

/** Behind a line that is longer than systemd reads nothing counts (conf-parser.c, LONG_LINE_MAX). */
export function sysctlReads(path: string, text: string): string | undefined {
  const { cut } = parseSysctl(path, text, "systemd");
  return cut === undefined ? undefined : `${path}:${cut.line}: systemd reads no further`;
}

/** A line that Linux-PAM cannot use is a module that fails: nobody gets in by that stack. */
function pamReads(path: string, text: string): string | undefined {
  for (const line of parsePam(path, text))
    if (line.kind === "broken") return `${path}:${line.source.line}: PAM would refuse everybody: ${line.why}`;
  return undefined;
}

const whole = /^-?\d+$/;

/** What the keys of login.defs(5) take; those that are not here take words. */
const loginDefs: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:PASS_(?:MAX|MIN)_DAYS|PASS_WARN_AGE|PASS_MIN_LEN|LOGIN_(?:RETRIES|TIMEOUT)|FAIL_DELAY)$/, whole],
  [/^(?:SUB_|SYS_)?[UG]ID_(?:MIN|MAX|COUNT)$/, /^\d+$/],
  [/^(?:UMASK|HOME_MODE)$/, /^0?[0-7]{1,4}$/],
  [/^ENCRYPT_METHOD$/, /^(?:DES|MD5|SHA256|SHA512|BCRYPT|YESCRYPT)$/],
  [/^SHA_CRYPT_(?:MIN|MAX)_ROUNDS$|^YESCRYPT_COST_FACTOR$/, /^\d+$/],
];

function loginDefsRead(path: string, text: string): string | undefined {
  for (const { key, value, source } of parseLoginDefs(path, text)) {
    const row = loginDefs.find(([name]) => name.test(key));
    if (row !== undefined && !row[1].test(value)) return `${path}:${source.line}: ${key} takes no such value`;
  }
  return undefined;
}

/** Numbers of faillock.conf(5), pwquality.conf(5) and pwhistory.conf(5). */
const numbers =
  /^(?:deny|fail_interval|unlock_time|root_unlock_time|minlen|minclass|maxrepeat|maxclassrepeat|maxsequence|difok|retry|[duclo]credit|remember)$/;

function policyReads(path: string, text: string): string | undefined {
  for (const { key, value, source } of parseKeyValue(path, text)) {
    const never = value === "never" && key.endsWith("unlock_time");
    if (numbers.test(key) && !whole.test(value) && !never)
      return `${path}:${source.line}: ${key} takes a number`;
  }
  return undefined;
}

export function accountsRead(path: string, text: string): string | undefined {
  if (path.startsWith("/etc/pam.d/")) return pamReads(path, text);
  if (path === "/etc/login.defs") return loginDefsRead(path, text);
  return /^\/etc\/security\/(?:faillock|pwquality|pwhistory)\.conf/.test(path)
    ? policyReads(path, text)
    : undefined;
}
