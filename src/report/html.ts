// The report as one HTML page: score, a table by domain, every check with its details and remediation.
import { severities } from "../core/outcome.js";
import type { Evidence, Report, Result } from "../core/report.js";
import { aboutRows, when } from "./about.js";
import {
  byDomain,
  count,
  countsText,
  type Group,
  placeOf,
  statusHead,
  statusOrder,
  tally,
} from "./arrange.js";
import { htmlProse, htmlText } from "./escape.js";
import { badge, cell, filterForm, grade, meter, page, rows, tiles } from "./html-page.js";
import { safe } from "./safe.js";

/** Sentences and places of one finding that are shown unasked. */
const itemLimit = 8;

function severityTable({ results }: Report): string {
  const number = tally(results);
  const body = statusOrder.map((status) => {
    const cells = severities.map((severity) => number(status, severity));
    const sum = cells.reduce((total, one) => total + one, 0);
    return `<tr><th scope="row">${badge(status)}</th>${cells.map(cell).join("")}${cell(sum)}</tr>`;
  });
  const head = severities.map((severity) => `<th scope="col">${grade(severity)}</th>`).join("");
  return `<div class="scroll"><table><caption>Checks by status and severity</caption>
<thead><tr><th scope="col">Status</th>${head}<th scope="col">Total</th></tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

function anchor(index: number): string {
  return `domain-${index + 1}`;
}

function domainTable(groups: readonly Group[]): string {
  const body = groups.map(({ domain, summary }, index) => {
    const judged = summary.pass + summary.fail + summary.error > 0;
    const score = judged
      ? `<td class="score"><span>${summary.score}</span>${meter(summary.score)}</td>`
      : '<td class="left none">–</td>';
    const cells = statusOrder.map((status) => cell(summary[status])).join("");
    return `<tr><th scope="row"><a href="#${anchor(index)}">${htmlText(domain)}</a></th>${score}${cells}</tr>`;
  });
  const head = statusOrder.map((status) => `<th scope="col">${statusHead[status]}</th>`).join("");
  return `<div class="scroll"><table><caption>Checks by domain</caption>
<thead><tr><th scope="col">Domain</th><th scope="col" class="left">Score</th>${head}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** A list of which the first items are shown, and the others when asked for. */
function list(items: readonly string[], kind: "plain" | "" = ""): string {
  const open = kind === "" ? "<ul>" : `<ul class="${kind}">`;
  const drawn = items.map((item) => `<li>${item}</li>`);
  const [first, rest] = [drawn.slice(0, itemLimit), drawn.slice(itemLimit)];
  const more =
    rest.length === 0
      ? ""
      : `<details class="more"><summary>${rest.length} more</summary>${open}${rest.join("")}</ul></details>`;
  return items.length === 0 ? "" : `${open}${first.join("")}</ul>${more}`;
}

function places(evidence: readonly Evidence[]): string {
  const items = evidence.map((one) => {
    const text = one.text.trim() === "" ? "" : `<pre>${htmlText(one.text.trim())}</pre>`;
    return `<code>${htmlText(placeOf(one))}</code>${text}`;
  });
  return list(items, "plain");
}

function sentences(texts: readonly string[]): string {
  return texts.length === 1 ? htmlText(texts[0] ?? "") : list(texts.map(htmlText));
}

function referenceTags({ references }: Result): string {
  return Object.entries(references)
    .flatMap(([framework, items]) =>
      items.map((item) => `<span class="tag">${htmlText(`${framework} ${item}`)}</span>`),
    )
    .join("");
}

const saidAs: Readonly<Record<Result["status"], string>> = {
  fail: "Problem",
  error: "Reason",
  waived: "Problem",
  "not-applicable": "Reason",
  pass: "Note",
};

function body(result: Result): string {
  const { status, details, message, waiver, risk, fixable } = result;
  const said = details.length > 0 ? details : message === "" ? [] : [message];
  const value = (text: string) => (text === "" ? "" : `<code>${htmlText(text)}</code>`);
  const repair = result.remediation === "" ? "" : htmlProse(result.remediation);
  const automatic =
    status === "fail" && fixable ? `<div class="soft">Risk of an automatic repair: ${risk}.</div>` : "";
  const pairs: readonly (readonly [string, string])[] = [
    [saidAs[status], sentences(said)],
    ["Found", value(result.actual)],
    ["Expected", value(result.expected)],
    ["Where", places(result.evidence)],
    ["To fix", repair === "" ? "" : repair + automatic],
    [
      "Waiver",
      waiver === undefined ? "" : htmlText(`${waiver.reason} (${waiver.owner}, until ${waiver.expires})`),
    ],
    ["Why", htmlProse(result.why)],
    ["References", referenceTags(result)],
  ];
  const terms = pairs
    .filter(([, markup]) => markup !== "")
    .map(([term, markup]) => `<dt>${term}</dt><dd>${markup}</dd>`);
  return `<div class="body"><dl>${terms.join("\n")}</dl></div>`;
}

function article(result: Result): string {
  const { id, title, status, severity, domain } = result;
  // What wants attention is open, so that it is on paper too where no script runs.
  const open = status === "fail" || status === "error" ? " open" : "";
  return `<details class="check ${status} ${severity}" data-status="${status}" data-severity="${severity}" data-domain="${htmlText(domain)}"${open}>
<summary>${badge(status)}${grade(severity)}<span class="name"><code>${htmlText(id)}</code> <span>${htmlText(title)}</span></span></summary>
${body(result)}
</details>`;
}

function section(group: Group, index: number): string {
  return `<section class="domain" id="${anchor(index)}">
<h3>${htmlText(group.domain)} <small>${htmlText(countsText(group.summary))}</small></h3>
${group.results.map(article).join("\n")}
</section>`;
}

export function html(given: Report): string {
  const report = safe(given);
  const groups = byDomain(report.results);
  const name = report.host.hostname === "" ? "a node" : report.host.hostname;
  const domains = groups.map(({ domain }) => domain);
  return page({
    title: `${name} – nodeward report`,
    head: `<h1><small>Node hardening report</small>${htmlText(name)}</h1>
<dl class="about">
${rows(aboutRows(report).slice(1))}
</dl>
${tiles(report.summary.score, `score of ${count(report.results.length, "check")}, weighted by severity`, report.summary)}`,
    main: `<h2>Summary</h2>
<div class="two">
${domainTable(groups)}
${severityTable(report)}
</div>
<h2>Checks</h2>
${filterForm(domains)}
${groups.map(section).join("\n")}`,
    foot: htmlText(
      `Made by nodeward ${report.tool.version}, ${when(report.run.startedAt)}. The score is the weighted share of applicable checks that pass: critical counts 10, high 5, medium 2, low 1.`,
    ),
  });
}
