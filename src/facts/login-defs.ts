// The settings of login.defs(5) and useradd(8)'s defaults: what new accounts get, and how passwords are hashed and age.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type KeyValue, parseKeyValue, setKeyValue } from "../formats/key-value.js";
import { type LoginDef, parseLoginDefs, setLoginDef } from "../formats/login-defs.js";
import type { Host, Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface DefinedSetting {
  readonly value: string;
  readonly source: Source;
}

export interface SettingsFile {
  readonly file: string;
  get(key: string): DefinedSetting | undefined;
  set(key: string, value: string): Step;
}

export interface LoginDefs extends SettingsFile {
  /** /etc/default/useradd; absent where there is none. */
  readonly useradd: Fact<SettingsFile>;
  /** The lowest number that people's accounts get. */
  readonly uidMin: number;
}

/** openSUSE keeps the distribution's file under /usr/etc. */
const places = ["/etc/login.defs", "/usr/etc/login.defs"];

async function firstThere(host: Host): Promise<Read> {
  const reads = await Promise.all(places.map((place) => host.read(place)));
  return reads.find(({ state }) => state !== "absent") ?? (await host.read(places[0] ?? ""));
}

function useraddFact(read: Read): Fact<SettingsFile> {
  if (read.state === "absent") return absent(read.reason);
  if (read.state !== "ok") return failed(read.reason);
  const { path: file, text } = read;
  const settings = parseKeyValue(file, text);
  const last = (key: string): KeyValue | undefined => settings.findLast((setting) => setting.key === key);
  return known({
    file,
    get: last,
    set: (key, value) => ({
      kind: "edit",
      file,
      edits: [setKeyValue(text, last(key), key, value, { equals: "=" })],
    }),
  });
}

export const loginDefs: FactSource<LoginDefs> = {
  title: "the defaults of accounts (/etc/login.defs, /etc/default/useradd)",
  async gather(host) {
    const [read, useradd] = await Promise.all([firstThere(host), host.read("/etc/default/useradd")]);
    if (read.state === "absent") return absent(read.reason);
    if (read.state !== "ok") return failed(read.reason);
    const { path: file, text } = read;
    const settings = parseLoginDefs(file, text);
    const last = (key: string): LoginDef | undefined => settings.findLast((setting) => setting.key === key);
    const uidMin = Number(last("UID_MIN")?.value ?? Number.NaN);
    return known({
      file,
      get: last,
      set: (key, value) => ({ kind: "edit", file, edits: [setLoginDef(text, last(key), key, value)] }),
      useradd: useraddFact(useradd),
      uidMin: Number.isSafeInteger(uidMin) ? uidMin : 1000,
    });
  },
};
