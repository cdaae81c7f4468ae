// ports.kubelet-read-only: the kubelet's port without authentication is shut.
import { defineCheck } from "../define.js";
import { endpointText, ownerText } from "./expectation.js";
import { nobodyOn, onPort } from "./single.js";

export default defineCheck({
  id: "ports.kubelet-read-only",
  title: "Nobody listens on the kubelet's read-only port 10255",
  why: "The port asks for no credentials and tells every pod's specification, environment variables included.",
  remedy:
    "Set `readOnlyPort: 0` in the kubelet's configuration (or `--read-only-port=0`) and restart the kubelet.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sockets"],
  params: {},
  evaluate: ({ sockets }) =>
    nobodyOn(
      "nobody listens on 10255/tcp",
      sockets,
      onPort(sockets, "tcp", 10255).map((socket) => ({
        socket,
        message: `${endpointText(socket)} is open, held by ${ownerText(socket)}`,
      })),
    ),
});
