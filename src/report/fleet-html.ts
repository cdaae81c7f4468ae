// Several nodes' reports as one HTML page: cards, a table of nodes, a matrix of checks with what was found on which node.
import type { Report } from "../core/report.js";
import { count, placeOf, statusHead, statusOrder, statusWord } from "./arrange.js";
import { htmlText } from "./escape.js";
import { type Fleet, type FleetCheck, fleetOf, isBad, legend, statusLetter } from "./fleet.js";
import { cell, filterForm, grade, meter, page, tiles } from "./html-page.js";

/** Nodes whose finding is told under a check; the matrix shows the status of all. */
const toldLimit = 50;

function nodeTable({ nodes }: Fleet): string {
  const body = nodes.map(({ label, report: { summary, host, run } }) => {
    const cells = statusOrder.map((status) => cell(summary[status])).join("");
    const about = [host.os, host.kernel, host.kubelet ?? "–", run.profile, run.startedAt];
    return `<tr><th scope="row">${htmlText(label)}</th><td class="score"><span>${summary.score}</span>${meter(summary.score)}</td>${cells}${about
      .map((text) => `<td class="left">${htmlText(text)}</td>`)
      .join("")}</tr>`;
  });
  const counts = statusOrder.map((status) => `<th scope="col">${htmlText(statusHead[status])}</th>`).join("");
  const about = ["System", "Kernel", "Kubelet", "Profile", "Run"].map(
    (word) => `<th scope="col" class="left">${word}</th>`,
  );
  return `<div class="scroll"><table class="nodes"><caption>Worst first</caption>
<thead><tr><th scope="col">Node</th><th scope="col" class="left">Score</th>${counts}${about.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** What was found where, folded under the name of the check. */
function told({ nodes }: Fleet, { results }: FleetCheck): string {
  const items = nodes.flatMap(({ label }, index) => {
    const result = results[index];
    if (result === undefined || !isBad(result)) return [];
    const at =
      result.evidence[0] === undefined ? "" : ` <code>${htmlText(placeOf(result.evidence[0]))}</code>`;
    return [`<li><b>${htmlText(label)}</b>: ${htmlText(result.message)}${at}</li>`];
  });
  const rest = items.length > toldLimit ? `<li>and ${count(items.length - toldLimit, "more node")}</li>` : "";
  return `<ul>${items.slice(0, toldLimit).join("")}${rest}</ul>`;
}

function checkRow(fleet: Fleet, check: FleetCheck): string {
  const { id, title, severity, counts, results, domain } = check;
  const statuses = statusOrder.filter((status) => counts[status] > 0);
  const cells = results.map((result) =>
    result === undefined
      ? '<td class="cell none"></td>'
      : `<td class="cell ${result.status}" title="${htmlText(statusWord[result.status])}">${statusLetter[result.status]}</td>`,
  );
  const bad = counts.fail + counts.error;
  const name = `<code>${htmlText(id)}</code> ${htmlText(title)}`;
  const first = bad === 0 ? name : `<details><summary>${name}</summary>${told(fleet, check)}</details>`;
  return `<tr data-status="${statuses.join(" ")}" data-severity="${severity}" data-domain="${htmlText(domain)}"><td class="left">${first}</td><td class="left">${grade(severity)}</td><td>${bad}/${results.length}</td>${cells.join("")}</tr>`;
}

function matrix(fleet: Fleet): string {
  const heads = fleet.nodes.map(({ label }) => `<th scope="col" class="node">${htmlText(label)}</th>`);
  return `<div class="scroll"><table class="matrix"><caption>${htmlText(legend)}</caption>
<thead><tr><th scope="col">Check</th><th scope="col" class="left">Severity</th><th scope="col">Not in order</th>${heads.join("")}</tr></thead>
<tbody>${fleet.checks.map((check) => checkRow(fleet, check)).join("\n")}</tbody></table></div>`;
}

export function fleetHtml(reports: readonly Report[]): string {
  const fleet = fleetOf(reports);
  const title = `${count(fleet.nodes.length, "node")}`;
  const domains = [...new Set(fleet.checks.map(({ domain }) => domain))].sort();
  return page({
    title: `${title} – nodeward report`,
    head: `<h1><small>Fleet hardening report</small>${htmlText(title)}</h1>
${tiles(fleet.score, `mean score of ${title}`, fleet.counts)}`,
    main: `<h2>Nodes</h2>
${nodeTable(fleet)}
<h2>Checks</h2>
${filterForm(domains)}
${matrix(fleet)}`,
    foot: "Made by nodeward. A node&#39;s score is the weighted share of applicable checks that pass: critical counts 10, high 5, medium 2, low 1.",
  });
}
