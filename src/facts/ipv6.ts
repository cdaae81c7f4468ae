// Does the kernel speak IPv6? Not which addresses it has.
import type { Host } from "../host/host.js";

/** Without /proc (an image) the kernel it will boot with is taken to have it, as every distribution's has. */
export async function kernelHasIpv6(host: Host): Promise<boolean> {
  const [net, off] = await Promise.all([
    host.stat("/proc/sys/net"),
    host.read("/proc/sys/net/ipv6/conf/all/disable_ipv6"),
  ]);
  if (net.state === "absent") return true;
  return off.state !== "absent" && (off.state !== "ok" || off.text.trim() !== "1");
}
