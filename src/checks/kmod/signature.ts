// kmod.signature: the kernel refuses modules that nobody signed, by module.sig_enforce or by lockdown.
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "kmod.signature",
  title: "The kernel loads only modules that are signed",
  why: "Without it root, or who acts as root, can put any code into the kernel and hide there.",
  remedy:
    "Start the kernel with `module.sig_enforce=1` or `lockdown=integrity` (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub), or with Secure Boot; sign modules that are built on the node (DKMS) first.",
  breaks:
    "Modules built on the node that are not signed: drivers of graphics cards, storage and security products.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["kernelProtection"],
  optional: ["kernelModules"],
  params: {},
  evaluate({ kernelProtection: { signatures, lockdown }, kernelModules }) {
    if (kernelModules.state === "known" && kernelModules.value.loadable === false)
      return { notApplicable: "this kernel was built without loadable modules" };
    const enforced = signatures.state === "known" && signatures.value.value;
    const locked = lockdown.state === "known" && lockdown.value.value !== "none";
    const seen = [signatures, lockdown].flatMap((fact) =>
      fact.state === "known" ? [fact.value.source] : [],
    );
    const unknowns = [signatures, lockdown].flatMap((fact) => (fact.state === "error" ? [fact.reason] : []));
    if (enforced || locked)
      return {
        expected: "unsigned modules refused",
        actual: enforced ? "sig_enforce" : "lockdown",
        evidence: seen,
        problems: [],
      };
    return {
      expected: "unsigned modules refused",
      actual: "unsigned modules accepted",
      evidence: seen,
      problems:
        unknowns.length > 0
          ? []
          : [
              {
                message:
                  "the running kernel takes modules that nobody signed: neither sig_enforce nor lockdown is on",
              },
            ],
      unknowns,
    };
  },
});
