// Colours of a report on a terminal by what they mean; without colour, the text itself. Decides nothing but looks.
import { styleText } from "node:util";
import type { Severity, Status } from "../core/outcome.js";
import type { View } from "./view.js";

type Style = Parameters<typeof styleText>[0];
type Paint = (text: string) => string;

export interface Palette {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  status(status: Status): Paint;
  severity(severity: Severity): Paint;
}

const statusStyle: Readonly<Record<Status, Style>> = {
  pass: "green",
  fail: ["bold", "red"],
  error: ["bold", "yellow"],
  "not-applicable": "dim",
  waived: "cyan",
};

const severityStyle: Readonly<Record<Severity, Style>> = {
  critical: ["bold", "magenta"],
  high: "red",
  medium: "yellow",
  low: "blue",
};

const plain: Paint = (text) => text;

/** The view decides, not the stream: a report may be on its way to a file. */
function paint(style: Style): Paint {
  return (text) => (text === "" ? "" : styleText(style, text, { validateStream: false }));
}

export function paletteFor({ colour }: Pick<View, "colour">): Palette {
  const of = (style: Style): Paint => (colour ? paint(style) : plain);
  return {
    strong: of("bold"),
    faint: of("dim"),
    good: of("green"),
    bad: of("red"),
    status: (status) => of(statusStyle[status]),
    severity: (severity) => of(severityStyle[severity]),
  };
}
