// The values in force, for nobody in particular and for one connection, spelt as `sshd -T` does. Knows no files.
import { formatAddress } from "../../core/network.js";
import { lowerCase } from "../../formats/sshd-config.js";
import { listInForce } from "./algorithms.js";
import type { SshdBuild } from "./build.js";
import { algorithmKeywords, defaultOf, sameInAllVersions } from "./defaults.js";
import type { Options } from "./options.js";
import { numericAddress } from "./patterns.js";

/** One text a line of `sshd -T`; undefined where the version is not known and the value depends on it. */
export type InForce = readonly string[] | undefined;

function words(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}

/** Keywords whose words are values of their own, a line each. */
const lists = new Set([
  "acceptenv",
  "allowgroups",
  "allowusers",
  "denygroups",
  "denyusers",
  "hostcertificate",
  "hostkey",
  "port",
  "setenv",
]);

function fallback(name: string, build: SshdBuild): InForce {
  if (!build.known && !sameInAllVersions(name)) return undefined;
  const text = defaultOf(name, build);
  if (text === undefined) return undefined;
  return lists.has(name) ? words(text) : text === "" ? [] : [text];
}

function algorithmList(name: string, options: Options, build: SshdBuild): InForce {
  const kind = algorithmKeywords.get(name);
  if (kind === undefined) return undefined;
  const setting = options.values.get(name)?.texts[0];
  const plain = setting !== undefined && !/^[-+^]|[*?]/.test(setting);
  if (!build.known) return plain ? [setting] : undefined;
  const list = listInForce(kind, setting, build);
  return list === undefined ? undefined : [list.join(",")];
}

function slots(
  options: Options,
  name: string,
  defaults: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(defaults).map(
    ([slot, value]) => options.values.get(`${name}:${slot}`)?.texts[0] ?? value,
  );
}

function penalties(options: Options, build: SshdBuild): InForce {
  const text = fallback("persourcepenalties", build)?.[0];
  const slot = (name: string) => options.values.get(`persourcepenalties:${name}`)?.texts[0];
  if (slot("enabled") === "no") return ["no"];
  if (text === undefined) return undefined;
  const parts = text.split(" ").map((part) => {
    const [name = "", value = ""] = part.split(":");
    const follows = name === "overflow6" ? slot("overflow") : undefined;
    return `${name}:${slot(name) ?? follows ?? value}`;
  });
  return [parts.join(" ")];
}

function subsystems(options: Options): readonly string[] {
  return [...options.values]
    .filter(([key]) => key.startsWith("subsystem:"))
    .flatMap(([, { texts }]) => texts);
}

/** Where a routing domain is first named its addresses are printed together. */
function grouped(addresses: readonly string[]): readonly string[] {
  const domain = (text: string) => / rdomain (.*)$/.exec(text)?.[1] ?? "";
  return [...new Set(addresses.map(domain))].flatMap((one) =>
    addresses.filter((text) => domain(text) === one),
  );
}

function bound(host: string, port: string, tail: string): string {
  const address = numericAddress(host);
  const zone = /%\d+$/.exec(host)?.[0] ?? "";
  const shown = address === undefined ? host : `${formatAddress(address)}${zone}`;
  return address?.family === 6 ? `[${shown}]:${port}${tail}` : `${shown}:${port}${tail}`;
}

/** The addresses sshd binds, each with every port that is not named with it. */
export function listenAddresses(options: Options): readonly string[] {
  const ports = options.values.get("port")?.texts ?? ["22"];
  const family = options.values.get("addressfamily")?.texts[0] ?? "any";
  const set = options.values.get("listenaddress")?.texts;
  const any = [...(family === "inet" ? [] : ["::"]), ...(family === "inet6" ? [] : ["0.0.0.0"])];
  if (set === undefined) return ports.flatMap((port) => any.map((host) => bound(host, port, "")));
  const found = set.flatMap((text) => {
    const [host = "", port = "0", ...rest] = text.split(" ");
    const tail = rest.length === 0 ? "" : ` ${rest.join(" ")}`;
    return (port === "0" ? ports : [port]).map((one) => bound(host, one, tail));
  });
  return grouped(found);
}

/** The value of one keyword, under its newest name. */
export function inForce(name: string, options: Options, build: SshdBuild): InForce {
  const key = lowerCase(name);
  if (algorithmKeywords.has(key)) return algorithmList(key, options, build);
  switch (key) {
    case "maxstartups":
      return [slots(options, key, { begin: "10", rate: "30", max: "100" }).join(":")];
    case "rekeylimit":
      return [slots(options, key, { limit: "0", interval: "0" }).join(" ")];
    case "persourcepenalties":
      return penalties(options, build);
    case "subsystem":
      return subsystems(options);
    case "listenaddress":
      return listenAddresses(options);
    default:
      return options.values.get(key)?.texts ?? fallback(key, build);
  }
}
