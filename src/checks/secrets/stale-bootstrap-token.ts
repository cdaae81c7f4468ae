// secrets.stale-bootstrap-token: the token with which the node joined is not kept once it has joined.
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "secrets.stale-bootstrap-token",
  title: "The token the node joined with is gone",
  why: "A bootstrap token lets any machine join as a node, and a node reads the Secrets of all pods it can get to run there.",
  remedy:
    "Remove the file or the line, and the token from the cluster: `kubeadm token list`, `kubeadm token delete`. Give tokens a life of an hour.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["bootstrapTokens"],
  params: {},
  evaluate({ bootstrapTokens }) {
    const { joined, places, unread } = bootstrapTokens;
    const needed = !joined && places.length > 0;
    return {
      expected: "no token in the files of kubeadm and cloud-init, nor in root's history",
      actual: places.length === 0 ? "none" : `${places.length} lines with one`,
      evidence: places,
      problems: needed
        ? []
        : places.map((source) => ({
            message: `${place(source)} holds a token that lets a machine join the cluster`,
          })),
      unknowns: unread,
      notes: needed ? ["the node has not joined yet and needs its token"] : [],
    };
  },
});
