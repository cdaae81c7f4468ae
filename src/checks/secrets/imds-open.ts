// secrets.imds-open: pods cannot ask the cloud for the node's own credentials.
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";
import { networks, networksOf } from "../ufw/ports.js";

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
  params: { pods: networks() },
  evaluate({ metadataService }, { pods }) {
    const { cloud, redirectedBy, unseen } = metadataService;
    const { outcome, stoppedBy } = metadataService.passage(networksOf(pods, 4));
    const isClosed = redirectedBy !== undefined || outcome === "closed";
    const doubts = isClosed
      ? []
      : [
          ...unseen,
          ...(outcome === "unknown"
            ? [
                `rules stop packets to it for some (${listing(stoppedBy.map(place), 3)}): whether for every pod cannot be told${pods.length === 0 ? " without the networks of pods (parameter pods)" : ""}`,
              ]
            : []),
        ];
    const isOpen = !isClosed && doubts.length === 0;
    return {
      expected: "no packet of a pod to 169.254.169.254 passes",
      actual: isClosed ? "stopped" : isOpen ? "passed on" : "not known",
      evidence: redirectedBy === undefined ? stoppedBy : [redirectedBy],
      problems: isOpen
        ? [{ message: `no rule of the packet filter keeps pods from the metadata service of ${cloud}` }]
        : [],
      unknowns: doubts,
      notes: isOpen
        ? ["a hop limit or a proxy of the cloud's may keep them from it: that cannot be seen here"]
        : [],
    };
  },
});
