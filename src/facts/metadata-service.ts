// The cloud's metadata service at 169.254.169.254: whether this machine has one, and whether the packet filter keeps pods
// from it. Asks the service nothing.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Network } from "../core/network.js";
import type { Source } from "../core/source.js";
import { type Forwarded, forwarded } from "./forwarded-packets.js";
import { kernelFilter } from "./kernel-filter.js";
import { uplinks } from "./reach.js";
import type { FactSource } from "./source.js";

export interface MetadataService {
  /** `Amazon EC2`, … */
  readonly cloud: string;
  /** What becomes of packets of pods in these networks (none: not known which) to it. */
  passage(pods: readonly Network[]): Forwarded;
  /** A rule that sends such packets to a program on the node instead. */
  readonly redirectedBy: Source | undefined;
  /** Why the rules do not tell all; empty where they do. */
  readonly unseen: readonly string[];
}

/** What the firmware calls itself on machines of clouds that have the service. */
const clouds: readonly (readonly [RegExp, string])[] = [
  [/amazon/i, "Amazon EC2"],
  [/google/i, "Google Cloud"],
  [/microsoft corporation/i, "Azure"],
  [/openstack/i, "OpenStack"],
  [/digitalocean/i, "DigitalOcean"],
  [/alibaba/i, "Alibaba Cloud"],
  [/hetzner/i, "Hetzner"],
  [/oraclecloud/i, "Oracle Cloud"],
];

const firmware = [
  "/sys/class/dmi/id/sys_vendor",
  "/sys/class/dmi/id/product_name",
  "/sys/class/dmi/id/chassis_asset_tag",
];

/** 169.254.169.254, where all of them listen on port 80. */
const address = 0xa9fe_a9fen;
const addressText = "169.254.169.254";
const port = 80;

/** Network plugins that filter in the kernel by other means than its packet filter. */
const eBpf = ["/sys/fs/bpf/cilium", "/run/cilium"];

export const metadataService: FactSource<MetadataService> = {
  title: "the cloud's metadata service, and whether pods can reach it (the kernel's packet filter)",
  async gather(host, ask): Promise<Fact<MetadataService>> {
    const reads = await Promise.all(firmware.map((path) => host.read(path)));
    const text = reads.map((read) => (read.state === "ok" ? read.text : "")).join("\n");
    const cloud = clouds.find(([pattern]) => pattern.test(text))?.[1];
    if (cloud === undefined) {
      const broken = reads.find(({ state }) => state === "denied" || state === "failed");
      if (broken !== undefined && broken.state !== "ok") return failed(broken.reason);
      return absent("this machine is no cloud's that has a metadata service");
    }
    const filter = await ask(kernelFilter);
    if (filter.state !== "known") return filter;
    const kernel = filter.value[4];
    if (kernel.state !== "known") return kernel;
    const [uplinkNames, ...plugins] = await Promise.all([
      uplinks(host),
      ...eBpf.map((path) => host.stat(path)),
    ]);
    const { rules, forwards, unseen } = kernel.value;
    return known({
      cloud,
      passage: (pods) =>
        forwarded(rules, "FORWARD", { destination: address, port, pods, uplinks: uplinkNames }),
      redirectedBy: forwards.find(
        (one) =>
          one.address === addressText &&
          one.protocol === "tcp" &&
          one.ports.some(({ from, to }) => from <= port && port <= to),
      )?.source,
      unseen: [
        ...unseen.map((what) => `not looked at: ${what}`),
        ...(filter.value.program === "nft"
          ? ["what nft's own chains do with forwarded packets is not followed"]
          : []),
        ...(plugins.some(({ state }) => state === "ok")
          ? ["the network plugin filters by eBPF: what it lets pods reach cannot be seen in the rules"]
          : []),
      ],
    });
  },
};
