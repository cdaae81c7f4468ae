// sysctl.user.max_user_namespaces: how many user namespaces there may be. Nothing is changed here: rootless programs and
// pods with `hostUsers: false` need them.
import { integer } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { verdictOn } from "./rule.js";

export default defineCheck({
  id: "sysctl.user.max_user_namespaces",
  title: "No more user namespaces than the node has a use for",
  why: "Inside a user namespace any user reaches parts of the kernel that are root's, and most exploits begin there.",
  remedy:
    "Where neither rootless containers nor pods with `hostUsers: false` run here, set user.max_user_namespaces = 0 in /etc/sysctl.d; else name the number in the parameter `most`.",
  breaks: "Rootless containers, pods with user namespaces, sandboxes of browsers and of systemd units.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["sysctl"],
  params: { most: integer(0) },
  evaluate: ({ sysctl }, { most }) =>
    verdictOn(
      {
        key: "user.max_user_namespaces",
        wants: `${most} or less`,
        accepts: (value) => value >= 0 && value <= most,
        set: undefined,
      },
      sysctl,
    ),
});
