// What the checks of reachable ports share: networks as parameters, and who reaches a port by ufw's rules. No check.
import { AddressSet } from "../../core/address-set.js";
import { type Family, formatNetwork, type Network, parseNetwork } from "../../core/network.js";
import { type Param, type ParamResult, words } from "../../core/param.js";

/** A list of networks such as `10.0.0.0/8`, `2001:db8::/32` or single addresses. */
export function networks(fallback: readonly string[] = []): Param<readonly string[]> {
  const takes = "a list of networks such as 10.0.0.0/8";
  const list = words(fallback, takes);
  return {
    default: fallback,
    takes,
    parse: (value): ParamResult<readonly string[]> => {
      const read = list.parse(value);
      if (!read.ok) return read;
      const bad = read.value.find((text) => parseNetwork(text) === undefined);
      return bad === undefined ? read : { ok: false, problem: `takes ${takes}; ${bad} is none` };
    },
  };
}

export function networksOf(texts: readonly string[], family: Family): readonly Network[] {
  return texts.flatMap((text) => {
    const network = parseNetwork(text);
    return network?.family === family ? [network] : [];
  });
}

export function setOf(texts: readonly string[], family: Family): AddressSet {
  return AddressSet.of(family, networksOf(texts, family));
}

/** As ufw writes a network in a rule. */
export function forRule(network: Network): string {
  return formatNetwork(network);
}
