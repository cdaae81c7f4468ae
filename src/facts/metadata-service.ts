// The cloud's metadata service at 169.254.169.254: whether this machine has one, and whether the packet filter keeps pods
// from it. Asks the service nothing.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { PacketRule, PacketRules } from "../formats/packet-rule.js";
import { kernelFilter } from "./kernel-filter.js";
import type { FactSource } from "./source.js";

export interface MetadataService {
  /** `Amazon EC2`, … */
  readonly cloud: string;
  /** Rules that drop packets to it. */
  readonly closedBy: readonly Source[];
  /** The network plugin filters in the kernel by other means, which cannot be seen here. */
  readonly filteredElsewhere: boolean;
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

/** 169.254.169.254 as a number, as ranges of rules have it. */
const address = 0xa9fe_a9fen;

function closes({ conditions, verdict }: PacketRule): boolean {
  if (verdict.kind !== "drop") return false;
  return conditions.some(
    (condition) =>
      condition.kind === "destination" &&
      !condition.negated &&
      condition.ranges.some(({ first, last }) => first <= address && address <= last),
  );
}

function closers({ chains }: PacketRules): readonly Source[] {
  return [...chains.values()].flatMap(({ rules }) => rules.filter(closes).map(({ source }) => source));
}

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
    const rules = filter.value[4];
    if (rules.state === "error") return rules;
    const cilium = await Promise.all(["/sys/fs/bpf/cilium", "/run/cilium"].map((path) => host.stat(path)));
    return known({
      cloud,
      closedBy: rules.state === "known" ? closers(rules.value.rules) : [],
      filteredElsewhere: cilium.some(({ state }) => state === "ok"),
    });
  },
};
