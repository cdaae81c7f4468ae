// etcd.probe-2379: what etcd on this machine answers in plain and over TLS to somebody without a certificate, live.
import type { PortAnswer } from "../../facts/port-probes.js";
import { defineCheck } from "../define.js";
import { inWords, judgePort, type Said, wantsCertificate, wantsTls } from "../port-probe.js";

function judge(answer: PortAnswer): Said {
  const { result, scheme, where } = answer;
  if (scheme === "http") {
    // A port that speaks TLS resets, or answers what is no HTTP; the question over TLS then says the rest.
    if (result.state !== "answered" || wantsTls(answer)) return {};
    return { problem: `${where} answers in plain HTTP to anybody` };
  }
  if (result.state === "answered" && result.status !== 401 && result.status !== 403)
    return { problem: `${where} answers over TLS without asking for a certificate` };
  if (result.state === "answered" || wantsCertificate(answer)) return {};
  return { unknown: `whether ${where} asks for a certificate is not known: ${inWords(answer)}` };
}

export default defineCheck({
  id: "etcd.probe-2379",
  title: "etcd refuses a request without a client certificate",
  why: "etcd holds every secret of the cluster, and who reads or writes it owns the cluster.",
  remedy:
    "Set --client-cert-auth=true, --trusted-ca-file, and https addresses in --listen-client-urls in etcd's manifest.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["portProbes"],
  params: {},
  evaluate: ({ portProbes: { etcd, unsure } }) => {
    // In plain the port answers, so that TLS cannot: that is one finding, not a finding and a riddle.
    const plain = etcd.filter((one) => one.scheme === "http" && judge(one).problem !== undefined);
    const asked = etcd.filter(
      (one) => one.scheme === "http" || !plain.some(({ where }) => where === one.where),
    );
    return judgePort(asked, unsure, {
      expected: "TLS with a client certificate",
      shut: "nothing listens on port 2379 of this machine",
      judge,
    });
  },
});
