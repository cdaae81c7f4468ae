// kmod.wireless: the node has no network interface that reaches further than its cables.
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "kmod.wireless",
  title: "No wireless network interface is in use",
  why: "It answers to anybody near the machine, past the switches and firewalls that guard the cable.",
  remedy:
    "Take the module named out (`install NAME /bin/false` and `blacklist NAME` in /etc/modprobe.d, then restart), or the card.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["wireless"],
  params: {},
  evaluate: ({ wireless: { interfaces, unread } }) => ({
    expected: "none",
    actual: interfaces.length === 0 ? "none" : interfaces.map(({ name }) => name).join(", "),
    evidence: interfaces.map(({ source }) => source),
    problems: interfaces.map(({ name, module }) => ({
      message: `${printable(name)} is wireless, driven by ${module === undefined ? "a module that /sys does not name" : printable(module)}`,
    })),
    unknowns: unread,
  }),
});
