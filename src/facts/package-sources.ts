// Where packages come from and what vouches for them: apt's sources with apt's switches, or dnf's repositories.
import type { Fact } from "../core/fact.js";
import { failed, known } from "../core/fact.js";
import { type AptConfig, aptConfig } from "./apt-config.js";
import { type AptSourcesFact, aptSources } from "./apt-sources.js";
import { type DnfRepositories, dnfRepositories } from "./dnf-repositories.js";
import type { FactSource } from "./source.js";

export interface AptPackageSources {
  readonly manager: "apt";
  readonly sources: AptSourcesFact;
  readonly config: AptConfig;
}

export type PackageSources = AptPackageSources | DnfRepositories;

export const packageSources: FactSource<PackageSources> = {
  title:
    "where packages come from (apt's sources and apt.conf, or /etc/yum.repos.d and dnf.conf), and the keys",
  async gather(host, ask): Promise<Fact<PackageSources>> {
    const [sources, config] = await Promise.all([ask(aptSources), ask(aptConfig)]);
    if (sources.state === "absent") return await dnfRepositories(host);
    if (sources.state === "error") return sources;
    if (config.state !== "known") return failed(config.reason);
    return known({ manager: "apt", sources: sources.value, config: config.value });
  },
};
