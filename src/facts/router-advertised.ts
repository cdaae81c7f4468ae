// Whether this node's way out over IPv6 comes from a router's advertisements: then it is gone where they are taken no more.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { FactSource } from "./source.js";

export interface RouterAdvertised {
  /** Default routes that a router advertised, by interface. */
  readonly routes: readonly { readonly interface: string; readonly source: Source }[];
}

/** RTF_ADDRCONF of linux/ipv6_route.h: learnt from an advertisement. */
const learnt = 0x0004_0000;

export const routerAdvertised: FactSource<RouterAdvertised> = {
  title: "the default routes over IPv6 (/proc/net/ipv6_route)",
  async gather(host) {
    const init = await host.read("/proc/1/net/ipv6_route", { limit: 64 * 1024 * 1024 });
    const read =
      init.state === "ok" ? init : await host.read("/proc/net/ipv6_route", { limit: 64 * 1024 * 1024 });
    if (read.state === "absent") return absent("this kernel routes no IPv6, or cannot be seen");
    if (read.state !== "ok") return failed(read.reason);
    const routes = read.text.split("\n").flatMap((line) => {
      const [network = "", bits, , , , , , , flags = "", name = ""] = line.trim().split(/\s+/);
      const isDefault = /^0{32}$/.test(network) && bits === "00" && name !== "lo";
      return isDefault && (Number.parseInt(flags, 16) & learnt) !== 0
        ? [{ interface: name, source: wholeFile(read.path, line.trim()) }]
        : [];
    });
    return known({ routes });
  },
};
