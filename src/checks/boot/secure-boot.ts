// boot.secure-boot: the firmware starts only what is signed.
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "boot.secure-boot",
  title: "The machine was started with Secure Boot",
  why: "Without it, who can write the boot partition, or hand the machine another disk, is below every other defence.",
  remedy:
    "Turn Secure Boot on in the firmware's settings, or those of the virtual machine; check that the boot loader (shim-signed) and the kernel are signed first.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kernelProtection"],
  params: {},
  evaluate({ kernelProtection: { secureBoot } }) {
    if (secureBoot.state === "absent") return { notApplicable: secureBoot.reason };
    if (secureBoot.state === "error") return { undecided: secureBoot.reason };
    const { value, source, unverified } = secureBoot.value;
    return {
      expected: "on",
      actual: unverified !== undefined && value ? "on, and shim does not verify" : value ? "on" : "off",
      evidence: unverified === undefined ? [source] : [source, unverified],
      problems: [
        ...(value ? [] : [{ message: "Secure Boot is off: the firmware starts whatever lies on the disk" }]),
        ...(unverified === undefined
          ? []
          : [
              {
                message:
                  "shim starts whatever lies on the disk: its validation is off (`mokutil --enable-validation` turns it on)",
              },
            ]),
      ],
    };
  },
});
