// The registry of output formats: one line a format, loaded when asked for. Renders nothing itself.
import type { Report } from "../core/report.js";
import type { View } from "./view.js";

export interface Format {
  one(report: Report, view: View): string;
  /** Several nodes' reports together; absent where the format can only tell of one. */
  many?(reports: readonly Report[], view: View): string;
}

/** A format that holds several reports as it holds one. */
function several(render: (reports: readonly Report[]) => string): Format {
  return { one: (report) => render([report]), many: render };
}

export const formats = {
  text: async (): Promise<Format> => ({
    one: (await import("./text.js")).text,
    many: (await import("./fleet-text.js")).fleetText,
  }),
  json: async (): Promise<Format> => ({
    one: (await import("./json.js")).json,
    many: (await import("./fleet.js")).fleetJson,
  }),
  jsonl: async (): Promise<Format> => {
    const { jsonl } = await import("./jsonl.js");
    return several((reports) => reports.map(jsonl).join(""));
  },
  html: async (): Promise<Format> => ({
    one: (await import("./html.js")).html,
    many: (await import("./fleet-html.js")).fleetHtml,
  }),
  markdown: async (): Promise<Format> => ({
    one: (await import("./markdown.js")).markdown,
    many: (await import("./fleet-markdown.js")).fleetMarkdown,
  }),
  sarif: async (): Promise<Format> => several((await import("./sarif.js")).sarif),
  junit: async (): Promise<Format> => several((await import("./junit.js")).junit),
  prometheus: async (): Promise<Format> => ({ one: (await import("./prometheus.js")).prometheus }),
  policyreport: async (): Promise<Format> => several((await import("./policyreport.js")).policyreport),
} as const satisfies Readonly<Record<string, () => Promise<Format>>>;

export type FormatName = keyof typeof formats;

export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}
