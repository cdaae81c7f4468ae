// The wireless network interfaces of this machine, with the modules that drive them (/sys/class/net). Not whether they are up.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface WirelessInterface {
  readonly name: string;
  /** The module that drives it; undefined where /sys does not name one. */
  readonly module: string | undefined;
  readonly source: Source;
}

export interface Wireless {
  readonly interfaces: readonly WirelessInterface[];
  readonly unread: readonly string[];
}

const folder = "/sys/class/net";

async function look(host: Host, name: string): Promise<WirelessInterface | string | undefined> {
  const [phy, older] = await Promise.all([
    host.stat(`${folder}/${name}/phy80211`),
    host.stat(`${folder}/${name}/wireless`),
  ]);
  const broken = [phy, older].find(({ state }) => state === "denied" || state === "failed");
  if (broken !== undefined && broken.state !== "ok") return broken.reason;
  if (phy.state === "absent" && older.state === "absent") return undefined;
  const driver = await host.readlink(`${folder}/${name}/device/driver/module`);
  const module = driver.state === "ok" ? driver.target.slice(driver.target.lastIndexOf("/") + 1) : undefined;
  return { name, module, source: wholeFile(`${folder}/${name}`, module ?? "") };
}

export const wireless: FactSource<Wireless> = {
  title: "wireless network interfaces (/sys/class/net)",
  async gather(host): Promise<Fact<Wireless>> {
    const listing = await host.list(folder);
    if (listing.state === "absent") return absent("network interfaces cannot be seen: no /sys/class/net");
    if (listing.state !== "ok") return failed(listing.reason);
    const found = await Promise.all(listing.entries.map(({ name }) => look(host, name)));
    return known({
      interfaces: found.filter((one) => typeof one === "object"),
      unread: found.filter((one) => typeof one === "string"),
    });
  },
};
