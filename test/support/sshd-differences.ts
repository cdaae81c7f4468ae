// Where our reading of sshd_config differs from `sshd -T`, and why. One that never happens is to be taken off the list.
import type { SshdBuild } from "../../src/facts/sshd/build.js";
import type { Connection } from "../../src/facts/sshd/match.js";
import type { MemoryFiles } from "../../src/host/memory.js";

export interface Asked {
  readonly id: string;
  readonly files: MemoryFiles;
  readonly who: Connection | undefined;
}

export interface Difference {
  readonly asked: Asked;
  readonly name: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export interface Known {
  readonly reason: string;
  /** Looked for in this version; in others it may be missing. */
  readonly version: number;
  readonly applies: (build: SshdBuild, difference: Difference) => boolean;
}

export const known: readonly Known[] = [
  {
    reason: "sshd before 9.6 reads DebianBanner and does not print it",
    version: 902,
    applies: ({ version }, { name, theirs }) =>
      name === "debianbanner" && theirs === undefined && version < 906,
  },
  {
    reason: "9.2 prints ChannelTimeout only where it is set",
    version: 902,
    applies: ({ version }, { name, ours, theirs }) =>
      name === "channeltimeout" && version === 902 && ours === "none" && theirs === undefined,
  },
  {
    reason: "a NUL byte joins two lines for sshd; we take it for a fault",
    version: 902,
    applies: (_build, { name, ours }) => name === "(accepted)" && /NUL byte/.test(ours ?? ""),
  },
  {
    reason: "sshd before 8.4 starts with a bad address behind Match, and ends every connection over it",
    version: 802,
    applies: ({ version }, { name, ours }) =>
      name === "(accepted)" && version < 804 && /invalid Match/.test(ours ?? ""),
  },
  {
    reason:
      "8.2 as first shipped takes Port and AddressFamily for set once a file was included; updates mended it",
    version: 802,
    applies: ({ version }, { name }) =>
      version === 802 && ["port", "addressfamily", "listenaddress"].includes(name),
  },
];
