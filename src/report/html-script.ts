// The script of the HTML report: filters what is already there. The page is complete without it.

/**
 * Shows the filter form, and hides results that do not match: by status, severity, domain and text. On paper every
 * result that matches is opened.
 */
export const script = `
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (form === null) return;
  const checks = [...document.querySelectorAll("[data-status]")].map((node) => ({
    node, text: node.textContent.toLowerCase(), ...node.dataset }));
  const groups = [...document.querySelectorAll("section.domain")];
  const output = form.querySelector("output");
  const apply = () => {
    const given = new FormData(form);
    const words = String(given.get("text")).toLowerCase().split(/\\s+/).filter(Boolean);
    const statuses = given.getAll("status");
    const severities = given.getAll("severity");
    const domain = given.get("domain");
    let shown = 0;
    for (const { node, text, status, severity, domain: mine } of checks) {
      const fits = status.split(" ").some((one) => statuses.includes(one)) && severities.includes(severity) &&
        (domain === "" || domain === mine) && words.every((word) => text.includes(word));
      node.classList.toggle("hide", !fits);
      if (fits) shown += 1;
    }
    for (const group of groups)
      group.classList.toggle("hide", group.querySelector("[data-status]:not(.hide)") === null);
    output.textContent = shown + " of " + checks.length + " checks";
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
})();
`.trim();
