// Does a browser show the HTML report, keep to its policy, and filter? Headless Chromium on files, no network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetHtml } from "../../src/report/fleet-html.js";
import { html } from "../../src/report/html.js";
import { fleet, hostile, realistic, report } from "../support/report.js";

const chromium = "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "nodeward-html-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function has(): boolean {
  if (existsSync(chromium)) return true;
  console.log("SKIPPED chromium is not installed");
  return false;
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-logging=stderr",
  "--virtual-time-budget=3000",
  `--user-data-dir=${join(folder, "profile")}`,
];

/** The page after its script ran, and what the browser's console said. */
function shown(page: string): { readonly dom: string; readonly console: readonly string[] } {
  const file = join(folder, "page.html");
  writeFileSync(file, page);
  const { stdout, stderr } = spawnSync(chromium, [...flags, "--dump-dom", `file://${file}`], {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.match(stdout, "</html>", stderr.slice(-500));
  return { dom: stdout, console: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
}

test("the policy lets the page's own script run and nothing of the node's text act", () => {
  if (!has()) return;
  for (const page of [html(report(realistic)), html(hostile()), fleetHtml([hostile(), ...fleet(3)])]) {
    const { dom, console: said } = shown(page);
    assert.equal(said, []);
    // Our script has run: it shows the filter and the count.
    assert.match(dom, /<form class="filter">/);
    assert.match(dom, /<output[^>]*>(\d+) of \1 checks<\/output>/);
    assert.not.match(dom, /<img|onerror="/);
    assert.is(dom.match(/<script/g)?.length, 1);
  }
});

test("the filter hides what does not match, and domains of which nothing is left", () => {
  if (!has()) return;
  const probe = `<script>
const form = document.querySelector("form.filter"), said = [];
const say = (name) => {
  form.dispatchEvent(new Event("input"));
  said.push(name + " " + form.querySelector("output").textContent.split(" ")[0] + "/" +
    document.querySelectorAll("section.domain:not(.hide)").length);
};
say("all");
form.text.value = "Cloud-Init"; say("text");
form.text.value = ""; form.domain.value = "sudo"; say("domain");
form.domain.value = "";
for (const box of form.querySelectorAll("[name=status]")) box.checked = box.value === "fail";
say("status");
for (const box of form.querySelectorAll("[name=severity]")) box.checked = box.value === "critical";
say("severity");
form.reset();
setTimeout(() => { say("reset"); document.title = said.join(", "); }, 20);
</script></body>`;
  const page = html(report(realistic))
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
    .replace("</body>", () => probe);
  const title = /<title>([^<]*)/.exec(shown(page).dom)?.[1];
  assert.is(title, "all 13/4, text 2/2, domain 4/1, status 2/1, severity 1/1, reset 13/4");
});

test.run();
