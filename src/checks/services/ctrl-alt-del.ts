// services.ctrl-alt-del: the keys at the console reboot nothing, pressed once or often.

import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "services.ctrl-alt-del",
  title: "Ctrl-Alt-Del does not reboot the machine",
  why: "Whoever reaches the console, the real one or a virtual machine's, reboots the node and its pods without logging in.",
  remedy:
    "`systemctl mask ctrl-alt-del.target`, and set `CtrlAltDelBurstAction=none` in the section [Manager] of a file of /etc/systemd/system.conf.d.",
  breaks: "A machine that hangs can no longer be rebooted by these keys.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["ctrlAltDel"],
  params: {},
  evaluate({ ctrlAltDel: { masked, target, burst, kernel, unread, mask, setBurst } }) {
    const often = burst.value !== undefined && burst.value !== "none";
    const immediate = kernel.state === "known" && kernel.value.immediate;
    const at = burst.source === undefined ? "by default" : `by ${printable(place(burst.source))}`;
    const problems: readonly Problem[] = [
      ...(masked !== false
        ? []
        : [{ message: "Ctrl-Alt-Del reboots: ctrl-alt-del.target is not masked", fix: mask }]),
      ...(often
        ? [
            {
              message: `seven times Ctrl-Alt-Del within two seconds: ${printable(burst.value ?? "")} ${at}`,
              fix: setBurst,
            },
          ]
        : []),
      ...(immediate ? [{ message: "the kernel itself reboots at once: kernel.ctrl-alt-del is not 0" }] : []),
    ];
    return {
      expected: "masked, CtrlAltDelBurstAction=none",
      actual: `${masked === false ? "not masked" : masked ? "masked" : "unknown"}, CtrlAltDelBurstAction=${burst.value ?? "unknown"}`,
      evidence: [
        target,
        burst.source ?? wholeFile("/etc/systemd/system.conf", "default"),
        ...(immediate && kernel.state === "known" ? [kernel.value.source] : []),
      ],
      problems,
      unknowns: [...unread, ...(kernel.state === "error" ? [kernel.reason] : [])],
    };
  },
});
