// staticpods.*: what the manifests of static pods ask of the node, and which of it a control plane needs.
import { addableCapabilities } from "../../core/pod-capabilities.js";
import { containmentChecks } from "../containment.js";
import { defineCheck } from "../define.js";
import { balancers, controlPlane, controlPlanePaths, proxy } from "../system-pods.js";

export const containment = containmentChecks(
  {
    domain: "staticpods",
    subject: "static pod",
    place: "In its manifest",
    expected: {
      privileged: proxy,
      "host-network": controlPlane,
      "sensitive-hostpath": controlPlane,
      capabilities: [...proxy, ...balancers],
      "seccomp-unconfined": proxy,
      "apparmor-unconfined": proxy,
      "run-as-root": controlPlane,
      "writable-root": controlPlane,
      "proc-unmasked": proxy,
    },
    paths: controlPlanePaths,
    capabilities: addableCapabilities,
  },
  ({ judge, ...spec }) =>
    defineCheck({
      ...spec,
      needs: ["staticPodContainers"],
      evaluate: ({ staticPodContainers }, params) => judge(staticPodContainers, params),
    }),
);
