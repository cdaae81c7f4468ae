// What a daemon and the process that looks for it say to each other: an order, and answers of one line each. Does nothing.
import type { MetricsPlace } from "../policy/drift-settings.js";
import type { PolicyTexts } from "../policy/load.js";
import { isRecord } from "../state/event-shape.js";
import type { WatchedFolder } from "./watch-list.js";

export interface LookOrder {
  /** The site's policy files as they were when they were right; null: read them. */
  readonly documents: PolicyTexts | null;
}

export type LookMessage =
  /** The policy files, and what they say of looking. */
  | {
      readonly message: "policy";
      readonly documents: PolicyTexts;
      readonly intervalMs: number;
      readonly metrics: MetricsPlace | null;
    }
  /** Another run changes the node, or waits to be confirmed. */
  | { readonly message: "busy"; readonly by: string }
  /** From here on it is not to be interrupted. */
  | { readonly message: "repairing" }
  | {
      readonly message: "looked";
      readonly folders: readonly WatchedFolder[];
      /** What is worth a line of the log. */
      readonly said: readonly string[];
      /** The state of the node in a few words. */
      readonly status: string;
      /** For who asks on this machine. */
      readonly metrics: string;
      /** Milliseconds until something waits to be done by a look; null: nothing does. */
      readonly againMs: number | null;
      /** A channel could not be told. */
      readonly untold: boolean;
    };

export function messageLine(message: LookMessage): string {
  return `${JSON.stringify(message)}\n`;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isDocuments(value: unknown): value is PolicyTexts {
  return isRecord(value) && Object.values(value).every((text) => text === null || isText(text));
}

function isFolders(value: unknown): value is readonly WatchedFolder[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isRecord(one) &&
        isText(one.path) &&
        isText(one.identity) &&
        (one.names === null || isTexts(one.names)),
    )
  );
}

function placeOf(value: unknown): MetricsPlace | null {
  if (!isRecord(value)) return null;
  const { host, port, socket } = value;
  if (isText(socket)) return { socket };
  return isText(host) && typeof port === "number" ? { host, port } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined for what is no message: the other process was cut off within a line. */
export function parseMessage(line: string): LookMessage | undefined {
  const given = parsed(line);
  if (!isRecord(given)) return undefined;
  const { message, documents, intervalMs, by, folders, said, status, metrics, againMs, untold } = given;
  if (message === "policy" && isDocuments(documents) && typeof intervalMs === "number")
    return { message, documents, intervalMs, metrics: placeOf(metrics) };
  if (message === "busy" && isText(by)) return { message, by };
  if (message === "repairing") return { message };
  if (message === "looked" && isFolders(folders) && isTexts(said) && isText(status) && isText(metrics))
    return {
      message,
      folders,
      said,
      status,
      metrics,
      againMs: typeof againMs === "number" ? againMs : null,
      untold: untold === true,
    };
  return undefined;
}

export function parseOrder(text: string): LookOrder | undefined {
  const given = parsed(text);
  if (!isRecord(given)) return undefined;
  const { documents } = given;
  return documents === null || isDocuments(documents) ? { documents } : undefined;
}
