// secrets.imds-open: pods cannot ask the cloud for the node's own credentials.
import { undecided } from "../../core/outcome.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "secrets.imds-open",
  title: "Pods are kept from the cloud's metadata service",
  why: "169.254.169.254 gives whoever asks the credentials of the machine: a pod that may ask is the node to the cloud.",
  remedy:
    "A network policy, or a rule, that drops packets of pods to 169.254.169.254/32 (on AWS also a hop limit of 1 with IMDSv2); workload identities for pods that need the cloud.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["metadataService"],
  params: {},
  evaluate({ metadataService }) {
    const { cloud, closedBy, filteredElsewhere } = metadataService;
    if (closedBy.length === 0 && filteredElsewhere)
      return undecided(
        "the network plugin filters by eBPF: what it lets pods reach cannot be seen in the rules",
      );
    const isOpen = closedBy.length === 0;
    return {
      expected: "a rule that drops packets to 169.254.169.254",
      actual: isOpen ? "none" : `${closedBy.length} rules`,
      evidence: closedBy,
      problems: isOpen
        ? [{ message: `no rule of the packet filter keeps pods from the metadata service of ${cloud}` }]
        : [],
      unknowns: [],
      notes: isOpen
        ? ["a hop limit or a proxy of the cloud's may keep them from it: that cannot be seen here"]
        : [],
    };
  },
});
