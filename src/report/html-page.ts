// The frame of an HTML page that stands alone: no request leaves it, and nothing in it runs but our own script.
import { createHash } from "node:crypto";
import type { Severity, Status } from "../core/outcome.js";
import { severities } from "../core/outcome.js";
import type { Counts } from "../core/report.js";
import { statusOrder, statusWord } from "./arrange.js";
import { htmlText } from "./escape.js";
import { script } from "./html-script.js";
import { style } from "./html-style.js";

function digest(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Nothing may be loaded; the style sheet and the script are named by their hashes (CSP Level 3). */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** A whole document. `title` is text; the other parts are markup that has been escaped. */
export function page(parts: {
  readonly title: string;
  readonly head: string;
  readonly main: string;
  readonly foot: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${htmlText(parts.title)}</title>
<style>${style}</style>
</head>
<body>
<header class="top">
${parts.head}
</header>
<main>
${parts.main}
</main>
<footer>
${parts.foot}
</footer>
<script>${script}</script>
</body>
</html>
`;
}

/** A term and its description. */
export function rows(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([term, text]) => `<dt>${htmlText(term)}</dt><dd>${htmlText(text)}</dd>`).join("\n");
}

export function badge(status: Status): string {
  return `<span class="mark ${status}">${htmlText(statusWord[status])}</span>`;
}

export function grade(severity: Severity): string {
  return `<span class="severity ${severity}">${severity}</span>`;
}

/** A number in a table; nought is faint. */
export function cell(number: number): string {
  return number === 0 ? '<td class="none">–</td>' : `<td>${number}</td>`;
}

export function meter(score: number): string {
  return `<meter min="0" max="100" low="50" high="90" optimum="100" value="${score}">${score} of 100</meter>`;
}

function boxes(name: string, legend: string, values: readonly (readonly [string, string])[]): string {
  const inputs = values.map(
    ([value, word]) =>
      `<label><input type="checkbox" name="${name}" value="${value}" checked> ${htmlText(word)}</label>`,
  );
  return `<fieldset><legend>${legend}</legend>${inputs.join("\n")}</fieldset>`;
}

/** The filter: shown by the script, which alone makes it work. */
export function filterForm(domains: readonly string[]): string {
  const options = domains.map((domain) => `<option>${htmlText(domain)}</option>`).join("");
  return `<form class="filter" hidden>
<input type="search" name="text" placeholder="Search checks, files, values" aria-label="Search">
<select name="domain" aria-label="Domain"><option value="">all domains</option>${options}</select>
${boxes(
  "status",
  "Status",
  statusOrder.map((status) => [status, statusWord[status]] as const),
)}
${boxes(
  "severity",
  "Severity",
  severities.map((severity) => [severity, severity] as const),
)}
<button type="reset">Reset</button>
<output aria-live="polite"></output>
</form>`;
}

/** The score and the counts, large. */
export function tiles(score: number, caption: string, counts: Counts): string {
  const items = statusOrder.map(
    (status) =>
      `<li class="${status}"><b>${counts[status]}</b><span>${htmlText(statusWord[status])}</span></li>`,
  );
  return `<ul class="cards">
<li class="score"><b>${score} <small>of 100</small></b><span>${htmlText(caption)}</span>${meter(score)}</li>
${items.join("\n")}
</ul>`;
}
