// What is remembered of a channel between two runs, such as when it was told last: small, one file a channel. A file that is
// damaged or of another nodeward is as good as none.
import type { Done, StateFiles } from "../host/node-writer.js";

const version = 1;

function fileOf(channel: string): string {
  return `told/${channel}.json`;
}

export function remembered(files: StateFiles, channel: string): Readonly<Record<string, unknown>> {
  const read = files.read(fileOf(channel));
  if (read.state !== "ok") return {};
  try {
    const value: unknown = JSON.parse(read.bytes.toString("utf8"));
    const found: Readonly<Record<string, unknown>> =
      typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
    return found.version === version ? found : {};
  } catch {
    return {};
  }
}

export function remember(files: StateFiles, channel: string, value: Readonly<Record<string, unknown>>): Done {
  return files.put(fileOf(channel), Buffer.from(`${JSON.stringify({ version, ...value })}\n`));
}
