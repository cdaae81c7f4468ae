// The report as a value (INTERFACE, JSON report version 1). Not how it is printed (report/).
import type { Risk, Severity, Status } from "./outcome.js";

/** The name of a domain, and the id of a check: `domain.name`. Both are safe as words of a command line. */
export const domainForm = /^[a-z0-9][a-z0-9-]*$/;
export const idForm = /^[a-z0-9][a-z0-9-]*(?:[.][A-Za-z0-9_@-]+)+$/;

export interface Evidence {
  readonly source: string;
  readonly line: number;
  readonly text: string;
}

export interface Waiver {
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 date of the last day on which the waiver is in force. */
  readonly expires: string;
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly severity: Severity;
  readonly status: Status;
  readonly expected: string;
  readonly actual: string;
  readonly evidence: readonly Evidence[];
  readonly message: string;
  /** Everything that `message` sums up, a sentence each. */
  readonly details: readonly string[];
  /** Why the check matters. */
  readonly why: string;
  /** How to put it right, in words; empty for a pass. */
  readonly remediation: string;
  readonly fixable: boolean;
  readonly risk: Risk;
  readonly tags: readonly string[];
  readonly references: Readonly<Record<string, readonly string[]>>;
  readonly waiver?: Waiver;
}

export type Counts = Readonly<Record<Status, number>>;

export interface Summary extends Counts {
  /** Weighted share of applicable checks that pass, 0 to 100, one decimal. */
  readonly score: number;
}

export interface HostHeader {
  readonly hostname: string;
  readonly os: string;
  readonly kernel: string;
  readonly kubelet: string | null;
  readonly roles: readonly string[];
}

export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "nodeward"; readonly version: string };
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly durationMs: number;
    readonly root: string;
    readonly profile: string;
  };
  readonly host: HostHeader;
  readonly summary: Summary;
  readonly results: readonly Result[];
}
