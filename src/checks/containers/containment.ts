// containers.*: what running containers have of the node, and which of it the agents of a cluster need.
import { usualCapabilities } from "../../core/pod-capabilities.js";
import { containmentChecks } from "../containment.js";
import { defineCheck } from "../define.js";
import {
  agentPaths,
  balancers,
  controlPlane,
  controlPlanePaths,
  networkAgents,
  storageAgents,
} from "../system-pods.js";

const agents = [...networkAgents, ...storageAgents];
const onTheNode = [...controlPlane, ...agents];
/** Cluster pods that are not made to run otherwise. */
const system = ["kube-system/*", "kube-flannel/*", "calico-system/*", "tigera-operator/*", "cilium/*"];

export const containment = containmentChecks(
  {
    domain: "containers",
    subject: "container",
    place: "In the pod's specification",
    expected: {
      privileged: agents,
      "host-network": onTheNode,
      "sensitive-hostpath": onTheNode,
      capabilities: [...agents, ...balancers],
      "seccomp-unconfined": agents,
      "apparmor-unconfined": agents,
      "run-as-root": system,
      "writable-root": system,
      "proc-unmasked": agents,
    },
    paths: [...controlPlanePaths, ...agentPaths],
    capabilities: usualCapabilities,
  },
  ({ judge, ...spec }) =>
    defineCheck({
      ...spec,
      needs: ["containers"],
      evaluate: ({ containers }, params) => judge(containers, params),
    }),
);
