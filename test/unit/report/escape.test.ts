import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  htmlProse,
  htmlText,
  labelValue,
  markdownCode,
  markdownProse,
  markdownText,
  uriPath,
  xmlText,
} from "../../../src/report/escape.js";

test("HTML: nothing opens a tag, an entity or a quote", () => {
  assert.is(htmlText(`<a b="c" d='e'>&amp;`), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
  assert.is(htmlProse("run `sshd -t <x>` & reload"), "run <code>sshd -t &lt;x&gt;</code> &amp; reload");
  assert.is(htmlProse("a ` alone"), "a ` alone");
});

test("XML: what XML 1.0 cannot hold is left out, line breaks survive in attributes", () => {
  assert.is(xmlText("a\u0000b\u0008c\u001b[31m\u000bd\ufffe\uffff\ud800e"), "abc[31mde");
  assert.is(xmlText("a\tb\nc\rd"), "a&#9;b&#10;c&#13;d");
  assert.is(xmlText("]]>&<😀"), "]]&gt;&amp;&lt;😀");
});

test("Markdown: text marks nothing up, links nowhere and calls nobody", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["*a* _b_ `c` ~~d~~", "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~"],
    ["kernel.kptr_restrict", "kernel.kptr_restrict"],
    ["[x](javascript:y) ![z](w)", "\\[x\\](javascript:y) !\\[z\\](w)"],
    ["<b>&lt;", "\\<b>\\&lt;"],
    ["a | b", "a \\| b"],
    ["# head", "\\# head"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["1) item", "1\\) item"],
    ["1.31.2", "1\\.31.2"],
    ["https://example.com www.example.com", "https\\://example.com www\\.example.com"],
    ["@team (@x) hmac@openssh.com", "@&#8203;team (@&#8203;x) hmac@openssh.com"],
    ["two\nlines  here", "two lines here"],
    ["$x$", "\\$x\\$"],
  ];
  for (const [text, expected] of cases) assert.is(markdownText(text), expected);
});

test("Markdown: a code span closes where its text ends", () => {
  assert.is(markdownCode("a b"), "`a b`");
  assert.is(markdownCode("a `` b"), "```a `` b```");
  assert.is(markdownCode("`a"), "`` `a ``");
  assert.is(markdownCode(" \n "), "");
  assert.is(markdownProse("`chmod 0640` it, *now*"), "`chmod 0640` it, \\*now\\*");
});

test("Prometheus: a label value ends where it should", () => {
  assert.is(labelValue('a\\b"c\nd'), 'a\\\\b\\"c\\nd');
  const value = fc.string({ unit: fc.constantFrom("\\", '"', "\n", "a", "{", "}") });
  fc.assert(
    fc.property(value, (text) => {
      const escaped = labelValue(text);
      assert.match(escaped, /^(?:[^\\"\n]|\\[\\"n])*$/);
      const back = escaped.replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));
      assert.is(back, text);
    }),
    { numRuns: 200 },
  );
});

test("URIs: a path keeps its slashes and nothing else of meaning", () => {
  assert.is(uriPath("/etc/ssh/a b?c#d%e"), "etc/ssh/a%20b%3Fc%23d%25e");
  assert.is(uriPath("\ud800x"), "%EF%BF%BDx");
});

test.run();
