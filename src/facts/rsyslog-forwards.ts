// To where rsyslog sends messages on, and whether nobody on the way can read them (omfwd, omrelp and their like). Not whether
// it runs.
import type { Source } from "../core/source.js";
import type { RsyslogStatement } from "../formats/rsyslog-conf.js";

export interface Placed {
  readonly statement: RsyslogStatement;
  readonly source: Source;
}

export interface RsyslogForward {
  /** `host` or `host:port`. */
  readonly target: string;
  readonly protocol: string;
  /** By TLS; undefined where the configuration does not say. */
  readonly encrypted: boolean | undefined;
  readonly source: Source;
}

export function isLoopback(target: string): boolean {
  return /^(?:127\.|\[?::1\]?(?::|$)|localhost(?::|$))/.test(target);
}

/** Values of the older syntax hold for what follows them. */
interface Legacy {
  readonly mode: string;
}

/** The driver of all connections that name none of their own: the last word of either syntax. */
function defaultDriver(placed: readonly Placed[]): string {
  const named = placed.flatMap(({ statement }) => {
    if (statement.kind === "directive" && statement.name === "defaultnetstreamdriver")
      return [statement.value];
    const value =
      statement.kind === "object" && statement.name === "global"
        ? statement.parameters.get("defaultnetstreamdriver")
        : undefined;
    return value === undefined ? [] : [value];
  });
  return named.at(-1) ?? "ptcp";
}

function isTls(driver: string): boolean {
  return ["gtls", "ossl", "mbedtls"].includes(driver.toLowerCase());
}

const modules = new Set(["omfwd", "omrelp", "omhttp", "omelasticsearch", "omkafka"]);

function encryptedBy(
  type: string,
  protocol: string,
  get: (name: string) => string | undefined,
  driver: string,
) {
  const isOn = (value: string | undefined) => value?.toLowerCase() === "on";
  if (type === "omrelp") return isOn(get("tls"));
  if (type === "omhttp") return get("usehttps") === undefined || isOn(get("usehttps"));
  if (type === "omelasticsearch") return isOn(get("usehttps"));
  if (type !== "omfwd") return undefined;
  return protocol === "tcp" && get("streamdrivermode") === "1" && isTls(get("streamdriver") ?? driver);
}

function ofAction({ statement, source }: Placed, driver: string): readonly RsyslogForward[] {
  if (statement.kind !== "object" || statement.name !== "action") return [];
  const get = (name: string) => statement.parameters.get(name);
  const type = get("type") ?? "";
  const target = get("target") ?? get("server") ?? get("broker") ?? "";
  if (!modules.has(type) || target === "") return [];
  const port = get("port") ?? get("serverport");
  const protocol = (get("protocol") ?? (type === "omfwd" ? "udp" : type.slice(2))).toLowerCase();
  return [
    {
      target: port === undefined ? target : `${target}:${port}`,
      protocol,
      encrypted: encryptedBy(type, protocol, get, driver),
      source,
    },
  ];
}

/** Every action that sends on, in order. */
export function forwardsOf(placed: readonly Placed[]): readonly RsyslogForward[] {
  const driver = defaultDriver(placed);
  let legacy: Legacy = { mode: "0" };
  return placed.flatMap((one) => {
    const { statement, source } = one;
    if (statement.kind === "directive" && statement.name === "actionsendstreamdrivermode")
      legacy = { mode: statement.value };
    if (statement.kind !== "forward") return ofAction(one, driver);
    const { target, protocol } = statement;
    return [
      { target, protocol, encrypted: protocol === "tcp" && legacy.mode === "1" && isTls(driver), source },
    ];
  });
}
