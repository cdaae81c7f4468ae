// The checks on who the kubelet answers: anonymous requests, authorization, client certificates, the open port.
import type { Check } from "../define.js";
import { exactly, settingCheck } from "./setting.js";

const remedyBy = (field: string) =>
  `Set \`${field}\` in the kubelet's configuration file, take the flag away where one sets it, and restart the kubelet.`;

const breaks =
  "The kubelet restarts; its containers go on. Who reads metrics or logs from it without credentials is refused.";

export const access: readonly Check[] = [
  settingCheck(
    {
      id: "kubelet.anonymous-auth",
      title: "The kubelet refuses requests without credentials",
      why: "With anonymous requests and no authorization anybody who reaches port 10250 runs commands in every pod of the node.",
      remedy: remedyBy("authentication.anonymous.enabled: false"),
      breaks,
      severity: "critical",
    },
    "false",
    () => [exactly("authentication.anonymous.enabled", false)],
  ),
  settingCheck(
    {
      id: "kubelet.authorization-mode",
      title: "The kubelet asks the API server what a caller may do",
      why: "AlwaysAllow gives every caller that is let in at all the power to run commands in every pod of the node.",
      remedy: remedyBy("authorization.mode: Webhook"),
      breaks: "Callers without a role that allows nodes/proxy, nodes/metrics and the like are refused.",
      severity: "critical",
    },
    "Webhook",
    () => [exactly("authorization.mode", "Webhook")],
  ),
  settingCheck(
    {
      id: "kubelet.webhook-authentication",
      title: "The kubelet has bearer tokens checked by the API server",
      why: "Without it callers with a service account's token count as anonymous, and monitoring pushes for opening the anonymous way.",
      remedy: remedyBy("authentication.webhook.enabled: true"),
      severity: "high",
    },
    "true",
    () => [exactly("authentication.webhook.enabled", true)],
  ),
  settingCheck(
    {
      id: "kubelet.client-ca-file",
      title: "The kubelet knows the CA of its clients' certificates",
      why: "Without a client CA the API server's certificate is not recognised, and the connection that runs exec and logs is anonymous.",
      remedy: remedyBy("authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt"),
      breaks: "The kubelet does not start when the file named does not exist.",
      severity: "high",
    },
    "a file",
    ({ authority }) => [
      {
        path: "authentication.x509.clientCAFile",
        want: authority === "" ? undefined : authority,
        wrong: (value) => (value === "" ? "is not set" : undefined),
      },
    ],
  ),
  settingCheck(
    {
      id: "kubelet.read-only-port",
      title: "The kubelet serves no port without authentication",
      why: "The read-only port tells everybody who reaches it which pods run here, with their specifications and environment.",
      remedy: remedyBy("readOnlyPort: 0"),
      breaks: "Old monitoring that reads port 10255 stops; use port 10250 with a token.",
      severity: "high",
    },
    "0",
    () => [exactly("readOnlyPort", 0n)],
  ),
  settingCheck(
    {
      id: "kubelet.healthz-bind",
      title: "The kubelet's health port answers on this node only",
      why: "The health port has no authentication; beyond loopback it tells strangers that and how the kubelet is.",
      remedy: remedyBy("healthzBindAddress: 127.0.0.1"),
      breaks: "A load balancer or monitor that asks port 10248 from elsewhere stops.",
      severity: "low",
    },
    "a loopback address, or port 0",
    ({ views }) =>
      views.every(({ view }) => view.setting("healthzPort").value === 0n)
        ? [{ path: "healthzPort", wrong: (value) => (value === 0n ? undefined : `is ${String(value)}`) }]
        : [
            {
              path: "healthzBindAddress",
              want: "127.0.0.1",
              wrong: (value) =>
                typeof value === "string" && /^(?:127\.|::1$)/.test(value)
                  ? undefined
                  : `is ${String(value)}`,
            },
          ],
  ),
];
