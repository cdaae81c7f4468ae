// Questions to a packet filter given as iptables-save text: who gets to a port.
import type { Family } from "../../src/core/network.js";
import { parseAddress } from "../../src/core/network.js";
import { readyRules } from "../../src/facts/packet-blocks.js";
import { type Passage, passage } from "../../src/facts/packet-walk.js";
import { readFilter } from "../../src/formats/iptables-rule.js";
import { parseSaved } from "../../src/formats/iptables-save.js";

export interface Question {
  readonly protocol?: "tcp" | "udp";
  readonly port: number;
  readonly to?: string;
  readonly on?: string;
}

/** `text` is a filter table without its `*filter` and `COMMIT`. */
export function askFilter(text: string, question: Question, family: Family = 4): Passage {
  const saved = parseSaved([{ file: "filter", text: `*filter\n${text}\nCOMMIT\n` }]);
  if (saved.malformed.length > 0) throw new Error(JSON.stringify(saved.malformed));
  return passage(readyRules(readFilter(saved.tables.get("filter"), family)), {
    family,
    protocol: question.protocol === "udp" ? 17 : 6,
    port: question.port,
    destination: question.to === undefined ? undefined : parseAddress(question.to),
    interface: question.on,
  });
}

/** `possible` and `certain` as a text; once where they are the same. */
export function who({ possible, certain }: Passage): string {
  const [most, least] = [possible.describe(), certain.describe()];
  return most === least ? most : `${most} (surely ${least})`;
}
