import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetHtml } from "../../../src/report/fleet-html.js";
import { html } from "../../../src/report/html.js";
import { fleet, hostile, hostileText, realistic, report } from "../../support/report.js";

const page = html(report(realistic));
const pages: readonly (readonly [string, string])[] = [
  ["one node", page],
  ["a fleet", fleetHtml(fleet(3))],
  ["hostile text", html(hostile())],
  ["a hostile fleet", fleetHtml([hostile(), report(realistic)])],
  ["nothing", html(report([]))],
];

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const inside = (text: string, tag: string) =>
  new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? "";

test("the policy forbids all but the page's own style and script, which it names by their hashes", () => {
  for (const [name, text] of pages) {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? "";
    assert.match(policy, "default-src 'none'", name);
    assert.match(policy, `style-src ${digest(inside(text, "style"))}`, name);
    assert.match(policy, `script-src ${digest(inside(text, "script"))}`, name);
    assert.not.match(policy, "unsafe");
  }
});

test("no request leaves the page and nothing else in it can act", () => {
  for (const [name, text] of pages) {
    const markup = text.replace(inside(text, "style"), "").replace(inside(text, "script"), "");
    const tags = markup.match(/<[a-z!][^>]*>/g) ?? [];
    for (const tag of tags) {
      assert.not.match(
        tag.replace(/="[^"]*"/g, "="),
        /\s(?:src|srcset|action|data|background|poster|style|on\w+)=/i,
        `${name}: ${tag}`,
      );
      assert.not.match(
        tag,
        /^<(?:img|iframe|object|embed|link|base|svg|form (?!class="filter"))/i,
        `${name}: ${tag}`,
      );
      if (tag.includes("href=")) assert.match(tag, /href="#domain-\d+"/, `${name}: ${tag}`);
    }
    assert.is(tags.filter((tag) => tag.startsWith("<script")).length, 1, name);
    assert.not.match(inside(text, "style"), /url\(|@import/);
  }
});

test("every tag that is opened is closed", () => {
  const empty = new Set(["meta", "input", "link", "br", "hr"]);
  for (const [name, text] of pages) {
    const markup = text.replace(inside(text, "style"), "").replace(inside(text, "script"), "");
    const open: string[] = [];
    for (const [, slash, tag = ""] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (empty.has(tag)) continue;
      if (slash === "") open.push(tag);
      else assert.is(open.pop(), tag, name);
    }
    assert.equal(open, [], name);
  }
});

test("hostile text is shown, not obeyed", () => {
  const text = html(hostile());
  assert.not.match(text, hostileText.slice(0, 20));
  assert.match(text, "&lt;/script&gt;&lt;script&gt;alert(1)");
  assert.not.match(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

test("complete without the script: all checks, open where something is wrong, the filter hidden", () => {
  for (const { id, title } of realistic) {
    assert.match(page, `<code>${id}</code>`);
    assert.match(page, title);
  }
  assert.match(page, /<form class="filter" hidden>/);
  const opened = [...page.matchAll(/<details class="check (\S+) [^>]*?( open)?>/g)];
  assert.is(opened.length, realistic.length);
  for (const [, status, open] of opened)
    assert.is(open !== undefined, status === "fail" || status === "error", status ?? "");
});

test("score, a row a domain, what was found and how to put it right", () => {
  for (const part of [
    "<b>21.2 <small>of 100</small></b>",
    '<a href="#domain-1">sshd</a></th><td class="score"><span>25</span>',
    "<li>everybody may log in as root with a password</li>",
    "<code>/etc/ssh/sshd_config.d/50-cloud-init.conf:2</code><pre>PermitRootLogin   yes  # cloud image default</pre>",
    "Put &quot;PermitRootLogin no&quot; into /etc/ssh/sshd_config.d/00-nodeward.conf",
    "Risk of an automatic repair: lockout.",
    '<span class="tag">cis-debian12 5.1.20</span>',
    "bastion for the graphics team (team-x, until 2027-01-01)",
    "Debian GNU/Linux 12 (bookworm), kernel 6.1.0-18-amd64",
  ])
    assert.match(page, part);
});

test("a fleet: nodes worst first, a matrix, what was found where", () => {
  const text = fleetHtml(fleet(3));
  assert.ok(text.indexOf(">node-1<") < text.indexOf(">node-2<"));
  assert.match(text, '<tr data-status="fail pass" data-severity="critical" data-domain="sshd">');
  assert.match(text, "<b>node-1</b>: weak MACs are offered");
  assert.match(text, "<td>2/3</td>");
});

test.run();
