// docker.probe-2375: whether Docker's API answers on its port without TLS on this machine, live.
import type { PortAnswer } from "../../facts/port-probes.js";
import { defineCheck } from "../define.js";
import { inWords, judgePort, type Said, wantsTls } from "../port-probe.js";

function judge(answer: PortAnswer): Said {
  const { result, where } = answer;
  if (wantsTls(answer)) return { note: `${where} asks for TLS` };
  if (result.state === "answered" && result.status !== 401 && result.status !== 403)
    return { problem: `${where} answers without TLS or credentials` };
  if (result.state === "answered") return {};
  return { unknown: `what listens on ${where} is not known: ${inWords(answer)}` };
}

export default defineCheck({
  id: "docker.probe-2375",
  title: "Docker's API does not answer on port 2375",
  why: "The API without TLS gives everybody who reaches the port a privileged container, and with it the node.",
  remedy:
    "Take tcp:// addresses out of `hosts` in /etc/docker/daemon.json and of dockerd's -H flags, or use port 2376 with --tlsverify.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["portProbes"],
  params: {},
  evaluate: ({ portProbes: { docker, unsure } }) =>
    judgePort(docker, unsure, {
      expected: "nothing listens on port 2375",
      shut: "nothing listens on port 2375 of this machine",
      judge,
    }),
});
