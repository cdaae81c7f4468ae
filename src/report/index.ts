// The registry of output formats: one line a format, loaded when asked for. Renders nothing itself.
import type { Report } from "../core/report.js";
import type { View } from "./view.js";

export type Renderer = (report: Report, view: View) => string;

export const formats = {
  text: async (): Promise<Renderer> => (await import("./text.js")).text,
  json: async (): Promise<Renderer> => (await import("./json.js")).json,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>;

export type Format = keyof typeof formats;

export function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name);
}
