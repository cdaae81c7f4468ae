// boot.iommu: devices reach only the memory that the kernel gave them.
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "boot.iommu",
  title: "Devices are kept apart by the IOMMU",
  why: "Without it a device that is plugged in, or whose firmware was replaced, reads and writes all memory.",
  remedy:
    "Turn the IOMMU (VT-d, AMD-Vi) on in the firmware's settings, and add `intel_iommu=on` or `iommu=force` to GRUB_CMDLINE_LINUX in /etc/default/grub, `update-grub`, restart.",
  breaks: "Old devices and drivers with faulty DMA; some network load costs a few per cent more.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["kernelProtection"],
  params: {},
  evaluate({ kernelProtection: { iommuGroups, virtual } }) {
    if (iommuGroups.state === "absent") return { notApplicable: iommuGroups.reason };
    if (iommuGroups.state === "error") return { undecided: iommuGroups.reason };
    const { value, source } = iommuGroups.value;
    if (value === 0 && virtual)
      return { notApplicable: "a virtual machine without an IOMMU: its hypervisor keeps devices apart" };
    return {
      expected: "groups of devices",
      actual: `${value} groups`,
      evidence: [source],
      problems:
        value > 0 ? [] : [{ message: "the IOMMU is off: every device may read and write all memory" }],
    };
  },
});
